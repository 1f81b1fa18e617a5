"""The rows of a segment on a Milvus server; see `qa.engines.far.source.Stored`.

The server tells which vectors are nearest; they are brought by their rows and compared here, so a
cosine is that of a folder. Very many of them lie in lists, and a search without a filter goes
through the nearest half. Under a filter every vector that is allowed is compared, so filters are
exact: a graph (HNSW) lost up to a seventh of the nearest then. A narrow filter is applied before
anything is compared, a wide one to a list of results that is as much longer.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.engines.far.tables import Row, Table
from qa.engines.milvus.server import Server
from qa.engines.milvus.values import Values, count_rows
from qa.index.dense import Floats, Rows

MOST = 16_384  # results that Milvus gives at once
BY_KEY = 2_000  # rows allowed, up to which all are brought and compared here
BY_DEPTH = 0.1  # share of rows allowed, from which a longer list is filtered here
DEEPER = 2  # times as long a list as would hold enough if those allowed lay evenly
LISTS = 1_024  # of very many vectors, in each of Milvus' own segments
PROBED = LISTS // 2  # that a search without a filter goes through
_AT_ONCE = 2_000  # vectors of one request


class StoredRows:
    """Rows in the two collections of a segment."""

    def __init__(self, server: Server, segment: str, dtype: np.dtype[Any], dimension: int) -> None:
        self._server, self.name = server, segment
        self._values = Values(server, f"{segment}_values")
        self._vectors = f"{segment}_vectors"
        self._dtype, self._dimension = dtype, dimension

    def fetch(
        self, table: Table, numbers: Sequence[int], *, first: bool = True, second: bool = True
    ) -> list[Row]:
        """Give the rows with some numbers, ascending; see `Stored.fetch`."""
        return self._values.fetch(table, numbers, first=first, second=second)

    def vectors(self, rows: Rows) -> NDArray[Any]:
        """Give the vectors of some rows; see `Stored.vectors`."""
        # Milvus has 32 bits a number, which hold those of 16 bits as they are.
        vectors = np.empty((len(rows), self._dimension), dtype=self._dtype)
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            found = {
                row["row"]: row["vec"]
                for row in self._server.query(
                    self._vectors,
                    filter=f"row in {some.tolist()}",
                    output_fields=["row", "vec"],
                )
            }
            if len(found) != len(some):
                raise IndexError(f"{len(some) - len(found)} vectors are missing on the server")
            vectors[start : start + len(some)] = [found[row] for row in some.tolist()]
        return vectors

    def search(
        self, query: Floats, asked: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Rows, NDArray[Any]]:
        """Give rows and vectors of those nearest to a query; see `Stored.search`."""
        if allowed is not None:
            rows = self._allowed(query, asked, allowed)
        elif asked <= MOST:
            rows = self._nearest(query, asked, probed=PROBED)
        else:
            rows = np.arange(self.count(None))
        rows = np.sort(rows)
        return rows, self.vectors(rows)

    def count(self, table: Table | None) -> int:
        """Count the rows of a table; of vectors, if it is None."""
        if table is not None:
            return self._values.count(table)
        return count_rows(self._server, self._vectors, "", "Bounded")

    def _allowed(self, query: Floats, asked: int, allowed: NDArray[np.bool_]) -> Rows:
        rows = np.flatnonzero(allowed)
        if len(rows) <= max(BY_KEY, asked) or asked > MOST:
            return rows
        share = len(rows) / len(allowed)
        if share >= BY_DEPTH:
            found = self._nearest(query, min(MOST, int(DEEPER * asked / share)))
            found = found[allowed[found]]
            if len(found) >= asked:
                return found[:asked]
        return self._nearest(query, asked, f"row in {rows.tolist()}")

    def _nearest(self, query: Floats, asked: int, which: str = "", probed: int = LISTS) -> Rows:
        """Give the rows that the server finds nearest, best first."""
        found = self._server.search(
            self._vectors,
            data=[query.tolist()],
            anns_field="vec",
            filter=which,
            limit=asked,
            search_params={"params": {"nprobe": probed}},
            output_fields=["row"],
        )
        return np.array([hit["row"] for hit in found], dtype=np.int64)
