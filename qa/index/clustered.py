"""Dense retrieval in a large index: look only where near vectors are kept together.

The vectors are parted into clusters by k-means (FAISS, inverted lists), each number rounded to a
byte. A question is compared with the vectors of the clusters nearest to it, and what comes out
best is compared again by the vectors themselves, which are kept at 16 bits and mapped.

A filter is applied before the best k are taken. The narrower it is, the more clusters are
looked at, so that about as many allowed vectors are compared whatever the filter; the
narrowest look at all. Measured against comparing every row: see `docs/design.md`.

Source: Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search", 2011 (lists).
Letters: n paragraphs, d dimensions, k results.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.dense import Floats, Rows, selecting

Halves = NDArray[np.float16]

# Fewer vectors are compared one and all: exact, simpler, and fast enough (see `docs/design.md`).
EXACT_UP_TO = 100_000
COMPARED = 0.06  # of n: allowed vectors that a question is compared with, about
SPARE = 100  # more than k are compared again: rounding may have put them behind
SAMPLE = 48  # vectors a cluster that k-means learns from; FAISS asks for 39
ROUNDS = 10  # of k-means
_BLOCK = 65_536  # vectors that are widened to 32 bits at once


class Clustered:
    """n unit vectors that can be searched, approximately; the cosines given are those of 16 bits.

    Attributes:
        vectors: Shape (n, d) float16, mapped; row i belongs to paragraph i.
    """

    def __init__(self, vectors: Halves, clusters: NDArray[np.uint8]) -> None:
        """Open clusters over their vectors.

        Args:
            vectors: Those that the clusters were made of.
            clusters: From `make_clusters`.

        Raises:
            ValueError: The clusters are none, or not of these vectors.
        """
        self.vectors = vectors
        self._lists = _opened(clusters)
        self._held = clusters  # FAISS reads the codes where they lie
        if (self._lists.ntotal, self._lists.d) != vectors.shape:
            raise ValueError(
                f"{self._lists.ntotal:,} vectors of {self._lists.d} dimensions are clustered, "
                f"not {len(vectors):,} of {vectors.shape[1]}"
            )

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query, nearly all of them.

        Args:
            query: Shape (d,), unit length.
            k: 1 or more; all are returned if there are fewer.
            allowed: Shape (n,): which paragraphs may be found; None for all.

        Returns:
            Rows, best first; equal cosines keep the lower row first.
        """
        n = len(self.vectors) if allowed is None else int(allowed.sum())
        wanted = min(k, n)
        if n == 0:
            return np.zeros(0, dtype=np.int64)
        probes = min(self._lists.nlist, math.ceil(self._lists.nlist * COMPARED / self._share(n)))
        rows = self._candidates(query, min(wanted + SPARE, n), probes, allowed)
        if len(rows) < wanted:  # the clusters looked at hold too few that are allowed
            rows = self._candidates(query, min(wanted + SPARE, n), self._lists.nlist, allowed)
        cosines = self.cosines(query, rows)
        found: Rows = rows[np.lexsort((rows, -cosines))][:wanted]
        return found

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Give the cosine of the query with each of some paragraphs, shape of `rows`."""
        found: Floats = widened(self.vectors[rows]) @ query
        return found

    def _share(self, n: int) -> float:
        return n / len(self.vectors)

    def _candidates(
        self, query: Floats, k: int, probes: int, allowed: NDArray[np.bool_] | None
    ) -> Rows:
        import faiss

        with selecting(allowed) as selector:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=probes)  # type: ignore[call-arg]
            _, rows = self._lists.search(query[None, :], k, params=parameters)
        found: Rows = rows[0][rows[0] >= 0]
        return found


def make_clusters(vectors: Halves) -> NDArray[np.uint8]:
    """Part vectors, shape (n, d), into clusters; the same vectors give the same bytes.

    Runs on one thread, since sums of several come out in any order.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    n, d = vectors.shape
    lists = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(d),
        d,
        n_clusters(n),
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
        False,  # bytes of the vectors themselves, not of what parts them from their centre
    )
    lists.cp.seed, lists.cp.niter, lists.cp.spherical = 1, ROUNDS, True
    step = max(1, n // (SAMPLE * lists.nlist))
    lists.train(widened(vectors[::step]))
    for start in range(0, n, _BLOCK):
        lists.add(widened(vectors[start : start + _BLOCK]))
    made: NDArray[np.uint8] = faiss.serialize_index(lists)
    return made


def n_clusters(n: int) -> int:
    """Give how many clusters n vectors are parted into: some 3 times the root, a power of two.

    >>> n_clusters(544_000), n_clusters(100_000)
    (2048, 1024)
    """
    return int(2 ** round(math.log2(3 * math.sqrt(max(n, 1)))))


def widened(vectors: Halves) -> Floats:
    """Give 16-bit vectors, shape (rows, d), in 32 bits; by FAISS, since numpy takes far longer."""
    import faiss

    if not vectors.size:
        return np.zeros(vectors.shape, dtype=np.float32)
    codec = faiss.ScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_fp16)
    wide: Floats = codec.decode(np.ascontiguousarray(vectors).view(np.uint8))
    return wide


def _opened(clusters: NDArray[np.uint8]) -> Any:
    import faiss

    faiss.omp_set_num_threads(1)
    # A size in a damaged file could ask for all memory there is; none is larger than the file.
    faiss.set_deserialization_vector_byte_limit(len(clusters))
    faiss.set_deserialization_loop_limit(len(clusters))
    reader = faiss.ZeroCopyIOReader(faiss.swig_ptr(clusters), len(clusters))
    try:
        opened = faiss.read_index(reader)
    except RuntimeError as error:
        raise ValueError(f"FAISS cannot read the clusters ({error})") from None
    if not isinstance(opened, faiss.IndexIVFScalarQuantizer):
        raise ValueError(f"the clusters are a {type(opened).__name__}")
    return opened
