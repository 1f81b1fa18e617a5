"""Is the index sound, of these models and these releases, and is nothing left lying about?

Reads    the index folder, every byte of it, and the release files
Gives    checks
"""

import fcntl
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from qa.answers.decide import probed_by_others
from qa.doctor.check import Check, State, build_command, check_command, purge_command
from qa.embedding import Encoder
from qa.errors import IndexFault, IndexMissing, IndexTooNew, QAError, ReleasesError
from qa.index.manifest import RECIPE, Manifest
from qa.index.purge import holders, others
from qa.index.sources import Source, alive_sources
from qa.index.store import pin_current
from qa.index.verify import verify_index
from qa.reading import Reader
from qa.releases.folder import file_of
from qa.releases.formats.known_formats import COLUMNS_ENDING, is_columns
from qa.releases.one_file import ReleaseFile


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index holds.

    Attributes:
        manifest: Of the generation that serves.
        sources: The files of all releases that may be found.
    """

    manifest: Manifest
    sources: tuple[Source, ...]


def check_index(
    index: Path, releases: Path, encoder: Encoder | None, reader: Reader | None
) -> tuple[list[Check], Indexed | None]:
    """Check that the index is there, whole, and built as this program would build it.

    Args:
        index: The index folder.
        releases: For the command that builds it again.
        encoder: The model of the settings; None if it is not sound.
        reader: The reader of the settings, if there is one.

    Returns:
        The checks, and what the index holds if that can be read.
    """
    build = build_command(releases, index)
    try:
        with closing(pin_current(index)) as pinned:
            indexed = Indexed(pinned.manifest, tuple(alive_sources(pinned)))
    except IndexMissing:
        return [Check("index", State.WRONG, f"there is none in {str(index)!r}", build)], None
    except IndexFault as error:
        fresh = ("--fresh",) if isinstance(error, IndexTooNew) else ()
        cure = build_command(releases, index, *fresh)
        return [Check("index", State.WRONG, str(error), cure)], None
    manifest = indexed.manifest
    checks = [_bytes(index, build), _purging(index, manifest)]
    if encoder is not None:
        checks += [_model(manifest, encoder, build), _probes(manifest, encoder, reader, build)]
    return checks, indexed


def check_releases(
    indexed: Indexed | None,
    files: list[ReleaseFile],
    fault: QAError | None,
    releases: Path,
    build: str,
) -> Check:
    """Compare the release files with those the index was built from, as a build does.

    Args:
        indexed: What the index holds; None if there is none.
        files: What the folder holds now.
        fault: Why it cannot be read, if so.
        releases: The folder.
        build: The command that builds the index again.
    """
    if isinstance(fault, ReleasesError):
        return Check("releases", State.WRONG, str(fault), "ls  # where are the releases?")
    if indexed is None:
        return Check("releases", State.NOTE, f"{len(files):,} files, none of them indexed", build)
    now = {file.id: file.sha256 for file in files if not is_columns(file.id)}
    maps = {file.id: file.data for file in files if is_columns(file.id)}
    then = {file_of(one.path, now.__contains__): one for one in indexed.sources}
    skipped = {file_of(skip.path, now.__contains__) for skip in indexed.manifest.skipped}
    added = len(now.keys() - then.keys() - skipped)
    removed = len(then.keys() - now.keys())
    changed = sum(
        not then[path].is_of(path, digest, maps.get(path + COLUMNS_ENDING))
        for path, digest in now.items()
        if path in then
    )
    if added or removed or changed:
        found = f"since the build {added:,} were added, {changed:,} changed, {removed:,} removed"
        return Check("releases", State.WRONG, found, build)
    found = f"the {len(then):,} indexed are as they were"
    if skipped:
        found += f"; {len(skipped):,} could not be read, {min(skipped)} first"
        return Check("releases", State.NOTE, found, check_command(releases))
    return Check("releases", State.WELL, found)


def check_leftovers(index: Path) -> Iterator[Check]:
    """Look for what builds left behind, and for generations that serve no more."""
    try:
        found = others(index)
    except (QAError, OSError):
        return  # without an index there is nothing to tell apart
    left = {name: size for name, size in found.items() if name.startswith(".")}
    old = {name: size for name, size in found.items() if name not in left}
    if left and _is_building(index):
        yield Check("leftovers", State.NOTE, "a build is running")
    elif left:
        said = f"builds that were broken off left {_sum(left)}"
        yield Check("leftovers", State.WRONG, said, purge_command(index))
    else:
        yield Check("leftovers", State.WELL, "none")
    if not old:
        yield Check("old generations", State.WELL, "none")
        return
    held = [holder for name in old for holder in holders(index / "gens" / name) if holder.pid]
    by = f", held by process {', '.join(str(holder.pid) for holder in held)}" if held else ""
    said = f"{_sum(old)}{by}; the next build removes what is not held"
    yield Check("old generations", State.NOTE, said, purge_command(index))


def _bytes(index: Path, build: str) -> Check:
    found = verify_index(index)
    if found.faults:
        more = f" (and {len(found.faults) - 1} more)" if len(found.faults) > 1 else ""
        return Check("index", State.WRONG, f"{found.faults[0]}{more}", build)
    said = (
        f"{found.generation}: {found.files} files, {found.releases:,} releases and "
        f"{found.quotes:,} quotes are right"
    )
    return Check("index", State.WELL, said)


def _purging(index: Path, manifest: Manifest) -> Check:
    if not manifest.dead:
        return Check("withdrawn", State.WELL, "nothing of removed or changed releases is in it")
    said = f"{len(manifest.dead):,} removed or changed releases are in no answer and still on disk"
    return Check("withdrawn", State.NOTE, said, purge_command(index))


def _model(manifest: Manifest, encoder: Encoder, build: str) -> Check:
    model = manifest.model
    if model.fingerprint != encoder.fingerprint:
        found = (
            f"built with {model.name!r} ({model.fingerprint[:8]}), the settings name "
            f"{encoder.name!r} ({encoder.fingerprint[:8]})"
        )
        return Check("built with", State.WRONG, found, build)
    if manifest.recipe != RECIPE:
        found = f"built by recipe {manifest.recipe}, this program reads releases by {RECIPE}"
        return Check("built with", State.WRONG, found, build)
    return Check("built with", State.WELL, f"{model.name} in {model.dtype}, qa {manifest.program}")


def _probes(manifest: Manifest, encoder: Encoder, reader: Reader | None, build: str) -> Check:
    stale = probed_by_others(manifest.reader, encoder, reader)
    if stale:
        return Check("probes", State.WRONG, stale, build)
    return Check("probes", State.WELL, "asked with this reader" if reader else "none are needed")


def _is_building(index: Path) -> bool:
    try:
        with (index / "LOCK").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _sum(sizes: dict[str, int]) -> str:
    return f"{len(sizes)}, {sum(sizes.values()) / 1e6:,.1f} MB"
