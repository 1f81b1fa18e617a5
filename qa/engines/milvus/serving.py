"""What serves on a Milvus server: the collection that an alias names, with one record.

    qa_current                            the alias; changed in one step
    qa_generation_g00000007_5d1c9a02_…    a generation: its record
    qa_segment_5d1c9a02…_…_values         a segment, named by a digest of its files: the tables of
    qa_segment_5d1c9a02…_…_vectors        `qa.engines.far.tables`, and the vectors

Each name ends with when the collection was made, and by whom; none is written to again.
"""

import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.engines.far.source import Current
from qa.engines.milvus.driver import MilvusException
from qa.engines.milvus.server import NO_ALIAS, NOT_FOUND, Server
from qa.engines.milvus.stored import StoredRows
from qa.engines.milvus.values import RECORD, Values
from qa.errors import IndexDamaged, IndexMissing

ALIAS = "qa_current"
GENERATION, SEGMENT = "qa_generation_", "qa_segment_"
_TOKEN = 12  # letters that end each name


@dataclass(frozen=True, slots=True)
class Replaced:
    """A generation that served before.

    Attributes:
        collection: Its own.
        segments: Its segments.
        at: When it was replaced, in seconds since 1970.
    """

    collection: str
    segments: tuple[str, ...]
    at: float

    @property
    def collections(self) -> set[str]:
        """Every collection that it needs."""
        return {self.collection, *(one for name in self.segments for one in pair_of(name))}


@dataclass(frozen=True, slots=True)
class Record:
    """What the collection of a generation says.

    Attributes:
        collection: Its name.
        current: The generation.
        replaced: Those that served before it and were still there.
    """

    collection: str
    current: Current
    replaced: tuple[Replaced, ...]


class Database:
    """The database of an address; see `qa.engines.far.source.Source`."""

    def __init__(self, address: str) -> None:
        """Take an address; nothing is asked yet.

        Raises:
            UsageError: It is none.
        """
        self._server = Server(address)
        self.place = self._server.place
        self._last: Record | None = None

    def current(self) -> Current:
        """Read what serves; see `Source.current`."""
        collection = named_by_alias(self._server)
        if collection is None:
            raise IndexMissing(self.place)
        # What a collection says never changes; its name is all that is asked for each second.
        if self._last is None or self._last.collection != collection:
            self._last = read_record(self._server, collection)
        return self._last.current

    def stored(self, segment: str, dtype: np.dtype[Any], dimension: int) -> StoredRows:
        """Give the rows of a segment."""
        return StoredRows(self._server, segment, dtype, dimension)

    def close(self) -> None:
        """Close the connection."""
        self._server.close()


def named_by_alias(server: Server) -> str | None:
    """Give the collection of the generation that serves; None if nothing was published."""
    try:
        return str(server.read("describe_alias", ALIAS)["collection_name"])
    except MilvusException as error:
        if error.code in (NO_ALIAS, NOT_FOUND):
            return None
        raise server.unavailable(error) from None


def read_record(server: Server, collection: str) -> Record:
    """Read what the collection of a generation says.

    Raises:
        IndexDamaged: It says nothing.
        EngineUnavailable: The server cannot be asked.
    """
    rows = Values(server, collection).fetch(RECORD, [0])
    if not rows:
        raise IndexDamaged(f"{server.place} {collection}", "has no record")
    _, facts, manifest = rows[0]
    told = json.loads(facts)
    current = Current(
        told["name"], manifest, tuple(told["segments"]), told["published"], server.place
    )
    replaced = tuple(
        Replaced(one["collection"], tuple(one["segments"]), one["at"]) for one in told["replaced"]
    )
    return Record(collection, current, replaced)


def pair_of(segment: str) -> tuple[str, str]:
    """Give the collections of a segment: of values and of vectors."""
    return f"{segment}_values", f"{segment}_vectors"


def new_name(prefix: str, what: str) -> str:
    """Give a name that no other program gives."""
    safe = what.replace("-", "_")
    return f"{prefix}{safe}_{int(time.time()):08x}{secrets.token_hex(2)}"


def made_at(collection: str) -> float:
    """Give when a collection was made, in seconds since 1970; 0 if its name does not say."""
    name = collection.removesuffix("_values").removesuffix("_vectors")
    try:
        return float(int(name[-_TOKEN:-4], 16))
    except ValueError:
        return 0.0
