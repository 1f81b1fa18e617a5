"""Walk a folder that anything may lie in, and read the bytes of its files, safely.

Only regular files are opened, without following a link out of the folder and without waiting
on a pipe.

Reads    a folder and its sub-folders
Gives    paths, bytes, and names as they are shown
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from qa.errors import UNSHOWN, ReleasesError, UnreadableRelease
from qa.records import Skipped
from qa.releases.formats.known_formats import ENDINGS, UNKNOWN, format_of, is_columns

MAX_DEPTH = 32

_BLOCK = 1 << 16  # bytes read at once of a file that has grown meanwhile

# Left by editors and systems; no one means them as releases.
_PASSED_OVER = (".", "~")


def is_passed_over(name: str) -> bool:
    """Tell whether a file or folder of this name is left by editors and systems."""
    return name.startswith(_PASSED_OVER) or name.endswith("~")


def walk(folder: Path, root: Path, depth: int, skipped: list[Skipped]) -> Iterator[str]:
    """Give the path of everything in `folder` that is no folder, sorted by bytes of its name.

    Args:
        folder: Where to begin.
        root: The releases folder.
        depth: How deep in it `folder` is.
        skipped: Is added what cannot be walked.

    Raises:
        ReleasesError: `root` cannot be listed.
    """
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        if folder == root:
            raise ReleasesError(f"{str(root)!r} cannot be listed: {error.strerror}") from None
        place = shown(os.path.relpath(folder, root))
        skipped.append(Skipped(place, f"it cannot be listed: {error.strerror}", "give read rights"))
        return
    for entry in entries:
        if is_passed_over(entry.name):
            continue
        if not entry.is_dir(follow_symlinks=False):
            if folder != root or entry.name.lower() != "readme.md":
                yield entry.path
        elif depth < MAX_DEPTH:
            yield from walk(Path(entry.path), root, depth + 1, skipped)
        else:
            place = shown(os.path.relpath(entry.path, root))
            skipped.append(Skipped(place, f"it lies over {MAX_DEPTH} folders deep", "move it up"))


def read_bytes(path: str, root: Path, max_file_bytes: int) -> bytes:
    """Read a file of the releases folder `root`, of a format that is read.

    Raises:
        UnreadableRelease: It is none, is too large, or leads elsewhere.
    """
    try:
        found = format_of(path)
        if found is None and not is_columns(path) and not _is_special(path):
            raise UnreadableRelease(UNKNOWN, f"save it as one of: {', '.join(ENDINGS)}")
        # A link is followed only to a file of this folder; a pipe is never waited on.
        real = _inside(path, root)
        handle = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _checked_bytes(handle, max_file_bytes * (found.times if found else 1))
        finally:
            os.close(handle)
    except OSError as error:
        cure = "give read rights" if isinstance(error, PermissionError) else "see to its disk"
        raise UnreadableRelease(f"it cannot be read: {error.strerror}", cure) from None


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
    if status.st_size > max_file_bytes:
        raise _too_large(status.st_size, max_file_bytes)
    # Asked for no more than there is: room for the largest file would be made for each one.
    data = os.read(handle, min(status.st_size, max_file_bytes) + 1)
    while len(data) <= max_file_bytes and (more := os.read(handle, _BLOCK)):
        data += more
    if len(data) > max_file_bytes:
        raise _too_large(len(data), max_file_bytes)  # it has grown meanwhile
    return data


def _too_large(size: int, most: int) -> UnreadableRelease:
    return UnreadableRelease(
        f"it has {size:,} bytes; at most {most:,} are read",
        "split it, or raise max_file_kb in qa.yaml",
    )


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


def shown(path: str) -> str:
    """Give a path as text that can be printed and stored, whatever bytes its name has."""
    if path.isascii() and path.isprintable():
        return path.replace(os.sep, "/")
    text = os.fsencode(path).decode("utf-8", "backslashreplace").replace(os.sep, "/")
    return UNSHOWN.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
