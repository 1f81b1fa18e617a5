"""Read a folder of releases, safely: whatever lies in it, reading goes on.

Only regular files are opened, without following a link out of the folder and without
waiting on a pipe. What cannot be read is reported with its reason and cure.

Reads    a folder and its sub-folders
Gives    `ReadReport`: releases in the order of their ids, and what was skipped
"""

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from qa.errors import ReleasesError, UnreadableRelease
from qa.records import Release, Skipped
from qa.releases.boilerplate import Elsewhere, mark_boilerplate
from qa.releases.reader import Reading, read_alone

FORMATS = (".md", ".markdown", ".txt")
MAX_FILE_BYTES = 2048 * 1024
MAX_DEPTH = 32

_BLOCK = 1 << 16  # bytes read at once of a file that has grown meanwhile

# Left by editors and systems; no one means them as releases.
_PASSED_OVER = (".", "~")
# A new line in a file's name would make two lines of one report line.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


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


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """The bytes of one file below the releases folder, and its id there."""

    id: str
    data: bytes
    sha256: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", hashlib.sha256(self.data).hexdigest())


class KnownReadings(Protocol):
    """What the same reading has made of files before."""

    def reading_of(self, file: ReleaseFile) -> Reading | None:
        """Give what reading this file would give; None if it is to be read."""


def read_folder(
    folder: str | Path,
    *,
    max_file_bytes: int = MAX_FILE_BYTES,
    progress: Callable[[int, int], None] | None = None,
) -> ReadReport:
    """Read every release in `folder`; nothing is built or written.

    Args:
        folder: Where the releases lie; `README.md` at its top is not one.
        max_file_bytes: Larger files are skipped.
        progress: Called with (files read, files in all) as reading goes on.

    Raises:
        ReleasesError: There is no such folder, or it cannot be listed.
    """
    files, skipped = load_files(folder, max_file_bytes=max_file_bytes)
    return read_files(files, skipped, progress=progress)


def read_files(
    files: list[ReleaseFile],
    skipped: list[Skipped],
    *,
    known: KnownReadings | None = None,
    elsewhere: Elsewhere | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ReadReport:
    """Read releases from the bytes of their files, those that are not known; see `read_folder`."""
    readings: list[Reading] = []
    unreadable: list[Skipped] = []
    for count, file in enumerate(files, start=1):
        try:
            before = known.reading_of(file) if known is not None else None
            readings.append(before or read_alone(file.data, file.id))
        except UnreadableRelease as error:
            unreadable.append(Skipped(file.id, error.reason, error.cure))
        if progress is not None:
            progress(count, len(files))
    every_skip = sorted((*skipped, *unreadable), key=lambda skip: skip.path)
    releases = mark_boilerplate(
        [one.release for one in readings], [one.texts for one in readings], elsewhere
    )
    return ReadReport(tuple(releases), tuple(every_skip), tuple(readings))


def load_files(
    folder: str | Path, *, max_file_bytes: int = MAX_FILE_BYTES
) -> tuple[list[ReleaseFile], list[Skipped]]:
    """Load the bytes of every release file, sorted by id, and tell what was skipped.

    Raises:
        ReleasesError: There is no such folder, or it cannot be listed.
    """
    root = releases_folder(folder)
    files: list[ReleaseFile] = []
    skipped: list[Skipped] = []
    within = os.path.join(root, "")  # noqa: PTH118 - of text, as the paths below it are
    for path in _walk(root, root, 0, skipped):
        below = path.startswith(within)  # `relpath` takes as long as reading the file
        release_id = _shown(path[len(within) :] if below else os.path.relpath(path, root))
        try:
            files.append(ReleaseFile(release_id, _read_bytes(path, root, max_file_bytes)))
        except UnreadableRelease as error:
            skipped.append(Skipped(release_id, error.reason, error.cure))
    return _without_twins(sorted(files, key=lambda file: file.id), skipped), skipped


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
        for path in _walk(root, root, 0, []):
            try:
                status = os.lstat(path)
            except OSError:
                continue  # removed meanwhile
            found.add((path, status.st_size, status.st_mtime_ns, status.st_ino))
    except ReleasesError:
        return frozenset()
    return frozenset(found)


def is_passed_over(name: str) -> bool:
    """Tell whether a file or folder of this name is left by editors and systems."""
    return name.startswith(_PASSED_OVER) or name.endswith("~")


def _without_twins(files: list[ReleaseFile], skipped: list[Skipped]) -> list[ReleaseFile]:
    """Leave out a file whose name is shown as another's: a byte, and its escape spelt out."""
    kept: dict[str, ReleaseFile] = {}
    for file in files:
        if file.id in kept:
            skipped.append(Skipped(file.id, "another file's name is shown alike", "rename it"))
        kept.setdefault(file.id, file)
    return list(kept.values())


def _walk(folder: Path, root: Path, depth: int, skipped: list[Skipped]) -> Iterator[str]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        if folder == root:
            raise ReleasesError(f"{str(root)!r} cannot be listed: {error.strerror}") from None
        place = _shown(os.path.relpath(folder, root))
        skipped.append(Skipped(place, f"it cannot be listed: {error.strerror}", "give read rights"))
        return
    for entry in entries:
        if is_passed_over(entry.name):
            continue
        if not entry.is_dir(follow_symlinks=False):
            if folder != root or entry.name.lower() != "readme.md":
                yield entry.path
        elif depth < MAX_DEPTH:
            yield from _walk(Path(entry.path), root, depth + 1, skipped)
        else:
            place = _shown(os.path.relpath(entry.path, root))
            skipped.append(Skipped(place, f"it lies over {MAX_DEPTH} folders deep", "move it up"))


def _read_bytes(path: str, root: Path, max_file_bytes: int) -> bytes:
    try:
        if not path.lower().endswith(FORMATS) and not _is_special(path):
            raise UnreadableRelease(
                "its format is not one that is read", f"save it as one of: {', '.join(FORMATS)}"
            )
        # A link is followed only to a file of this folder; a pipe is never waited on.
        real = _inside(path, root)
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _checked_bytes(handle, max_file_bytes)
        finally:
            os.close(handle)
    except OSError as error:
        raise UnreadableRelease(f"it cannot be read: {error.strerror}", "check it") from None


def _is_special(path: str) -> bool:
    mode = os.lstat(path).st_mode
    return not stat.S_ISREG(mode)


def _inside(path: str, root: Path) -> str:
    mode = os.lstat(path).st_mode
    if not stat.S_ISLNK(mode):
        if not stat.S_ISREG(mode):
            raise UnreadableRelease(f"it is {_what(mode)}, not a file", "put a file in its place")
        return path
    real = os.path.realpath(path)
    if not Path(real).is_relative_to(root.resolve()):
        raise UnreadableRelease(
            "it is a link out of the releases folder", "put a copy of the file in its place"
        )
    if not Path(real).is_file():
        raise UnreadableRelease("it is a link to no file", "remove it, or mend the link")
    return real


def _checked_bytes(handle: int, max_file_bytes: int) -> bytes:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableRelease(
            f"it is {_what(status.st_mode)}, not a file", "put a file in its place"
        )
    # Asked for no more than there is: room for the largest file would be made for each one.
    data = os.read(handle, min(status.st_size, max_file_bytes) + 1)
    while len(data) <= max_file_bytes and (more := os.read(handle, _BLOCK)):
        data += more
    if len(data) > max_file_bytes:
        size = max(status.st_size, len(data))
        raise UnreadableRelease(
            f"it has {size:,} bytes; at most {max_file_bytes:,} are read",
            "split it, or raise max_file_kb in qa.yaml",
        )
    return data


def _what(mode: int) -> str:
    for test, what in (
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISDIR, "a folder"),
    ):
        if test(mode):
            return what
    return "something else"


def _shown(path: str) -> str:
    """Give a path as text that can be printed and stored, whatever bytes its name has."""
    if path.isascii() and path.isprintable():
        return path.replace(os.sep, "/")
    text = os.fsencode(path).decode("utf-8", "backslashreplace").replace(os.sep, "/")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
