"""Files that someone wants added: those named, and all below folders that are named.

Reads    a path anywhere on this machine
Gives    an `Offered` for each file of a format that is read; what cannot be, with its reason
"""

import os
from collections.abc import Iterator
from pathlib import Path

from qa.errors import ReleasesError, UnreadableRelease
from qa.records import Skipped
from qa.releases.adding import Offered
from qa.releases.formats.known_formats import COLUMNS_ENDING, is_columns
from qa.releases.walk import read_bytes, shown, walk


def offered(path: Path, max_file_bytes: int) -> Iterator[Offered | Skipped]:
    """Give the files at a path.

    A file in a folder keeps its place: `news/2020/a.md` of a folder `news` that is named. The map
    of a table's columns comes with its table.

    Args:
        path: A file, also behind a link; or a folder, of which the links that leave it are refused.
        max_file_bytes: Largest text file; other formats may have a multiple.
    """
    try:
        yield from _at(path, max_file_bytes)
    except OSError as error:  # e.g. since the folder that it lies in is locked
        yield Skipped(
            shown(str(path)), f"it cannot be looked at: {error.strerror}", "give read rights"
        )


def _at(path: Path, max_file_bytes: int) -> Iterator[Offered | Skipped]:
    if path.is_dir():
        yield from _below(path, max_file_bytes)
    elif is_columns(path.name):
        yield Skipped(
            shown(str(path)), "it is a map of columns", "name its table; the map goes along"
        )
    elif not (path.exists() or path.is_symlink()):
        yield Skipped(shown(str(path)), "there is no such file", "look at its spelling")
    else:
        yield _read(path.resolve(), shown(str(path)), path.name, (), max_file_bytes)


def _below(folder: Path, max_file_bytes: int) -> Iterator[Offered | Skipped]:
    skipped: list[Skipped] = []
    try:
        walked = list(walk(folder, folder, 0, skipped))
    except ReleasesError as error:
        yield Skipped(shown(str(folder)), str(error), "give read rights")
        return
    for found in walked:
        steps = Path(os.path.relpath(found, folder)).parts
        if not is_columns(steps[-1]):
            above = (folder.resolve().name, *steps[:-1])
            yield _read(Path(found), shown(found), steps[-1], above, max_file_bytes, folder)
    for one in skipped:
        yield Skipped(shown(str(folder / one.path)), one.reason, one.cure)


def _read(
    path: Path,
    origin: str,
    name: str,
    above: tuple[str, ...],
    max_file_bytes: int,
    root: Path | None = None,
) -> Offered | Skipped:
    root = root or path.parent
    beside = path.with_name(path.name + COLUMNS_ENDING)
    try:
        data = read_bytes(str(path), root, max_file_bytes)
        columns = read_bytes(str(beside), root, max_file_bytes) if beside.is_file() else None
    except UnreadableRelease as error:
        return Skipped(origin, error.reason, error.cure)
    return Offered(origin, name, data, above, columns)
