"""Read a folder of releases, safely: whatever lies in it, reading goes on.

Each file is read by itself (`one_file.py`), here or on other machines, and one file may hold many
releases. What cannot be read is reported with its reason and cure.

Reads    a folder and its sub-folders
Gives    `ReadReport`: releases in the order of their ids, and what was skipped
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from qa.errors import ReleasesError, UnreadableRelease
from qa.records import Release, Skipped
from qa.releases.boilerplate import Elsewhere, mark_boilerplate
from qa.releases.formats.document import INSIDE
from qa.releases.formats.known_formats import COLUMNS_ENDING, TEXT, format_of, is_columns
from qa.releases.one_file import ReadFiles, ReleaseFile, Unread, read_here
from qa.releases.reader import Reading
from qa.releases.walk import read_bytes, shown, walk

MAX_FILE_BYTES = 2048 * 1024

_Any = TypeVar("_Any")


@dataclass(frozen=True, slots=True)
class ReadReport:
    """What a folder of releases holds.

    Attributes:
        releases: In the order of their ids.
        skipped: Files that are not among them, in the order of their paths.
        readings: What each release was before it was compared with the others.
    """

    releases: tuple[Release, ...]
    skipped: tuple[Skipped, ...]
    readings: tuple[Reading, ...]


class KnownReadings(Protocol):
    """What the same reading has made of files before."""

    def reading_of(self, file: ReleaseFile) -> Reading | None:
        """Give what reading this text would give; None if it is to be read."""

    def readings_in(
        self, file: ReleaseFile, columns: bytes | None
    ) -> list[Reading | Skipped] | None:
        """Give what reading this file of another format would give; None if it is to be read."""


def read_folder(
    folder: str | Path,
    *,
    max_file_bytes: int = MAX_FILE_BYTES,
    progress: Callable[[int, int], None] | None = None,
) -> ReadReport:
    """Read every release in `folder`; nothing is built or written.

    Args:
        folder: Where the releases lie; `README.md` at its top is not one.
        max_file_bytes: Larger text files are skipped; other formats may have a multiple.
        progress: Called with (files read, files in all) as reading goes on.

    Raises:
        ReleasesError: There is no such folder, or it cannot be listed.
    """
    files, skipped = load_files(folder, max_file_bytes=max_file_bytes)
    return read_files(files, skipped, max_file_bytes=max_file_bytes, progress=progress)


def read_files(
    files: list[ReleaseFile],
    skipped: list[Skipped],
    *,
    max_file_bytes: int = MAX_FILE_BYTES,
    known: KnownReadings | None = None,
    elsewhere: Elsewhere | None = None,
    read: ReadFiles = read_here,
    progress: Callable[[int, int], None] | None = None,
) -> ReadReport:
    """Read releases from the bytes of their files, those that are not known; see `read_folder`."""
    columns = {file.id: file.data for file in files if is_columns(file.id)}
    made: dict[int, list[Reading | Skipped]] = {}
    unread: dict[int, Unread] = {}
    for place, file in enumerate(files):
        one = Unread(file, columns.get(file.id + COLUMNS_ENDING))
        held = [] if is_columns(file.id) else _held(one, known)
        if held is None:
            unread[place] = one
        else:
            made[place] = held
            _tell(progress, len(made), files)
    for place, found in zip(unread, read([*unread.values()], max_file_bytes), strict=True):
        made[place] = found
        _tell(progress, len(made), files)

    found_in_order = [one for place in range(len(files)) for one in made[place]]
    readings = [one for one in found_in_order if isinstance(one, Reading)]
    unreadable = [one for one in found_in_order if isinstance(one, Skipped)]
    readings.sort(key=lambda one: one.release.id)
    readings = _without_twins(readings, lambda one: one.release.id, unreadable)
    every_skip = sorted((*skipped, *unreadable), key=lambda skip: skip.path)
    releases = mark_boilerplate(
        [one.release for one in readings], [one.texts for one in readings], elsewhere
    )
    return ReadReport(tuple(releases), tuple(every_skip), tuple(readings))


def _held(one: Unread, known: KnownReadings | None) -> list[Reading | Skipped] | None:
    """Give what is known of a file; None if it is to be read."""
    if known is None:
        return None
    if not one.file.is_text:
        return known.readings_in(one.file, one.columns)
    try:
        before = known.reading_of(one.file)
    except UnreadableRelease:
        return None  # its bytes were known as another format; reading it tells what is wrong
    return None if before is None else [before]


def _tell(
    progress: Callable[[int, int], None] | None, done: int, files: Sequence[ReleaseFile]
) -> None:
    if progress is not None:
        progress(done, len(files))


def load_files(
    folder: str | Path, *, max_file_bytes: int = MAX_FILE_BYTES
) -> tuple[list[ReleaseFile], list[Skipped]]:
    """Load every release file, sorted by id, and tell what was skipped.

    Raises:
        ReleasesError: There is no such folder, or it cannot be listed.
    """
    root = releases_folder(folder)
    files: list[ReleaseFile] = []
    skipped: list[Skipped] = []
    for release_id, path in _walked(root, skipped):
        try:
            files.append(_loaded(release_id, path, root, max_file_bytes))
        except UnreadableRelease as error:
            skipped.append(Skipped(release_id, error.reason, error.cure))
    files.sort(key=lambda file: file.id)
    files = _without_lost_maps(files, skipped)
    return _without_twins(files, lambda file: file.id, skipped), skipped


def _without_lost_maps(files: Sequence[ReleaseFile], skipped: list[Skipped]) -> list[ReleaseFile]:
    """Leave out tables whose map could not be read: without it other columns would be quoted."""
    lost = {skip.path: skip for skip in skipped if is_columns(skip.path)}
    kept = []
    for file in files:
        if skip := lost.get(file.id + COLUMNS_ENDING):
            reason = f"its map of columns cannot be read: {skip.reason}"
            skipped.append(Skipped(file.id, reason, skip.cure))
        else:
            kept.append(file)
    return kept


def files_by_id(folder: str | Path) -> dict[str, Path]:
    """Give where each file of a folder is, by its id, which may show its name otherwise.

    Raises:
        ReleasesError: There is no such folder, or it cannot be listed.
    """
    return {release_id: Path(path) for release_id, path in _walked(releases_folder(folder), [])}


def _walked(root: Path, skipped: list[Skipped]) -> Iterator[tuple[str, str]]:
    """Give id and path of each file."""
    within = os.path.join(root, "")  # noqa: PTH118 - of text, as the paths below it are
    for path in walk(root, root, 0, skipped):
        below = path.startswith(within)  # `relpath` takes as long as reading the file
        yield shown(path[len(within) :] if below else os.path.relpath(path, root)), path


def releases_folder(folder: str | Path) -> Path:
    """Give a folder of releases, if it is one.

    Raises:
        ReleasesError: There is no such folder.
    """
    root = Path(folder)
    if not root.is_dir():
        found = "is not a folder" if root.exists() else "does not exist"
        raise ReleasesError(f"the releases folder {str(root)!r} {found}; name it with --releases")
    return root


def snapshot(folder: str | Path) -> frozenset[tuple[str, int, int, int]]:
    """Give a picture of a folder that differs once a file does, cheaply; empty if it is not there.

    It is of paths, sizes, times and file numbers: a file that was only touched differs too.
    """
    root = Path(folder)
    found = set()
    try:
        for path in walk(root, root, 0, []):
            try:
                status = os.lstat(path)
            except OSError:
                continue  # removed meanwhile
            found.add((path, status.st_size, status.st_mtime_ns, status.st_ino))
    except ReleasesError:
        return frozenset()
    return frozenset(found)


def file_of(release_id: str, ids: Callable[[str], bool]) -> str:
    """Give the file that a release is in, by its id.

    Args:
        release_id: "a.md", or "all.zip!/north/a.md" for what is inside a file.
        ids: Tells whether there is a file of an id.

    >>> file_of("all.zip!/north/a.md", {"all.zip"}.__contains__)
    'all.zip'
    """
    steps = release_id.split(INSIDE)
    for count in range(len(steps), 1, -1):
        if ids(INSIDE.join(steps[:count])):
            return INSIDE.join(steps[:count])
    return steps[0] if format_of(steps[0]) not in (None, TEXT) else release_id


def _loaded(release_id: str, path: str, root: Path, max_file_bytes: int) -> ReleaseFile:
    def read() -> bytes:
        return read_bytes(path, root, max_file_bytes)

    held = format_of(path) in (None, TEXT)
    return ReleaseFile(release_id, read(), None if held else read)


def _without_twins(
    named: Iterable[_Any], id_of: Callable[[_Any], str], skipped: list[Skipped]
) -> list[_Any]:
    """Leave out a file whose name is shown as another's: a byte, and its escape spelt out."""
    kept: dict[str, _Any] = {}
    for one in named:
        if id_of(one) in kept:
            skipped.append(Skipped(id_of(one), "another file's name is shown alike", "rename it"))
        kept.setdefault(id_of(one), one)
    return list(kept.values())
