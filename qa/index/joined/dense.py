"""Dense retrieval over base and delta: the nearest of each, put in one order by cosine."""

import numpy as np
from numpy.typing import NDArray

from qa.index.reads import Floats, Rows, SegmentDense


class JoinedDense:
    """The vectors of both, searched as `Dense` is."""

    def __init__(self, base: SegmentDense, delta: SegmentDense) -> None:
        self._base, self._delta = base, delta
        self._n = len(base.vectors)

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query; see `Dense.nearest`."""
        in_base, in_delta = (None, None) if allowed is None else np.split(allowed, [self._n])
        rows = np.concatenate(
            [
                self._base.nearest(query, k, in_base),
                self._delta.nearest(query, k, in_delta) + self._n,
            ]
        )
        found: Rows = rows[np.lexsort((rows, -self.cosines(query, rows)))][:k]
        return found

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Give the cosine of the query with each of some paragraphs, shape of `rows`."""
        in_delta = rows >= self._n
        if not in_delta.any():
            return self._base.cosines(query, rows)
        found = np.empty(len(rows), dtype=np.float32)
        found[~in_delta] = self._base.cosines(query, rows[~in_delta])
        found[in_delta] = self._delta.cosines(query, rows[in_delta] - self._n)
        return found
