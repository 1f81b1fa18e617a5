"""Write a whole generation: every file anew, from releases that were read.

It is what the first build does, one that finds too much changed for an update, and a purge.
"""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from threadpoolctl import threadpool_limits

from qa import __version__
from qa.embedding import Encoder, Passage
from qa.index.columns import digest16, make_columns
from qa.index.files import Records
from qa.index.generation import Generation, load_generation
from qa.index.manifest import FORMAT, RECIPE, Counts, Manifest, ModelRecord, ReaderRecord
from qa.index.parts import write_parts
from qa.index.reuse import known_vectors, probed_with
from qa.index.segment import check_finds_itself
from qa.index.sharing import share_files
from qa.index.store import Pinned, publish, sequence_of, staged, staging
from qa.index.vectors import Embed, Made, make_vectors
from qa.reading import Middles, Reader
from qa.releases.folder import ReadReport


class Progress(Protocol):
    """Hears how a build gets on."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note that `done` of `total` units of `step` are done."""


def no_progress(step: str, done: int, total: int) -> None:
    """Take no note."""


@dataclass(frozen=True, slots=True)
class Probing:
    """How a new generation is asked its probes; see `qa.answers.probes`.

    Attributes:
        reader: Reads them.
        middles: Takes the generation and whom to tell of progress (done, total).
    """

    reader: Reader
    middles: Callable[[Generation, Callable[[int, int], None]], Middles | None]


@dataclass(frozen=True, slots=True)
class Job:
    """What one build has to do.

    Attributes:
        root: The index folder, held by `writing`.
        read: The releases.
        corpus: Digest of the folder they are from.
        reading: Fingerprint of the code that read them.
        max_file_bytes: The limit that they were read within; None if it is not known.
        encoder: The model.
        progress: Hears of the steps.
        probing: Asks the new generation its probes, where there is a reader.
        embed: Runs the model on all but a sample; this process does if None.
    """

    root: Path
    read: ReadReport
    corpus: str
    reading: str
    max_file_bytes: int | None
    encoder: Encoder
    progress: Progress
    probing: Probing | None = None
    embed: Embed | None = None

    @property
    def passages(self) -> list[Passage]:
        """What the model reads of each paragraph."""
        return [
            Passage(reading.release.title, text)
            for reading in self.read.readings
            for text in reading.texts
        ]


@dataclass(frozen=True, slots=True)
class Published:
    """A generation that was published.

    Attributes:
        name: Its name.
        manifest: What it is made of.
        embedded: Distinct passages the model was run on.
    """

    name: str
    manifest: Manifest
    embedded: int


def publish_whole(job: Job, before: Pinned | None, reader: ReaderRecord | None = None) -> Published:
    """Write and publish a generation without a delta.

    Args:
        job: What to do.
        before: The generation that serves, whole and held, to take vectors from.
        reader: What is known of the reader already, where probes need not be asked.

    Raises:
        IndexNotWritten: The disk would not take it.
    """
    with staging(job.root) as stage:
        made, files = write_segment(stage, job, before)
        manifest = _tried(stage, job, replace(_describe(files, job, made), reader=reader))
        if before is not None:
            share_files(stage, manifest.files, before.folder, before.manifest.files)
        return Published(publish(job.root, stage, manifest), manifest, made.embedded)


def write_segment(
    folder: Path, job: Job, before: Pinned | None, beside: Pinned | None = None
) -> tuple[Made, Records]:
    """Make the vectors of a job's paragraphs, and write the files of a segment.

    Args:
        folder: Where to.
        job: What to do.
        before: The generation whose vectors may be used again.
        beside: The generation whose base the segment is a delta to, if it is one.
    """
    passages = job.passages
    digests = [digest16(passage.whole) for passage in passages]
    # numpy's threads, waiting beside torch's, cost a tenth of the time on two cores.
    with threadpool_limits(1, user_api="blas"):
        made = make_vectors(
            passages,
            digests,
            job.encoder,
            known_vectors(before, job.encoder, digests),
            lambda done, total: job.progress("embed", done, total),
            folder,
            job.embed,
        )
    job.progress("write", 0, 1)
    columns = make_columns(job.read.releases, (one.text for one in passages), digests)
    files = write_parts(folder, job.read, passages, made, columns, beside.base if beside else None)
    job.progress("write", 1, 1)
    return made, files


def counts_of(job: Job, made: Made) -> Counts:
    """Count what a segment holds."""
    return Counts(
        releases=len(job.read.releases),
        paragraphs=len(made.vectors),
        pieces=len(made.pieces.ids),
        dated=sum(release.published is not None for release in job.read.releases),
    )


def _tried(stage: Path, job: Job, manifest: Manifest) -> Manifest:
    """Open a generation before it is published, and ask it for itself and its probes."""
    with closing(load_generation(staged(stage, manifest))) as generation:
        check_finds_itself(generation.segments[0])
        if job.probing is None:
            return manifest
        return replace(manifest, reader=_probed(job, job.probing, generation))


def _probed(job: Job, probing: Probing, generation: Generation) -> ReaderRecord:
    middles = probing.middles(generation, lambda done, total: job.progress("probe", done, total))
    return ReaderRecord(probing.reader.name, probed_with(job.encoder, probing.reader), middles)


def _describe(files: Records, job: Job, made: Made) -> Manifest:
    encoder, counts = job.encoder, counts_of(job, made)
    return Manifest(
        format=FORMAT,
        program=__version__,
        sequence=sequence_of(job.root) + 1,
        model=ModelRecord(encoder.name, encoder.fingerprint, encoder.dtype, encoder.dimension),
        reader=None,
        recipe=RECIPE,
        reading=job.reading,
        counts=counts,
        base=counts,
        delta=None,
        dead=(),
        corpus=job.corpus,
        max_file_bytes=job.max_file_bytes,
        skipped=job.read.skipped,
        files=files,
    )
