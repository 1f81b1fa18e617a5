"""Stage two: rank the paragraphs of the releases found.

A paragraph's score is a weighted sum of what is known of it: its release's score, BM25,
cosine, MaxSim, its form (a figure where one is asked for, length, heading, opening), and
what a reader made of it, if there is one.

Letters: n paragraphs looked at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import TRAITS
from qa.index.generation import Generation
from qa.retrieval.asked import Asked
from qa.retrieval.read import ReadParagraph
from qa.retrieval.releases import FoundRelease
from qa.retrieval.said import NOT_SAID

Floats = NDArray[np.float64]

# They serve where there is no reader, and no question side that was trained; those bring their own.
# A softmax over the paragraphs looked at, fitted by `python -m benchmarks.fit_weights general` with
# `--limit 2000`.
WEIGHTS: Mapping[str, float] = {
    "release": 1.035,
    "bm25": -0.868,
    "cosine": 4.623,
    "max_sim": 8.507,
    "figure_asked": 0.778,
    "money_asked": 2.793,
    "speech_asked": 2.071,
    "log_words": 0.053,
    "opens_quote": -0.762,
    "is_heading": -3.125,
    "is_first": -1.876,
    "is_aside": -1.403,
}
# What is known besides of a paragraph that was read.
READ_FEATURES = ("reader", "span", "page_answers")
# What a reader that was not fitted here says counts as much as all the rest together, each by its
# own spread.
UNFITTED_READER = 1.0


@dataclass(frozen=True, slots=True)
class FoundParagraph:
    """A paragraph with its place in the ranking.

    Attributes:
        row: Its row.
        score: What paragraphs are ordered by; comparable within one question.
        read: What the reader made of it; None if it was not read.
    """

    row: int
    score: float
    read: ReadParagraph | None = None


def rank_paragraphs(
    asked: Asked,
    generation: Generation,
    releases: Sequence[FoundRelease],
    read: Mapping[int, ReadParagraph] | None = None,
    weights: Mapping[str, float] | None = None,
) -> list[FoundParagraph]:
    """Rank all paragraphs of some releases, best first; equal scores keep the lower row first.

    Args:
        asked: The query.
        generation: Where the paragraphs are.
        releases: From stage one.
        read: What a reader made of some of them; they come before the others.
        weights: Fitted for that reader; None for a reader that nothing was fitted for.
    """
    if not releases:
        return []
    rows = np.concatenate([release.rows for release in releases])
    values = features(asked, generation, releases)
    unread = asked.fitted.paragraphs if asked.fitted is not None else WEIGHTS
    scores = weighted(values, unread)
    found = [
        FoundParagraph(int(row), float(score)) for row, score in zip(rows, scores, strict=True)
    ]
    if read:
        found = _with_readings(found, values, read, weights or _beside(unread, scores))
    found = _words_of_speaker_first(found, releases)
    return sorted(found, key=lambda one: (one.read is None, -one.score, one.row))


def _words_of_speaker_first(
    found: list[FoundParagraph], releases: Sequence[FoundRelease]
) -> list[FoundParagraph]:
    said = {row for release in releases for row in release.said}
    if not said:
        return found
    return [one if one.row in said else replace(one, score=one.score + NOT_SAID) for one in found]


def _beside(unread: Mapping[str, float], scores: Floats) -> dict[str, float]:
    """Give weights for a reader that has none, beside those of what was not read."""
    return {**unread, "reader_spread": UNFITTED_READER * float(scores.std())}


def _with_readings(
    found: Sequence[FoundParagraph],
    values: Mapping[str, Floats],
    read: Mapping[int, ReadParagraph],
    weights: Mapping[str, float],
) -> list[FoundParagraph]:
    places = [place for place, one in enumerate(found) if one.row in read]
    some = [read[found[place].row] for place in places]
    known = {name: column[places] for name, column in values.items()}
    known |= reading_features(some)
    scores = weighted(known, weights)
    ranked = list(found)
    for place, one, score in zip(places, some, scores, strict=True):
        ranked[place] = FoundParagraph(found[place].row, float(score), one)
    return ranked


def reading_features(read: Sequence[ReadParagraph]) -> dict[str, Floats]:
    """Give what a reader says of n paragraphs, each shape (n,)."""
    score = np.array([one.reading.score for one in read])
    return {
        "reader": score,
        "reader_spread": (score - score.mean()) / max(float(score.std()), 1e-6),
        "span": np.array([one.reading.span_score for one in read]),
        "page_answers": np.array([one.page_answers for one in read]),
    }


def weighted(values: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """Sum the columns that have a weight, each times it; shape (n,)."""
    total: Floats = np.sum([weight * values[name] for name, weight in weights.items()], axis=0)
    return total


def features(
    asked: Asked, generation: Generation, releases: Sequence[FoundRelease]
) -> dict[str, Floats]:
    """Give what is known of each paragraph of some releases without reading, each shape (n,)."""
    rows = np.concatenate([release.rows for release in releases])
    bm25 = generation.paragraph_terms.score_of(asked.terms, rows)
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
    return {name: np.asarray(column, dtype=np.float64) for name, column in values.items()}
