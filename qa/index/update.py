"""Update an index: write what is new beside a base that stays as it is.

The base's files are linked. What was added or changed since it was written is the delta, and is
written anew each time; what was removed or changed is dead, and left out of every answer. So an
update takes what its releases take, and not what the archive takes. Beyond a bound, after which
statistics of the base would no longer be those of the archive, a build writes everything anew.

What stays the base's until then: idf and mean lengths (`qa.index.joined.lexical`), the projection
of word pieces, the middles of the reader's probes, and which paragraphs of its own are boilerplate.
"""

from collections.abc import Container, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from qa import __version__
from qa.errors import ReleasesError
from qa.index.columns import Columns, load_columns
from qa.index.manifest import Counts, Manifest
from qa.index.segment import check_finds_itself, load_segment
from qa.index.sharing import link_files
from qa.index.sources import load_sources
from qa.index.store import DELTA, Pinned, publish, sequence_of, staged, staging
from qa.index.whole import Job, Published, counts_of, write_segment
from qa.records import Skipped
from qa.releases.folder import file_of
from qa.releases.formats.known_formats import COLUMNS_ENDING, TEXT, format_of, is_columns
from qa.releases.one_file import ReleaseFile

# Of the releases of the base: how many may be in the delta or dead.
UPDATE_WITHIN = 0.02


@dataclass(frozen=True, slots=True)
class Plan:
    """What an update is to change.

    Attributes:
        dead: Rows of the base whose release is gone or another one now, ascending.
        files: Those that are not in the base as they are, in the order of their ids.
        skipped: What is skipped inside files that are, which are not read again.
        most: How many releases may be dead or new.
    """

    dead: tuple[int, ...]
    files: list[ReleaseFile]
    skipped: tuple[Skipped, ...]
    most: float

    def holds(self, new: int) -> bool:
        """Tell whether as many new releases may be beside the base; one file may hold many."""
        return len(self.dead) + new <= self.most


def plan_update(
    before: Pinned, files: Sequence[ReleaseFile], again: Container[str], within: float
) -> Plan | None:
    """Plan how to get from a base to the files of a folder.

    Args:
        before: The generation that serves, whole and held.
        files: All files of the folder.
        again: Those of them that are read again though they are the same.
        within: Which share of the base's releases may be new or dead.

    Returns:
        None if a whole build is due.
    """
    sources = load_sources(before.base)
    now = {file.id: file.sha256 for file in files}
    maps = {file.id: file.data for file in files if is_columns(file.id)}
    holding = [file_of(one.path, now.__contains__) for one in sources]
    kept = {
        name
        for name, one in zip(holding, sources, strict=True)
        if name not in again and one.is_of(name, now.get(name), maps.get(name + COLUMNS_ENDING))
    }
    dead = tuple(row for row, name in enumerate(holding) if name not in kept)
    new = [file for file in files if file.id not in kept]
    # Files that cannot be read come again in every build, and weigh nothing; nor do maps.
    skips = {skip: file_of(skip.path, now.__contains__) for skip in before.manifest.skipped}
    unread = {*skips.values(), *maps}
    inside = tuple(
        skip for skip, name in skips.items() if name in kept and format_of(name) is not TEXT
    )
    plan = Plan(dead, new, inside, within * len(sources))
    return plan if plan.holds(sum(file.id not in unread for file in new)) else None


def publish_update(job: Job, before: Pinned, plan: Plan) -> Published:
    """Write and publish a generation of the base that serves, and a new delta.

    Args:
        job: What to do; its releases are those of the plan.
        before: The generation that serves, whole and held.
        plan: From `plan_update`.

    Raises:
        IndexNotWritten: The disk would not take it.
        ReleasesError: Nothing would be left to find.
    """
    alive = _alive(load_columns(before.base), before.manifest.base, plan.dead)
    if not alive.releases and not job.read.releases:
        raise ReleasesError("no release that can be read is left")
    with staging(job.root) as stage:
        linked = link_files(stage, before.base)
        manifest = replace(
            before.manifest,
            program=__version__,
            sequence=sequence_of(job.root) + 1,
            counts=alive,
            delta=None,
            dead=plan.dead,
            corpus=job.corpus,
            max_file_bytes=job.max_file_bytes,
            skipped=job.read.skipped,
            files=before.base.records,
        )
        embedded = 0
        if job.read.releases:
            manifest, embedded = _with_delta(stage, job, before, manifest)
        return Published(publish(job.root, stage, manifest, linked), manifest, embedded)


def _with_delta(stage: Path, job: Job, before: Pinned, manifest: Manifest) -> tuple[Manifest, int]:
    """Write the delta, and open it; gives the manifest with it, and how much was embedded."""
    folder = stage / DELTA
    folder.mkdir(mode=0o755)
    made, files = write_segment(folder, job, before, beside=before)
    delta = counts_of(job, made)
    manifest = replace(
        manifest,
        counts=_sum(manifest.counts, delta),
        delta=delta,
        files={**manifest.files, **{f"{DELTA}/{name}": one for name, one in files.items()}},
    )
    files_of = staged(stage, manifest).delta
    with closing(load_segment(files_of, delta, manifest.model.dimension)) as segment:
        check_finds_itself(segment)
    return manifest, made.embedded


def _alive(columns: Columns, base: Counts, dead: Sequence[int]) -> Counts:
    """Count what of the base may be found; word pieces are counted dead or alive."""
    rows = list(dead)
    return Counts(
        releases=base.releases - len(rows),
        paragraphs=base.paragraphs - int(np.diff(columns.starts)[rows].sum()),
        pieces=base.pieces,
        dated=base.dated - int((columns.published[rows, 0] > 0).sum()),
    )


def _sum(one: Counts, other: Counts) -> Counts:
    return Counts(
        one.releases + other.releases,
        one.paragraphs + other.paragraphs,
        one.pieces + other.pieces,
        one.dated + other.dated,
    )
