"""Build an index: release files in, a published generation out.

    load files ─► nothing changed? done
               ─► little changed?  read what is new ─► update: a delta beside the base
               ─► read releases ─► catalogue, terms, vectors, columns ─► a whole generation

A file that cannot be read is reported and left out. Whatever else goes wrong, the
generation that served before still does.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from qa.embedding import Encoder
from qa.errors import ReleasesError
from qa.index.columns import load_columns
from qa.index.known import known_releases
from qa.index.limited import read_again, same_limits
from qa.index.manifest import Manifest
from qa.index.repeats import Repeats
from qa.index.reuse import held_before, probed_with, same_vectors
from qa.index.store import Pinned, writing
from qa.index.update import UPDATE_WITHIN, Plan, plan_update, publish_update
from qa.index.vectors import Embed
from qa.index.whole import Job, Probing, Progress, Published, no_progress, publish_whole
from qa.records import BuildReport, Skipped
from qa.releases.fingerprint import reading_fingerprint
from qa.releases.folder import ReadReport, load_files, read_files, releases_folder
from qa.releases.one_file import ReadFiles, ReleaseFile, read_here

__all__ = ["HERE", "Probing", "Progress", "Workers", "build_index", "no_progress"]


@dataclass(frozen=True, slots=True)
class Workers:
    """Who does what takes long in a build: this process, or others, to the same result.

    Attributes:
        read: Reads files, each by itself.
        embed: Runs the model on passages; the builder's own encoder does if None.
    """

    read: ReadFiles = read_here
    embed: Embed | None = None


HERE = Workers()


@dataclass(frozen=True, slots=True)
class Folder:
    """What a build reads: the bytes of each release file, and what was skipped."""

    files: list[ReleaseFile]
    skipped: list[Skipped]

    @property
    def digest(self) -> str:
        """Digest of all of it, to tell two states of a folder apart, by names and contents."""
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
    update_within: float = UPDATE_WITHIN,
    workers: Workers = HERE,
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
        update_within: Which share of the base's releases may be new or dead before everything
            is written anew; 0 writes everything always.
        workers: Who reads and embeds.

    Raises:
        ReleasesError: The folder is missing, or nothing in it can be read.
        IndexFault: Another build is running, or the disk would not take the index.
    """
    begun = time.monotonic()
    releases_folder(releases)  # before anything is made for an index of it
    with writing(index) as root, held_before(root, fresh) as compared:
        folder = Folder(*load_files(releases, max_file_bytes=max_file_bytes))
        before, plan, corpus = compared(), None, folder.digest
        again = read_again(before.manifest, folder.files, max_file_bytes) if before else frozenset()
        if before is not None and _same_rules(before, encoder, probing):
            same = same_limits(before.manifest, max_file_bytes)
            if same and before.manifest.corpus == corpus:
                served = Published(before.name, before.manifest, embedded=0)
                return _report(served, changed=False, begun=begun)
            plan = plan_update(before, folder.files, again, update_within)
        read_of = partial(
            read_files,
            max_file_bytes=max_file_bytes,
            read=workers.read,
            progress=lambda done, total: progress("read", done, total),
        )
        read = _read(folder, before, plan, again, read_of)
        if plan is not None and not plan.holds(len(read.releases)):  # an archive, say, was added
            plan, read = None, _read(folder, before, None, again, read_of)
        if not read.releases and (plan is None or not before):
            raise ReleasesError(_nothing_to_read(releases, read))
        rules = (corpus, reading_fingerprint(), max_file_bytes)
        job = Job(root, read, *rules, encoder, progress, probing, workers.embed)
        if before is not None and plan is not None:
            return _report(publish_update(job, before, plan), changed=True, begun=begun)
        return _report(publish_whole(job, before), changed=True, begun=begun)


def _read(
    folder: Folder,
    before: Pinned | None,
    plan: Plan | None,
    again: frozenset[str],
    read_of: Callable[..., ReadReport],
) -> ReadReport:
    """Read the releases that are written: all, or those of the plan."""
    if before is None or plan is None:
        known = known_releases(before, folder.files, again)
        return read_of(folder.files, folder.skipped, known=known)
    return read_of(
        plan.files,
        [*folder.skipped, *plan.skipped],
        # To look for a few in the whole base would take longer than reading them.
        known=known_releases(before, plan.files, again, before.segments[1:]),
        elsewhere=Repeats(load_columns(before.base), plan.dead),
    )


def _same_rules(before: Pinned, encoder: Encoder, probing: Probing | None) -> bool:
    """Tell whether model, code and reader are those of a generation."""
    was_probed_with = before.manifest.reader.fingerprint if before.manifest.reader else None
    return (
        same_vectors(before, encoder)
        and before.manifest.reading == reading_fingerprint()
        and was_probed_with == (probed_with(encoder, probing.reader) if probing else None)
    )


def _report(published: Published, *, changed: bool, begun: float) -> BuildReport:
    manifest: Manifest = published.manifest
    return BuildReport(
        generation=published.name,
        changed=changed,
        releases=manifest.counts.releases,
        paragraphs=manifest.counts.paragraphs,
        dated=manifest.counts.dated,
        embedded=published.embedded,
        reused=manifest.counts.paragraphs - published.embedded,
        awaiting_purge=len(manifest.dead),
        skipped=manifest.skipped,
        seconds=round(time.monotonic() - begun, 3),
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
