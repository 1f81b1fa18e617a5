"""Archives, zip and tar, of files in any of the other formats.

An archive is gone through twice: for the maps of columns alone, since a table may stand before its
map, then for its files, one after another.

Reads    bytes of an archive
Gives    the documents of each file in it, under the path it has there
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from qa.errors import UNSHOWN, UnreadableRelease
from qa.releases.formats.document import INSIDE, Document, Part, Refused, Source
from qa.releases.formats.known_formats import (
    COLUMNS_ENDING,
    TABLE,
    fault_of,
    format_of,
    guarded,
    is_columns,
    read_part,
)
from qa.releases.formats.unpacking import MAX_NAME, Budget, Files, Reads, files_in

MAX_FILES = 100_000
_LEFT_OUT = (".", "~", "__MACOSX")


@dataclass(slots=True)
class _Maps:
    """The maps of columns in an archive.

    Attributes:
        of: The bytes of each by its name, or why it cannot be read.
        fault: Why there may be more of them; None if it was read to its end.
    """

    of: dict[str, bytes | UnreadableRelease] = field(default_factory=dict)
    fault: UnreadableRelease | None = None

    def of_table(self, name: str) -> bytes | None:
        """Give the map of a table, if it has one.

        Raises:
            UnreadableRelease: It has one that cannot be read, or nobody can tell.
        """
        told = self.of.get(name + COLUMNS_ENDING, self.fault)
        if isinstance(told, UnreadableRelease):
            raise UnreadableRelease(f"its map of columns cannot be read: {told.reason}", told.cure)
        return told


def parts(source: Source) -> Iterator[Part]:
    """Give a part for each file of an archive, but for those that systems leave behind.

    Raises:
        UnreadableRelease: It is no archive, is locked, or unpacks to too much.
    """
    maps, budget = _maps_in(source), Budget(len(source.data))
    for name, fault, read in _files(source, budget):
        if not is_columns(name):
            yield Part(name, partial(_read, source, name, fault, read, maps))
        elif isinstance(unread := maps.of.get(name, fault), UnreadableRelease):
            yield Part(name, partial(_refused, unread))
        budget.check()
    if maps.fault is not None:
        raise maps.fault


def _maps_in(source: Source) -> _Maps:
    """Gather the maps of columns, within a budget of their own."""
    maps, budget = _Maps(), Budget(len(source.data))
    try:
        for name, fault, read in _files(source, budget):
            if is_columns(name):
                maps.of[name] = fault or _map(read, source.max_bytes)
            budget.check()
    except Exception as error:
        maps.fault = fault_of(error)  # raised when the files before it have been read
    return maps


def _map(read: Reads, most: int) -> bytes | UnreadableRelease:
    try:
        data = read(most + 1)
    except Exception as error:
        return fault_of(error)
    if len(data) > most:
        return _too_long(most, "shorten it")
    return data


def _files(source: Source, budget: Budget) -> Files:
    """Give the files under their names as they are shown."""
    for count, (raw, fault, read) in enumerate(files_in(source, budget)):
        if count >= MAX_FILES:
            raise UnreadableRelease(f"it holds over {MAX_FILES:,} files", "split it")
        name = _shown(raw)
        if not _is_left_out(name):
            yield name, fault, read


def _read(
    source: Source, name: str, fault: UnreadableRelease | None, read: Reads, maps: _Maps
) -> Iterator[Document | Refused]:
    if fault is not None:
        raise fault
    found = format_of(name)
    columns = maps.of_table(name) if found is TABLE else None
    most = source.max_bytes * (found.times if found else 1)
    data = b"" if found is None else read(most + 1)
    if len(data) > most:
        raise _too_long(most, "split it")
    inner = Source(name, data, source.max_bytes, columns, source.depth + 1)
    for part in guarded(inner):
        for item in read_part(part, source.max_bytes):
            yield _placed(item, name)


def _refused(fault: UnreadableRelease) -> Iterator[Document | Refused]:
    raise fault


def _too_long(most: int, cure: str) -> UnreadableRelease:
    return UnreadableRelease(
        f"it has over {most:,} bytes", f"{cure}, or raise max_file_kb in qa.yaml"
    )


def _placed(item: Document | Refused, name: str) -> Document | Refused:
    inner = name + (INSIDE + item.inner if item.inner else "")
    if isinstance(item, Refused):
        return Refused(inner, item.reason, item.cure)
    made = f"archive, {item.made}"
    return Document(inner, item.text, item.head, made, item.dates)


def _shown(name: str) -> str:
    path = name.replace("\\", "/").removeprefix("./")
    return UNSHOWN.sub(lambda match: f"\\x{ord(match[0]):02x}", path)[:MAX_NAME] or "(no name)"


def _is_left_out(name: str) -> bool:
    steps = name.split("/")
    hidden = any(step.startswith(_LEFT_OUT) and step != ".." for step in steps)
    return hidden or steps[-1].endswith("~") or name.lower() == "readme.md"
