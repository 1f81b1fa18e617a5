"""Stage one: find the releases that a question is about.

The answering paragraph shares few words with the question, its release shares many. So what
is known of a release is pooled from its whole text and from its paragraphs, and weighed by a
small model that was fitted on training questions: BM25 and MaxSim over the whole release
(each word of the question may be met by another paragraph), the best paragraph by vectors
and by BM25, and which of the question's names and figures the release holds at all.

Letters: r releases looked at, f features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.retrieval.asked import Asked
from qa.retrieval.carried import carried_row
from qa.retrieval.lifts import lifts_of, published_near
from qa.retrieval.said import NOT_SAID_IN, releases_naming, said_by
from qa.retrieval.scope import Scope

Floats = NDArray[np.float64]

LEXICAL_CANDIDATES = 50  # releases
DENSE_CANDIDATES = 200  # paragraphs
PERIOD_CANDIDATES = 20  # releases more, published about the period that a question states
# Releases that are compared by word pieces too, the best by all else; or four for each one wanted.
# Of some 164 candidates each of 329 questions over 544,005 paragraphs, these 96 held the release
# that was first with all of them always, and 99.9 % of the first five.
CLOSELY = 96

# For a model whose question side was not trained; one that was brings its own. Fitted by
# `python -m benchmarks.fit_weights general` with `--limit 2000`.
RELEASE_WEIGHTS = {
    "bm25": 3.369,
    "best_cosine": 7.065,
    "paragraph_bm25": 1.188,
    "max_sim": 31.718,
    "names": 4.369,
}


@dataclass(frozen=True, slots=True)
class FoundRelease:
    """A release with what stage one thinks of it.

    Attributes:
        row: Its row.
        score: What releases are ordered by: log-odds beside the others of one question.
        rows: Its paragraph rows, in reading order.
        said: Rows of its paragraphs that are words of whom the question names.
        in_period: Whether it is of the period that the question states, if it states one.
    """

    row: int
    score: float
    rows: NDArray[np.int64]
    in_period: bool = True
    said: tuple[int, ...] = ()


def find_releases(asked: Asked, generation: Generation, scope: Scope, k: int) -> list[FoundRelease]:
    """Find the `k` best releases, best first; equal scores keep the lower row first."""
    candidates = release_candidates(asked, generation, scope)
    if not candidates:
        return []
    weights = asked.fitted.releases if asked.fitted is not None else RELEASE_WEIGHTS
    known = _known(asked, generation, candidates)
    # What a question says of when and where may lift any of them.
    if not asked.is_lifted and len(candidates) > (closely := max(CLOSELY, 4 * k)):
        scores = sum(weights[name] * column for name, column in known.items())
        best = np.sort(np.argsort(-scores, kind="stable")[:closely])
        candidates = [candidates[place] for place in best]
        known = {name: column[best] for name, column in known.items()}
    known["max_sim"] = _max_sim(asked, generation, candidates)
    scores = _as_columns(known) @ np.array([weights[name] for name in RELEASE_WEIGHTS])
    said = said_by(asked.speaker, generation, candidates) if asked.speaker else {}
    in_period = np.ones(len(candidates), dtype=bool)
    if asked.is_lifted:
        lifts, in_period = lifts_of(asked, generation, candidates, scores)
        scores = scores + lifts
    if said:
        scores = scores + np.array([0 if row in said else NOT_SAID_IN for row in candidates])
    order = np.lexsort((np.array(candidates), -scores))[:k]
    return [
        FoundRelease(
            candidates[i],
            float(scores[i]),
            generation.columns.rows_of(candidates[i]),
            bool(in_period[i]),
            tuple(said.get(candidates[i], ())),
        )
        for i in order
    ]


def release_candidates(asked: Asked, generation: Generation, scope: Scope) -> list[int]:
    """Give the rows of the releases worth a closer look: the best by BM25, and by vectors."""
    bm25 = generation.release_terms.score(asked.terms)
    lexical = _best(np.where(scope.releases, bm25, np.float32(0)), LEXICAL_CANDIDATES).tolist()
    near = generation.dense.nearest(
        asked.encoded.vector, DENSE_CANDIDATES, scope.paragraphs(generation.columns)
    )
    dense = generation.columns.release_of[near].tolist()
    about = carried_row(asked.leaning, generation)
    carried = [about] if about is not None and scope.releases[about] else []
    if asked.speaker:
        carried += releases_naming(asked.speaker_terms, generation, scope.releases)
    return sorted({*lexical, *dense, *carried, *_of_period(asked, generation, scope, bm25)})


def _of_period(
    asked: Asked, generation: Generation, scope: Scope, bm25: NDArray[np.float32]
) -> list[int]:
    """Give the best by BM25 of those published about the period, which others may crowd out."""
    if asked.period is None or not asked.period.is_bounded:
        return []
    near = published_near(asked.period, generation.columns) & scope.releases
    return [int(row) for row in _best(np.where(near, bm25, np.float32(0)), PERIOD_CANDIDATES)]


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Give the rows of the `k` highest scores above 0, best first; equal ones by row."""
    rows = np.flatnonzero(scores > 0)
    if len(rows) > k:
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    best: NDArray[np.int64] = rows[np.lexsort((rows, -scores[rows]))][:k]
    return best


def release_features(asked: Asked, generation: Generation, candidates: Sequence[int]) -> Floats:
    """Give what is known of some releases, shape (r, f), columns as `RELEASE_WEIGHTS`."""
    known = _known(asked, generation, candidates)
    return _as_columns({**known, "max_sim": _max_sim(asked, generation, candidates)})


def _known(
    asked: Asked, generation: Generation, candidates: Sequence[int]
) -> dict[str, NDArray[Any]]:
    """Give all features but MaxSim, which costs more than the others together."""
    rows, cuts = generation.columns.rows_of_each(candidates)
    bm25 = generation.release_terms.score_of(asked.terms, np.array(candidates))
    paragraph_bm25 = generation.paragraph_terms.score_of(asked.terms, rows)
    cosines = generation.dense.cosines(asked.encoded.vector, rows)
    return {
        "bm25": _scaled(bm25),
        "best_cosine": np.maximum.reduceat(cosines, cuts[:-1]),
        "paragraph_bm25": _scaled(np.maximum.reduceat(paragraph_bm25, cuts[:-1])),
        "names": generation.release_terms.coverage(asked.names, np.array(candidates)),
    }


def _max_sim(asked: Asked, generation: Generation, candidates: Sequence[int]) -> NDArray[Any]:
    return generation.pieces.max_sim_of_groups(
        asked.encoded, *generation.columns.rows_of_each(candidates)
    )


def _as_columns(values: dict[str, NDArray[Any]]) -> Floats:
    return np.stack([values[name] for name in RELEASE_WEIGHTS], axis=1).astype(np.float64)


def _scaled(scores: NDArray[Any]) -> Floats:
    """Divide by the largest, since BM25 grows with the length of the question."""
    scaled: Floats = scores.astype(np.float64) / max(float(scores.max()), 1e-6)
    return scaled
