"""Stage one: find the releases that a question is about.

The answering paragraph shares few words with the question, its release shares many. So
releases are found by BM25 over their whole text and by their best paragraph's vector; each
is scaled by its largest score, and they are added up.

Letters: r releases.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.retrieval.asked import Asked
from qa.retrieval.scope import Scope

LEXICAL_CANDIDATES = 50  # releases
DENSE_CANDIDATES = 200  # paragraphs
# Measured on training questions: 0.5 to 1.0 alike, more is worse.
DENSE_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class FoundRelease:
    """A release with what stage one thinks of it.

    Attributes:
        row: Its row.
        score: What releases are ordered by, in [0, 1 + DENSE_WEIGHT].
        rows: Its paragraph rows, in reading order.
    """

    row: int
    score: float
    rows: NDArray[np.int64]


def find_releases(asked: Asked, generation: Generation, scope: Scope, k: int) -> list[FoundRelease]:
    """Find the `k` best releases, best first; equal scores keep the lower row first."""
    bm25 = np.where(scope.releases, generation.release_terms.score(asked.terms), 0.0)
    candidates = _candidates(asked, generation, scope, bm25)
    if not candidates:
        return []
    rows = [generation.columns.rows_of(release) for release in candidates]
    cosines = _best_cosines(asked, generation, rows)
    scores = _scaled(bm25[candidates]) + DENSE_WEIGHT * _scaled(cosines)
    order = np.lexsort((np.array(candidates), -scores))[:k]
    return [FoundRelease(candidates[i], float(scores[i]), rows[i]) for i in order]


def _candidates(
    asked: Asked, generation: Generation, scope: Scope, bm25: NDArray[np.float64]
) -> list[int]:
    best = np.lexsort((np.arange(len(bm25)), -bm25))[:LEXICAL_CANDIDATES]
    lexical = [int(row) for row in best if bm25[row] > 0]
    near = generation.dense.nearest(
        asked.encoded.vector, DENSE_CANDIDATES, scope.paragraphs(generation.columns)
    )
    dense = generation.columns.release_of[near].tolist()
    return sorted({*lexical, *dense})


def _best_cosines(
    asked: Asked, generation: Generation, rows: list[NDArray[np.int64]]
) -> NDArray[np.float32]:
    starts = np.cumsum([0, *(len(some) for some in rows[:-1])])
    cosines = generation.dense.cosines(asked.encoded.vector, np.concatenate(rows))
    best: NDArray[np.float32] = np.maximum.reduceat(cosines, starts)
    return best


def _scaled(scores: NDArray[np.float64] | NDArray[np.float32]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = scores.astype(np.float64) / max(float(scores.max()), 1e-6)
    return scaled
