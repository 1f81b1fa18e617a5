"""What serves on a PostgreSQL server: the one row that names it."""

from typing import Any

import numpy as np
from psycopg import sql

from qa.engines.far.source import Current
from qa.engines.postgresql.server import Server
from qa.engines.postgresql.stored import StoredRows
from qa.errors import IndexMissing

_CURRENT = sql.SQL(
    "SELECT name, manifest, base, delta, extract(epoch FROM published)::float8 "
    "FROM qa.current JOIN qa.generation USING (name)"
)
_HAS_ANY = sql.SQL("SELECT to_regclass('qa.current') IS NOT NULL")


class Database:
    """The database of an address; see `qa.engines.far.source.Source`."""

    def __init__(self, address: str) -> None:
        """Take an address; nothing is asked yet.

        Raises:
            UsageError: It is none.
        """
        self._server = Server(address)
        self.place = self._server.place

    def current(self) -> Current:
        """Read what serves; see `Source.current`."""
        if not self._server.fetch(_HAS_ANY)[0][0]:
            raise IndexMissing(self.place)
        rows = self._server.fetch(_CURRENT)
        if not rows:
            raise IndexMissing(self.place)
        name, data, base, delta, published = rows[0]
        segments = (base, delta) if delta is not None else (base,)
        return Current(name, data, segments, published, self.place)

    def stored(self, segment: str, dtype: np.dtype[Any], dimension: int) -> StoredRows:
        """Give the rows of a segment."""
        return StoredRows(self._server, segment, dtype, dimension)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()
