"""Open a generation to be asked: the first one, or one that takes the place of another.

Reads    an index folder, and the models that it names
Gives    a `Serving`
"""

import logging
from dataclasses import replace
from pathlib import Path

from qa.answers.decide import probed_by_others
from qa.embedding import Encoder, SentenceTransformerEncoder
from qa.errors import IndexModelMismatch
from qa.index.generation import open_generation
from qa.index.store import pin_current
from qa.reading import Reader, open_reader
from qa.records import Query
from qa.serving import Serving
from qa.settings import Settings

_log = logging.getLogger(__name__)


def open_serving(
    index: str | Path, encoder: Encoder, reader: Reader | None, before: Serving | None = None
) -> Serving:
    """Open the generation that serves in a folder, to be asked with these models.

    What it shares with the one that served before is not opened again.

    Raises:
        IndexFault: It is missing, damaged, of another model or of a later program.
    """
    opened = before.generation if before is not None else None
    generation = open_generation(index, (encoder.name, encoder.fingerprint), opened)
    stale = probed_by_others(generation.manifest.reader, encoder, reader)
    if stale:
        _log.warning("%s: %s", generation.pinned.place, stale)
    return Serving(generation, encoder, reader)


def open_following(index: str | Path, settings: Settings | None, before: Serving) -> Serving:
    """Open a later generation, ready to answer, with the models at hand or those it names.

    Args:
        index: The index folder.
        settings: To find another model with, if the generation is of another; None if the
            models at hand must do.
        before: What served until now.

    Raises:
        IndexFault: It cannot be opened.
        ModelError: The model that it names cannot be found.
    """
    try:
        serving = open_serving(index, before.encoder, before.reader, before)
    except IndexModelMismatch:
        if settings is None:
            raise
        serving = open_serving(index, *_models_of(index, settings, before))
    try:
        # The first question loads what is loaded late: no visitor should wait for that.
        serving.answer(Query("When was this published?"))
    except BaseException:
        serving.close()
        raise
    return serving


def _models_of(
    index: str | Path, settings: Settings, before: Serving
) -> tuple[Encoder, Reader | None]:
    pinned = pin_current(index)
    pinned.close()
    named = replace(settings, model=pinned.manifest.model.name)
    encoder, reader = SentenceTransformerEncoder(named), open_reader(named)
    _log.warning(
        "the index is now of the model %r, which is taken up; before the next start write "
        "'model: %s' into the settings",
        named.model,
        named.model,
    )
    if before.reader and reader and before.reader.fingerprint == reader.fingerprint:
        reader = before.reader
    return encoder, reader
