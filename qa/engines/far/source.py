"""Where rows lie: what an adapter gives, and what a server says that serves."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.engines.far.tables import Row, Table, digests_of
from qa.errors import IndexDamaged
from qa.index.dense import Floats, Rows
from qa.index.files import Records
from qa.index.manifest import Manifest, read_manifest


@dataclass(frozen=True, slots=True)
class Current:
    """The generation that serves, as the server names it.

    Attributes:
        name: e.g. "g00000007-5d1c9a02"; it ends with the digest of the manifest.
        data: The manifest.
        segments: What base and delta are called there; each name has the segment's digest.
        published: When, in seconds since 1970.
        place: The server, for messages.
    """

    name: str
    data: bytes
    segments: tuple[str, ...]
    published: float
    place: str

    def read(self) -> Manifest:
        """Give the manifest.

        Raises:
            IndexDamaged: It is not the one that the name is of.
        """
        if hashlib.sha256(self.data).hexdigest()[:8] != self.name.rpartition("-")[2]:
            raise IndexDamaged(f"{self.place} {self.name}", "has another manifest")
        return read_manifest(self.data, f"{self.place} {self.name}")

    def is_whole(self, manifest: Manifest) -> bool:
        """Tell whether the segments are those of a manifest, as this program lays them out."""
        digests = [digest for digest, _ in digests_of(manifest)]
        return len(digests) == len(self.segments) and all(
            digest in segment for digest, segment in zip(digests, self.segments, strict=True)
        )

    def records(self, manifest: Manifest) -> list[tuple[str, Records]]:
        """Give name and records of each segment.

        Raises:
            IndexDamaged: A segment is named that is not of these files.
        """
        if not self.is_whole(manifest):
            raise IndexDamaged(
                f"{self.place} {self.name}", "was published by another version of this program"
            )
        records = [records for _, records in digests_of(manifest)]
        return list(zip(self.segments, records, strict=True))


class Stored(Protocol):
    """The rows of one segment, which never change; safe under threads.

    Any of these raises `EngineUnavailable` if the server cannot be asked.
    """

    @property
    def name(self) -> str:
        """What the segment is called there."""

    def fetch(
        self,
        table: Table,
        numbers: Sequence[int],
        *,
        first: bool = True,
        second: bool = True,
    ) -> list[Row]:
        """Give the rows with some numbers, ascending; those that are not there are left out.

        Args:
            table: Where to look.
            numbers: Each once, ascending.
            first: Whether the first byte string is wanted; else it is empty.
            second: Whether the second is.
        """

    def vectors(self, rows: Rows) -> NDArray[Any]:
        """Give the vectors of some rows, each once and ascending.

        Raises:
            IndexError: One is not there.
        """

    def search(
        self, query: Floats, asked: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Rows, NDArray[Any]]:
        """Give rows and vectors of those nearest to a query, in any order.

        Args:
            query: Shape (d,), unit length.
            asked: How many are wanted; fewer only if no more are allowed.
            allowed: Shape (n,), with a True; None for all.
        """

    def count(self, table: Table | None) -> int:
        """Count the rows of a table; of vectors, if it is None."""


class Source(Protocol):
    """A server that generations are published on."""

    @property
    def place(self) -> str:
        """Its address, for messages; holds no password."""

    def current(self) -> Current:
        """Read what serves.

        Raises:
            IndexMissing: Nothing was published there yet.
            EngineUnavailable: The server cannot be asked.
        """

    def stored(self, segment: str, dtype: np.dtype[Any], dimension: int) -> Stored:
        """Give the rows of a segment, without asking for anything yet.

        Args:
            segment: What it is called there.
            dtype: Of the vectors.
            dimension: Of the vectors.
        """

    def close(self) -> None:
        """Close every connection; does nothing the second time."""
