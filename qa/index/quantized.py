"""Dense retrieval in a large index: compare every vector in few bits, and the best of them again.

Each vector is kept twice. Its code holds three dimensions in four bits (product quantisation), so
FAISS compares 544,000 of them in some milliseconds, 32 at a time ("fast scan"). The best are
compared again by the vectors themselves, at 16 bits, mapped: order, ties and cosines are theirs.

Every code is looked at, so recall does not hang on where a question lies; a filter goes in
before the best are taken, however narrow it is. Measured beside clusters: see `docs/design.md`.

Source: Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search", 2011; André,
Kermarrec and Le Scouarnec, "Quicker ADC", 2019 (fast scan).
Letters: n paragraphs, d dimensions, k results.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.dense import Floats, Rows, findable, selecting

Halves = NDArray[np.float16]

# Fewer vectors are compared one and all: exact, simpler, and fast enough (see `docs/design.md`).
EXACT_UP_TO = 100_000
SPARE = 800  # more than k are compared again: their codes may have put them behind
SAMPLE = 60_000  # vectors that codes are learnt from
_BLOCK = 65_536  # vectors that are widened to 32 bits at once
_SIGN_AND_NUMBER = np.int32(~0x70000000)  # without the three bits that the sign has run over
_EXPONENTS_APART = np.float32(2.0 ** (127 - 15))


class Quantized:
    """n unit vectors that can be searched, nearly exactly; cosines are those of 16 bits.

    Attributes:
        vectors: Shape (n, d) float16, mapped; row i belongs to paragraph i.
    """

    def __init__(self, vectors: Halves, codes: NDArray[np.uint8]) -> None:
        """Open codes over their vectors.

        Args:
            vectors: Those that the codes were made of.
            codes: From `make_codes`.

        Raises:
            ValueError: The codes are none, or not of these vectors.
        """
        self.vectors = vectors
        self._codes = _opened(codes)
        if (self._codes.ntotal, self._codes.d) != vectors.shape:
            raise ValueError(
                f"the codes are of {self._codes.ntotal:,} vectors of {self._codes.d} dimensions, "
                f"not {len(vectors):,} of {vectors.shape[1]}"
            )

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query, as `Dense.nearest` does, but 1 in 1,000."""
        import faiss

        n = findable(self.vectors, allowed)
        if n == 0:
            return np.zeros(0, dtype=np.int64)
        with selecting(allowed) as selector:
            parameters = faiss.SearchParametersIVF(sel=selector, nprobe=1)  # type: ignore[call-arg]
            _, found = self._codes.search(query[None, :], min(k + SPARE, n), params=parameters)
        rows: Rows = found[0][found[0] >= 0]
        cosines = self.cosines(query, rows)
        return rows[np.lexsort((rows, -cosines))][:k]

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Give the cosine of the query with each of some paragraphs, shape of `rows`."""
        found: Floats = widened(self.vectors.take(rows, axis=0)) @ query
        return found


def make_codes(vectors: Halves) -> NDArray[np.uint8]:
    """Learn and make the codes of vectors, shape (n, d); the same vectors give the same bytes.

    Runs on one thread, since sums of several come out in any order.
    """
    import faiss

    faiss.omp_set_num_threads(1)
    n, d = vectors.shape
    # One list that holds all: of FAISS's fast scans only the one over lists takes a filter.
    codes = faiss.IndexIVFPQFastScan(
        faiss.IndexFlatIP(d), d, 1, _parts_of(d), 4, faiss.METRIC_INNER_PRODUCT
    )
    codes.by_residual = False
    codes.train(widened(vectors[:: max(1, n // SAMPLE)]))
    for start in range(0, n, _BLOCK):
        codes.add(widened(vectors[start : start + _BLOCK]))
    made: NDArray[np.uint8] = faiss.serialize_index(codes)
    return made


def _parts_of(d: int) -> int:
    """Give into how many parts a vector is cut, each of which gets four bits."""
    return next(d // width for width in (3, 2, 1) if d % width == 0)


def widened(vectors: Halves) -> Floats:
    """Give 16-bit numbers in 32 bits: what `astype` gives for all but infinity, in a third of it.

    Sign, exponent and digits are moved to where 32 bits have them; the two exponents count from
    15 and from 127, so what is read there is 2 ** 112 too small.
    """
    bits = vectors.view(np.int16).astype(np.int32)  # the sign fills the upper half
    bits <<= 13
    bits &= _SIGN_AND_NUMBER
    wide: Floats = bits.view(np.float32)
    wide *= _EXPONENTS_APART
    return wide


def _opened(codes: NDArray[np.uint8]) -> Any:
    import faiss

    faiss.omp_set_num_threads(1)
    # A size in a damaged file could ask for all memory there is; none is larger than the file.
    faiss.set_deserialization_vector_byte_limit(len(codes))
    faiss.set_deserialization_loop_limit(len(codes))
    try:
        opened = faiss.deserialize_index(codes)
    except RuntimeError as error:
        raise ValueError(f"FAISS cannot read the codes ({error})") from None
    if not isinstance(opened, faiss.IndexIVFPQFastScan):
        raise ValueError(f"the codes are a {type(opened).__name__}")
    return opened
