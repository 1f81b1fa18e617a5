"""Read one file of releases by itself: in this process, or wherever it was sent.

Nothing here knows of other files, so files may be read in any order and anywhere; what all of
them tell together is the matter of `qa.releases.folder`.

Reads    the bytes of a file, and the map of its columns if it is a table
Gives    each release in it as a `Reading`, and `Skipped` for what cannot be read
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.errors import UnreadableRelease
from qa.records import Skipped
from qa.releases.extraction import Extraction
from qa.releases.formats.document import INSIDE, Document, Refused, Source
from qa.releases.formats.known_formats import TEXT, format_of, read_parts
from qa.releases.reader import Reading, read_alone, read_document


class ReleaseFile:
    """One file below the releases folder: its id there, its SHA-256, and its bytes.

    The bytes of a text are held. Those of other formats, which are large and many, are read again
    when they are wanted, and are the same or an `UnreadableRelease`.
    """

    __slots__ = ("_data", "_read", "id", "sha256", "size")

    def __init__(self, id_: str, data: bytes, read: Callable[[], bytes] | None = None) -> None:
        """Take note of a file; `read` gives its bytes again, if they are not to be held."""
        self.id = id_
        self.size = len(data)
        self.sha256 = hashlib.sha256(data).hexdigest()
        self._data = data if read is None else None
        self._read = read

    @property
    def data(self) -> bytes:
        """Its bytes."""
        if self._data is not None or self._read is None:
            return self._data or b""
        data = self._read()
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise UnreadableRelease("it changed while it was read", "build again")
        return data

    @property
    def is_text(self) -> bool:
        """Whether it is read as it stands."""
        return format_of(self.id) is TEXT


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that is to be read, with the map of its columns if there is one beside it."""

    file: ReleaseFile
    columns: bytes | None = None

    def held(self) -> "Unread | Skipped":
        """Give it with its bytes in memory, fit to be sent elsewhere; or why it cannot be read."""
        try:
            return Unread(ReleaseFile(self.file.id, self.file.data), self.columns)
        except UnreadableRelease as error:
            return Skipped(self.file.id, error.reason, error.cure)


class ReadFiles(Protocol):
    """Reads files, each by itself."""

    def __call__(
        self, files: Sequence[Unread], max_file_bytes: int
    ) -> Iterator[list[Reading | Skipped]]:
        """Give what is in each file, in the order of the files."""


def read_here(
    files: Iterable[Unread | Skipped], max_file_bytes: int
) -> Iterator[list[Reading | Skipped]]:
    """Read files in this process and its child; gives what is in each, in their order."""
    with Extraction() as extraction:
        for one in files:
            if isinstance(one, Skipped):
                yield [one]
            else:
                yield _read(one, max_file_bytes, extraction)


def _read(unread: Unread, max_file_bytes: int, extraction: Extraction) -> list[Reading | Skipped]:
    file, made = unread.file, list[Reading | Skipped]()
    try:
        if file.is_text:
            made.append(read_alone(file.data, file.id))
        else:
            made.extend(read_file(file, unread.columns, max_file_bytes, extraction))
    except UnreadableRelease as error:
        made.append(Skipped(file.id, error.reason, error.cure))
    return made


def read_file(
    file: ReleaseFile, columns: bytes | None, max_file_bytes: int, extraction: Extraction
) -> Iterator[Reading | Skipped]:
    """Read a file of any format but text: each release in it, and what is skipped.

    Args:
        file: The file.
        columns: The map of its columns, if there is one beside it.
        max_file_bytes: Largest text file; see `read_folder`.
        extraction: Reads it.

    Raises:
        UnreadableRelease: It cannot be read as a whole, or not to its end.
    """
    for one in read_documents(file, columns, max_file_bytes, extraction):
        yield one if isinstance(one, Skipped) else one[1]


def read_documents(
    file: ReleaseFile, columns: bytes | None, max_file_bytes: int, extraction: Extraction
) -> Iterator[tuple[Document, Reading] | Skipped]:
    """Read a file of any format as `read_file` does; gives what was extracted beside each reading.

    Raises:
        UnreadableRelease: It cannot be read as a whole, or not to its end.
    """
    source = Source(file.id, file.data, max_file_bytes, columns)
    for item in read_parts(source) if file.is_text else extraction.documents(source):
        place = file.id + (INSIDE + item.inner if item.inner else "")
        if isinstance(item, Refused):
            yield Skipped(place, item.reason, item.cure)
            continue
        try:
            yield item, read_document(item, place, size=file.size, sha256=file.sha256)
        except UnreadableRelease as error:
            if not item.inner:
                raise
            yield Skipped(place, error.reason, error.cure)
