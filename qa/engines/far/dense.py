"""Dense retrieval on a server: it brings the nearest, and they are put in order here.

The server's cosines may differ from those of a folder in the last bit. So more than k are brought
with their vectors, and cosines, order and ties are reckoned here as in a folder.

Letters: n paragraphs, d dimensions, k results.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.engines.far.source import Stored
from qa.index.dense import Floats, Rows
from qa.index.quantized import widened

SPARE = 400  # more than k are brought, as in `qa.index.quantized`


class FarVectors:
    """The vectors of a segment, on the server; shape (n, d), as `qa.index.reads.FarRows` are."""

    def __init__(self, stored: Stored, n: int, dtype: np.dtype[Any], d: int) -> None:
        self._stored = stored
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
        return self._stored.vectors(wanted).take(np.searchsorted(wanted, rows), axis=axis)


class FarDense:
    """n unit vectors on a server that can be searched; answers as `qa.index.dense.Dense` does."""

    def __init__(self, stored: Stored, vectors: FarVectors) -> None:
        self._stored, self.vectors = stored, vectors

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query; see `Dense.nearest`."""
        n = len(self.vectors) if allowed is None else int(allowed.sum())
        if n == 0:
            return np.zeros(0, dtype=np.int64)
        asked = min(k + SPARE, n)
        while True:
            rows, vectors = self._stored.search(query, asked, allowed)
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
