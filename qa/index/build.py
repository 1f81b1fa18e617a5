"""Build an index: release files in, a published generation out.

    load files ─► nothing changed? done
               ─► read releases ─► catalogue, terms, vectors, columns ─► publish

A file that cannot be read is reported and left out. Whatever else goes wrong, the
generation that served before still does.
"""

import hashlib
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from threadpoolctl import threadpool_limits

from qa import __version__
from qa.embedding import Encoder, Passage
from qa.errors import ReleasesError
from qa.index.columns import digest16, make_columns
from qa.index.files import Records
from qa.index.generation import Generation, check_finds_itself, open_stage
from qa.index.known import known_releases
from qa.index.manifest import (
    FORMAT,
    RECIPE,
    Counts,
    Manifest,
    ModelRecord,
    ReaderRecord,
    ReleaseRecord,
)
from qa.index.parts import write_parts
from qa.index.reuse import held_before, known_vectors, probed_with, same_vectors
from qa.index.sharing import share_files
from qa.index.store import Pinned, publish, sequence_of, staging, writing
from qa.index.vectors import Made, make_vectors
from qa.reading import Middles, Reader
from qa.records import BuildReport, Skipped
from qa.releases.fingerprint import reading_fingerprint
from qa.releases.folder import ReadReport, ReleaseFile, load_files, read_files


class Progress(Protocol):
    """Hears how a build gets on."""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Take note that `done` of `total` units of `step` are done."""


@dataclass(frozen=True, slots=True)
class Probing:
    """How a new generation is asked its probes; see `qa.answers.probes`.

    Attributes:
        reader: Reads them.
        middles: Takes the generation and whom to tell of progress (done, total).
    """

    reader: Reader
    middles: Callable[[Generation, Callable[[int, int], None]], Middles | None]


def no_progress(step: str, done: int, total: int) -> None:
    """Take no note."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a build reads: the bytes of each release file, and what was skipped."""

    files: list[ReleaseFile]
    skipped: list[Skipped]

    @property
    def digest(self) -> str:
        """Tell two states of a folder apart, by names and contents."""
        total = hashlib.sha256()
        for file in self.files:
            total.update(f"{file.id}\0{file.sha256}\n".encode())
        for skip in self.skipped:
            total.update(f"skipped {skip}\n".encode())
        return total.hexdigest()


def build_index(
    releases: str | Path,
    index: str | Path,
    encoder: Encoder,
    *,
    max_file_bytes: int,
    fresh: bool = False,
    progress: Progress = no_progress,
    probing: Probing | None = None,
) -> BuildReport:
    """Build the index of a folder of releases, and publish it.

    Args:
        releases: Folder of release files.
        index: Folder of the index; made if it is not there.
        encoder: The embedding model.
        max_file_bytes: Larger files are skipped.
        fresh: Use nothing of the generation before.
        progress: Hears of the steps "read", "embed", "write" and "probe".
        probing: Asks the new generation its own probes, where there is a reader.

    Raises:
        ReleasesError: The folder is missing, or nothing in it can be read.
        IndexFault: Another build is running, or the disk would not take the index.
    """
    begun = time.monotonic()
    source = Source(*load_files(releases, max_file_bytes=max_file_bytes))
    with writing(index) as root, held_before(root, fresh) as before:
        if before is not None and _unchanged(before, source, encoder, probing):
            return _report(before.name, before.manifest, changed=False, seconds=_since(begun))
        read = read_files(
            source.files,
            source.skipped,
            max_file_bytes=max_file_bytes,
            known=known_releases(before, source.files),
            progress=lambda done, total: progress("read", done, total),
        )
        if not read.releases:
            raise ReleasesError(_nothing_to_read(releases, read))
        job = _Job(root, read, source.digest, encoder, probing, progress)
        name, manifest, made = _build(job, before)
    return _report(name, manifest, changed=True, seconds=_since(begun), made=made)


@dataclass(frozen=True, slots=True)
class _Job:
    """What one build has to do: see `build_index`."""

    root: Path
    read: ReadReport
    corpus: str
    encoder: Encoder
    probing: Probing | None
    progress: Progress


def _build(job: _Job, before: Pinned | None) -> tuple[str, Manifest, Made]:
    encoder, progress = job.encoder, job.progress
    passages = [
        Passage(reading.release.title, text)
        for reading in job.read.readings
        for text in reading.texts
    ]
    digests = [digest16(passage.whole) for passage in passages]
    with staging(job.root) as stage:
        # numpy's threads, waiting beside torch's, cost a tenth of the time on two cores.
        with threadpool_limits(1, user_api="blas"):
            made = make_vectors(
                passages,
                digests,
                encoder,
                known_vectors(before, encoder),
                lambda done, total: progress("embed", done, total),
                stage,
            )
        progress("write", 0, 1)
        columns = make_columns(job.read.releases, (one.text for one in passages), digests)
        files = write_parts(stage, job.read, passages, made, columns)
        progress("write", 1, 1)
        manifest = _tried(stage, job, _describe(files, job, made))
        if before is not None:
            share_files(stage, manifest.files, before.folder, before.manifest.files)
        name = publish(job.root, stage, manifest)
    return name, manifest, made


def _tried(stage: Path, job: _Job, manifest: Manifest) -> Manifest:
    """Open a generation before it is published, and ask it for itself and its probes."""
    with closing(open_stage(stage, manifest)) as generation:
        check_finds_itself(generation)
        if job.probing is None:
            return manifest
        return replace(manifest, reader=_probed(job, job.probing, generation))


def _probed(job: _Job, probing: Probing, generation: Generation) -> ReaderRecord:
    middles = probing.middles(generation, lambda done, total: job.progress("probe", done, total))
    return ReaderRecord(probing.reader.name, probed_with(job.encoder, probing.reader), middles)


def _describe(files: Records, job: _Job, made: Made) -> Manifest:
    read, encoder = job.read, job.encoder
    return Manifest(
        format=FORMAT,
        program=__version__,
        sequence=sequence_of(job.root) + 1,
        model=ModelRecord(encoder.name, encoder.fingerprint, encoder.dtype, encoder.dimension),
        reader=None,
        recipe=RECIPE,
        reading=reading_fingerprint(),
        counts=Counts(
            releases=len(read.releases),
            paragraphs=len(made.vectors),
            pieces=len(made.pieces.ids),
            dated=sum(release.published is not None for release in read.releases),
        ),
        corpus=job.corpus,
        releases=tuple(
            ReleaseRecord(release.id, release.size, release.sha256, release.encoding)
            for release in read.releases
        ),
        skipped=read.skipped,
        files=files,
    )


def _unchanged(before: Pinned, source: Source, encoder: Encoder, probing: Probing | None) -> bool:
    was_probed_with = before.manifest.reader.fingerprint if before.manifest.reader else None
    return (
        same_vectors(before, encoder)
        and before.manifest.corpus == source.digest
        and before.manifest.reading == reading_fingerprint()
        and was_probed_with == (probed_with(encoder, probing.reader) if probing else None)
    )


def _report(
    name: str, manifest: Manifest, *, changed: bool, seconds: float, made: Made | None = None
) -> BuildReport:
    return BuildReport(
        generation=name,
        changed=changed,
        releases=manifest.counts.releases,
        paragraphs=manifest.counts.paragraphs,
        dated=manifest.counts.dated,
        embedded=made.embedded if made else 0,
        reused=made.reused if made else manifest.counts.paragraphs,
        skipped=manifest.skipped,
        seconds=seconds,
    )


def _nothing_to_read(releases: str | Path, read: ReadReport) -> str:
    lines = [f"nothing in {str(releases)!r} can be read as a release"]
    lines += [f"  {skip}" for skip in read.skipped[:5]]
    return "\n".join(
        [
            *lines,
            "put releases there, e.g. .md or .txt files, or name another folder: --releases DIR",
        ]
    )


def _since(begun: float) -> float:
    return round(time.monotonic() - begun, 3)
