"""Dense retrieval by pgvector: the server brings the nearest, and they are put in order here.

The server's cosines may differ from those of a folder in the last bit. So more than k are brought
with their vectors, and cosines, order and ties are reckoned here as in a folder. Without an HNSW
index, and under a narrow filter, every vector is compared; so a filter never costs recall.

Letters: n paragraphs, d dimensions, k results.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.engines.postgresql.server import Server, within
from qa.index.dense import Floats, Rows
from qa.index.quantized import EXACT_UP_TO, widened

HNSW_ABOVE = EXACT_UP_TO  # vectors; fewer are compared one and all, as in a folder
SPARE = 400  # more than k are brought, as in `qa.index.quantized`
BY_ROW = 20_000  # rows allowed, up to which they are named one by one
BY_INDEX = 0.1  # share of rows allowed, from which the HNSW index is gone through


class FarVectors:
    """The vectors of a segment, on the server; shape (n, d), as `qa.index.reads.FarRows` are."""

    def __init__(self, server: Server, schema: str, n: int, dtype: np.dtype[Any], d: int) -> None:
        self._server, self._schema = server, schema
        self.shape, self.dtype = (n, d), dtype

    def __len__(self) -> int:
        """Count them."""
        return self.shape[0]

    def __getitem__(self, at: int) -> NDArray[Any]:
        """Give one."""
        found: NDArray[Any] = self.take(np.array([at]))[0]
        return found

    def take(self, rows: NDArray[Any], axis: int = 0) -> NDArray[Any]:
        """Give some, in the order of their rows."""
        wanted = np.unique(rows)
        statement = within(
            self._schema, "SELECT row, vec FROM {s}.vectors WHERE row = ANY(%s::int[]) ORDER BY row"
        )
        found, vectors = self.read(self._server.fetch(statement, [wanted.tolist()]))
        if len(found) != len(wanted):
            raise IndexError(f"{len(wanted) - len(found)} vectors are missing on the server")
        return vectors.take(np.searchsorted(found, rows), axis=axis)

    def read(self, brought: list[tuple[Any, ...]]) -> tuple[Rows, NDArray[Any]]:
        """Give rows and vectors of what the server brought: row, and vector in its own format."""
        number = ">f4" if self.dtype == np.float32 else ">f2"
        form = np.dtype([("head", ">i4"), ("vec", number, (self.shape[1],))])
        held = np.frombuffer(b"".join(vector for _, vector in brought), dtype=form)
        rows = np.array([row for row, _ in brought], dtype=np.int64)
        return rows, held["vec"].astype(self.dtype)


class FarDense:
    """n unit vectors on a server that can be searched; answers as `qa.index.dense.Dense` does."""

    def __init__(self, server: Server, schema: str, vectors: FarVectors) -> None:
        self._server, self._schema, self.vectors = server, schema, vectors
        self._kind = "vector" if vectors.dtype == np.float32 else "halfvec"

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query; see `Dense.nearest`."""
        n = len(self.vectors) if allowed is None else int(allowed.sum())
        if n == 0:
            return np.zeros(0, dtype=np.int64)
        asked = min(k + SPARE, n)
        while True:
            rows, vectors = self.vectors.read(self._search(query, asked, allowed))
            cosines = self._cosines(vectors, query)
            order = np.lexsort((rows, -cosines))
            # Of those that tie for the last place the server brings any: see them all, then choose.
            tied = len(order) > k and cosines[order[-1]] >= cosines[order[k - 1]]
            if asked == n or len(rows) < asked or not tied:
                return rows[order][:k]
            asked = min(2 * asked, n)

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Give the cosine of the query with each of some paragraphs, shape of `rows`."""
        if len(rows) == 0:
            return np.zeros(0, dtype=np.float32)
        return self._cosines(self.vectors.take(rows), query)

    def _cosines(self, vectors: NDArray[Any], query: Floats) -> Floats:
        held = widened(vectors) if vectors.dtype == np.float16 else vectors
        found: Floats = held @ query
        return found

    def _search(
        self, query: Floats, asked: int, allowed: NDArray[np.bool_] | None
    ) -> list[tuple[Any, ...]]:
        """Have the server look for the nearest; exactly, unless the filter is wide or none."""
        point = "[" + ",".join(map(repr, query.tolist())) + "]"
        order = f"ORDER BY vec <#> %s::{self._kind}"
        if allowed is None:
            statement = f"SELECT row, vec FROM {{s}}.vectors {order} LIMIT %s"
            return self._server.fetch(_within(self._schema, statement), [point, asked])
        given: Any
        n, rows = len(self.vectors), np.flatnonzero(allowed)
        if len(rows) <= BY_ROW:
            which, given = "row = ANY(%s::int[])", rows.tolist()
        else:
            which = "get_bit(%s::bytea, row) = 1"
            given = np.packbits(allowed, bitorder="little").tobytes()
        if len(rows) <= BY_ROW or len(rows) < BY_INDEX * n:
            # The planner would go through the HNSW index, if there is one, and bring too few.
            order = f"ORDER BY (vec <#> %s::{self._kind}) + 0"
        statement = f"SELECT row, vec FROM {{s}}.vectors WHERE {which} {order} LIMIT %s"
        return self._server.fetch(_within(self._schema, statement), [given, point, asked])


def _within(schema: str, statement: str) -> Any:
    return within(schema, statement)  # made of the words above alone
