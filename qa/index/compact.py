"""Write an index anew from itself, without what is dead in it: no release file and no model needed.

Everything that a whole build makes of releases is in the index: their texts as they were read, and
the vectors of each passage. So nothing is read or embedded, only laid down in order.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from qa.embedding import Encoded, Passage
from qa.errors import IndexDamaged
from qa.index.catalogue import load_catalogue
from qa.index.manifest import ModelRecord
from qa.index.segment import CATALOGUE
from qa.index.sources import load_sources
from qa.index.store import Pinned
from qa.index.whole import Job, Progress, Published, no_progress, publish_whole
from qa.releases.boilerplate import mark_boilerplate
from qa.releases.folder import ReadReport
from qa.releases.reader import Reading


def compact(root: Path, before: Pinned, progress: Progress = no_progress) -> Published:
    """Publish the generation that serves anew, as a base alone.

    Args:
        root: The index folder, held by `writing`.
        before: The generation that serves, whole and held.
        progress: Hears of the step "write".

    Raises:
        IndexDamaged: Something in it does not belong together.
        IndexNotWritten: The disk would not take it.
    """
    readings = sorted(_alive(before), key=lambda one: one.release.id)
    marked = mark_boilerplate([one.release for one in readings], [one.texts for one in readings])
    manifest = before.manifest
    read = ReadReport(tuple(marked), manifest.skipped, tuple(readings))
    pieces = len(before.base.array("pieces-df.npy"))
    encoder = _Recorded(manifest.model, pieces)
    rules = (manifest.corpus, manifest.reading, manifest.max_file_bytes)
    job = Job(root, read, *rules, encoder, progress)
    return publish_whole(job, before, manifest.reader)


def _alive(before: Pinned) -> Iterator[Reading]:
    """Give what was read of each release that may be found."""
    for number, files in enumerate(before.segments):
        dead = set(before.manifest.dead) if number == 0 else set()
        sources = load_sources(files)
        wanted = {one.sha256 for row, one in enumerate(sources) if row not in dead}
        paths = {one.path for row, one in enumerate(sources) if row not in dead}
        with closing(load_catalogue(files, CATALOGUE)) as catalogue:
            # A dead release may have the text of one that is not.
            yield from (one for one in catalogue.readings(wanted) if one.release.id in paths)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The model of a generation, as far as its manifest tells: it can read nothing new."""

    model: ModelRecord
    vocabulary_size: int
    fitted: None = None

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def fingerprint(self) -> str:
        return self.model.fingerprint

    @property
    def question_fingerprint(self) -> str:
        return self.model.fingerprint

    @property
    def dtype(self) -> str:
        return self.model.dtype

    @property
    def dimension(self) -> int:
        return self.model.dimension

    def encode_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Encoded]]:
        if passages:
            raise IndexDamaged("vectors", f"of {len(passages):,} passages are not there")
        yield from ()

    def encode_query(self, text: str) -> NoReturn:
        raise NotImplementedError("nothing is asked while an index is written anew")
