"""Stage two: rank the paragraphs of the releases found, and mark a sentence in each.

A paragraph's score is a weighted sum of what is known of it: its release's score, BM25,
cosine, MaxSim, and its form (a figure where one is asked for, length, heading, opening).

Letters: n paragraphs looked at, f features.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import TRAITS
from qa.index.generation import Generation
from qa.retrieval.asked import Asked
from qa.retrieval.releases import FoundRelease

Floats = NDArray[np.float64]

# Fitted by `python -m benchmarks.fit_weights` (softmax over the paragraphs looked at) on 695
# training questions that share no release with the questions the project is judged by.
WEIGHTS = {
    "release": 7.59,
    "bm25": -0.05,
    "cosine": 3.06,
    "max_sim": 5.33,
    "figure_asked": 0.81,
    "money_asked": 2.1,
    "speech_asked": 1.94,
    "log_words": 0.26,
    "opens_quote": -1.06,
    "is_heading": -1.14,
    "is_first": -2.07,
    "is_aside": -0.93,
}


@dataclass(frozen=True, slots=True)
class FoundParagraph:
    """A paragraph with its place in the ranking.

    Attributes:
        row: Its row.
        score: What paragraphs are ordered by; comparable within one question.
    """

    row: int
    score: float


def rank_paragraphs(
    asked: Asked, generation: Generation, releases: Sequence[FoundRelease]
) -> list[FoundParagraph]:
    """Rank all paragraphs of some releases, best first; equal scores keep the lower row first."""
    if not releases:
        return []
    rows = np.concatenate([release.rows for release in releases])
    values = features(asked, generation, releases)
    scores = values @ np.array(list(WEIGHTS.values()))
    return [FoundParagraph(int(rows[i]), float(scores[i])) for i in np.lexsort((rows, -scores))]


def features(asked: Asked, generation: Generation, releases: Sequence[FoundRelease]) -> Floats:
    """Give what is known of each paragraph of some releases, shape (n, f), columns as `WEIGHTS`."""
    rows = np.concatenate([release.rows for release in releases])
    bm25 = generation.paragraph_terms.score(asked.terms)[rows]
    trait = dict(zip(TRAITS, generation.columns.traits[rows].T, strict=True))
    values = {
        "release": np.repeat(
            [release.score for release in releases], [len(release.rows) for release in releases]
        ),
        "bm25": bm25 / max(float(bm25.max()), 1e-6),
        "cosine": generation.dense.cosines(asked.encoded.vector, rows),
        "max_sim": generation.pieces.max_sim(asked.own_encoded, rows),
        "figure_asked": trait["has_digit"] * asked.form.number,
        "money_asked": trait["has_money"] * asked.form.money,
        "speech_asked": trait["is_speech"] * asked.form.speech,
        **trait,
    }
    return np.stack([values[name] for name in WEIGHTS], axis=1).astype(np.float64)
