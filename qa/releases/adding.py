"""Add releases to their folder: read first, and written only if there is something to quote.

The shell, the owner's page and fetching all add through here. Nothing is written over unless that
is asked for, and nothing twice. The index is another matter: a build takes up what was added.

Reads    bytes, with the name or the address that they came from
Gives    `Added`, what was understood; or `NotAdded`
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

from qa.errors import AlreadyThere, NotAdded, UnreadableRelease
from qa.records import Skipped
from qa.releases.contents import Contents
from qa.releases.extraction import Extraction
from qa.releases.folder import MAX_FILE_BYTES, releases_folder
from qa.releases.formats.known_formats import COLUMNS_ENDING, TABLE, format_of
from qa.releases.naming import safe_name
from qa.releases.one_file import ReleaseFile
from qa.releases.placing import put, take_away, taken
from qa.releases.understanding import Look, Understood, looks
from qa.releases.walk import read_bytes


@dataclass(frozen=True, slots=True)
class Offered:
    """A file that may be added.

    Attributes:
        origin: Where it comes from, as people know it: a path, an address.
        name: Its name there; the ending tells its format.
        data: Its bytes.
        above: Names of the folders that it is to lie in.
        columns: The map of its columns, if there is one beside it; else that of the folder rules.
    """

    origin: str
    name: str
    data: bytes = field(repr=False)
    above: Sequence[str] = ()
    columns: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Added:
    """A file that is now among the releases.

    Attributes:
        origin: Where it came from.
        path: Where it is, below the releases folder.
        understood: Each release in it.
        left_out: What is in it and cannot be read.
    """

    origin: str
    path: str
    understood: tuple[Understood, ...]
    left_out: tuple[Skipped, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {
            "from": self.origin,
            "path": self.path,
            "releases": [one.to_dict() for one in self.understood],
            "left_out": [one.to_dict() for one in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class Held:
    """What needs no adding: it is among the releases already, by its name or to the byte."""

    origin: str
    path: str

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {"from": self.origin, "path": self.path}


class Adding:
    """Adds files to a releases folder, one after another."""

    def __init__(
        self,
        folder: str | Path,
        *,
        max_file_bytes: int = MAX_FILE_BYTES,
        replace: bool = False,
        extraction: Extraction | None = None,
    ) -> None:
        """Look at the folder.

        Args:
            folder: Of the releases.
            max_file_bytes: Largest text file; other formats may have a multiple.
            replace: Whether a file may take the place of one of the same name.
            extraction: Reads what is not text, and goes on after this; without it, one of its own.

        Raises:
            ReleasesError: There is no such folder, or it cannot be listed.
        """
        self.root = releases_folder(folder)
        self.max_file_bytes = max_file_bytes
        self._replace = replace
        self._contents = Contents(self.root)
        self._own = Extraction()
        self._extraction = extraction or self._own

    def __enter__(self) -> "Adding":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._own.close()

    def add(self, offered: Offered) -> Added:
        """Add one file.

        Raises:
            NotAdded: It is empty, of another format, cannot be read, is there already, or cannot
                be written.
        """
        path = safe_name(offered.name, offered.above)
        twin = self._contents.same_as(offered.data)
        if twin is not None and not (twin == path and self._brings_another_map(path, offered)):
            raise AlreadyThere(twin)
        if not self._replace and self.has(path):
            raise taken(path)
        understood, left_out = self.understood(offered)
        self._put(path, offered)
        return Added(offered.origin, path, understood, left_out)

    def added(self, one: Offered | Skipped) -> Added | Skipped:
        """Add one file; if it is not added, give the reason instead of raising it."""
        if isinstance(one, Skipped):
            return one
        try:
            return self.add(one)
        except NotAdded as error:
            return Skipped(one.origin, error.reason, error.cure)

    def has(self, path: str) -> bool:
        """Tell whether something is in the folder under a path."""
        place = self.root / path
        return place.is_symlink() or place.exists()

    def understood(self, offered: Offered) -> tuple[tuple[Understood, ...], tuple[Skipped, ...]]:
        """Read a file without adding it: what is understood, one release or more, and left out.

        Raises:
            NotAdded: Nothing in it can be read.
        """
        if not offered.data.strip():
            raise NotAdded("it is empty", "give a file with text")
        path = safe_name(offered.name, offered.above)
        columns = self._map_there(path) if offered.columns is None else offered.columns
        found: list[Look | Skipped] = []
        try:
            for one in looks(
                ReleaseFile(path, offered.data),
                columns,
                max_file_bytes=self.max_file_bytes,
                extraction=self._extraction,
                today=date.today(),
            ):
                found.append(one)  # one by one: what came before a fault is kept
        except UnreadableRelease as error:
            if not any(isinstance(one, Look) for one in found):
                raise NotAdded(error.reason, error.cure) from None
            found.append(Skipped(path, error.reason, error.cure))
        left_out = tuple(one for one in found if isinstance(one, Skipped))
        understood = tuple(one.understood for one in found if isinstance(one, Look))
        if not understood:
            raise NotAdded(
                f"nothing in it can be read: {left_out[0]}" if left_out else "it holds no release",
                "give a file with text",
            )
        return understood, left_out

    def _map_there(self, path: str) -> bytes | None:
        """Give the map in the folder by which a build reads the table of a path; None without.

        Raises:
            NotAdded: There is one that cannot be read.
        """
        beside = path + COLUMNS_ENDING
        if format_of(path) is not TABLE or not self.has(beside):
            return None
        try:
            return read_bytes(str(self.root / beside), self.root, self.max_file_bytes)
        except UnreadableRelease as error:
            raise NotAdded(
                f"{beside!r} is its map of columns: {error.reason}", error.cure
            ) from None

    def _brings_another_map(self, path: str, offered: Offered) -> bool:
        """Tell whether a table that is there would be read otherwise by the map that comes."""
        if not self._replace or offered.columns is None:
            return False
        try:
            return offered.columns != self._map_there(path)
        except NotAdded:  # what cannot be read gives way
            return True

    def _put(self, path: str, offered: Offered) -> None:
        beside, columns = path + COLUMNS_ENDING, offered.columns
        if columns is not None and not self._replace and columns == self._map_there(path):
            columns = None  # it is there
        if columns is not None:  # first: a table is never read without its map
            put(self.root, beside, columns, replace=self._replace)
        try:
            put(self.root, path, offered.data, replace=self._replace)
        except NotAdded:
            if columns is not None and not self._replace:
                take_away(self.root, beside)
            raise
        self._contents.note(path, len(offered.data))
