"""Dense retrieval: the paragraphs whose vectors point most nearly the way the question's does.

Exact search by FAISS (inner product of unit vectors, so cosine). A filter is applied
before the best k are taken, never after, so a narrow filter still finds k. A large index is
searched by `qa.index.quantized` instead.

Letters: n paragraphs, d dimensions, k results.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class Dense:
    """n unit vectors that can be searched.

    Attributes:
        vectors: Shape (n, d) float32; row i belongs to paragraph i.
    """

    def __init__(self, vectors: Floats) -> None:
        import faiss

        # One question is one thread's work. More threads, waiting beside torch's own, made a
        # whole answer over 66,000 paragraphs take 66 ms instead of 26 on two cores.
        faiss.omp_set_num_threads(1)
        self._flat: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._flat.add(np.ascontiguousarray(vectors))
        # A view of what FAISS holds: one copy in memory, not two.
        held = faiss.rev_swig_ptr(self._flat.get_xb(), vectors.size)
        self.vectors: Floats = held.reshape(vectors.shape)

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query.

        Args:
            query: Shape (d,), unit length.
            k: 1 or more; all are returned if there are fewer.
            allowed: Shape (n,): which paragraphs may be found; None for all.

        Returns:
            Rows, best first; equal cosines keep the lower row first.
        """
        import faiss

        n = findable(self.vectors, allowed)
        if n == 0:
            return np.zeros(0, dtype=np.int64)
        wanted, asked = min(k, n), min(k + 1, n)
        with selecting(allowed) as selector:
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            while True:
                cosines, rows = self._flat.search(query[None, :], asked, params=parameters)
                # FAISS keeps any of those that tie for the last place; see them all, then choose.
                if asked == n or cosines[0, -1] < cosines[0, wanted - 1]:
                    break
                asked = min(2 * asked, n)
        found: Rows = rows[0][np.lexsort((rows[0], -cosines[0]))][:wanted]
        return found

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Give the cosine of the query with each of some paragraphs, shape of `rows`."""
        found: Floats = self.vectors.take(rows, axis=0) @ query
        return found


def findable(vectors: NDArray[Any], allowed: NDArray[np.bool_] | None) -> int:
    """Count the vectors that may be found."""
    return len(vectors) if allowed is None else int(allowed.sum())


@contextmanager
def selecting(allowed: NDArray[np.bool_] | None) -> Iterator[Any]:
    """Give the selector of FAISS for the rows that are True; None for all. Good until the end."""
    import faiss

    if allowed is None:
        yield None
        return
    bits = np.packbits(allowed, bitorder="little")  # read by the selector, so it must outlive it
    yield faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
