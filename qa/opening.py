"""Open a generation to be asked: the first one, or one that takes the place of another.

Reads    an engine, and the models that its index names
Gives    a `Serving`
"""

import logging
from dataclasses import replace

from qa.answers.decide import probed_by_others
from qa.embedding import Encoder, SentenceTransformerEncoder
from qa.engines import Engine
from qa.errors import IndexModelMismatch
from qa.reading import Reader, open_reader
from qa.records import Query
from qa.serving import Serving
from qa.settings import Settings

_log = logging.getLogger(__name__)


def open_serving(
    engine: Engine, encoder: Encoder, reader: Reader | None, before: Serving | None = None
) -> Serving:
    """Open the generation that serves, to be asked with these models.

    What it shares with the one that served before is not opened again.

    Raises:
        IndexFault: It is missing, damaged, of another model or of a later program.
    """
    opened = before.generation if before is not None else None
    generation = engine.open((encoder.name, encoder.fingerprint), opened)
    stale = probed_by_others(generation.manifest.reader, encoder, reader)
    if stale:
        _log.warning("%s: %s", generation.pinned.place, stale)
    return Serving(generation, encoder, reader)


def open_following(engine: Engine, settings: Settings | None, before: Serving) -> Serving:
    """Open a later generation, ready to answer, with the models at hand or those it names.

    Args:
        engine: Where the index is.
        settings: To find another model with, if the generation is of another; None if the
            models at hand must do.
        before: What served until now.

    Raises:
        IndexFault: It cannot be opened.
        ModelError: The model that it names cannot be found.
    """
    try:
        serving = open_serving(engine, before.encoder, before.reader, before)
    except IndexModelMismatch:
        if settings is None:
            raise
        serving = open_serving(engine, *_models_of(engine, settings, before))
    try:
        # The first question loads what is loaded late: no visitor should wait for that.
        serving.answer(Query("When was this published?"))
    except BaseException:
        serving.close()
        raise
    return serving


def _models_of(
    engine: Engine, settings: Settings, before: Serving
) -> tuple[Encoder, Reader | None]:
    named = replace(settings, model=engine.manifest().model.name)
    encoder = SentenceTransformerEncoder(named)
    reader = open_reader(named, encoder.files)
    _log.warning(
        "the index is now of the model %r, which is taken up; before the next start write "
        "'model: %s' into the settings",
        named.model,
        named.model,
    )
    if before.reader and reader and before.reader.fingerprint == reader.fingerprint:
        reader = before.reader
    return encoder, reader
