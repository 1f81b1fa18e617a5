"""Turn many outcomes into measures.

Each measure is points per case over the questions it is about; the others have no part in
it. Questions that cannot be answered are in no measure of the quotes, only in those of
refusing. A question that can be answered and was refused counts there as missed.

    success@k            a quote among the first k holds the answer
    reciprocal_rank      1 / rank of the first quote that does; its mean is MRR
    sentence_success     the sentence marked in the first quote holds the answer
    sentence_when_right  the same, of the questions whose first quote holds the answer
    exact_match          the words pointed at in the first quote are a gold answer
    token_f1             how much they share with one; both only if the run points at words
    release_success@k    a quote among the first k is from a gold release
    list_f1              releases quoted against gold releases, list questions only
    refusal_precision    of the refusals, how many were right
    refusal_recall       of the questions that cannot be answered, how many were refused
    refusal_cost         of the questions that can be answered, how many were refused
    quote_exactness      of the quotes given, how many are exact

Reads    outcomes
Gives    `Summary`: counts, measures with intervals, latency
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.evaluation.intervals import Measure, measure
from qa.evaluation.measures import reciprocal_rank, success_at_k
from qa.evaluation.outcome import Outcome

# Points and cases of one outcome; no cases: the measure is not about such a question.
Share = Callable[[Outcome], tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Latency:
    """How long answers took, in milliseconds.

    Attributes:
        median_ms: Half of the questions took no longer; None if there are none.
        p95_ms: 95 % of them took no longer, interpolated; None if there are none.
        n: How many questions were timed.
    """

    median_ms: float | None
    p95_ms: float | None
    n: int

    def to_dict(self) -> dict[str, float | int | None]:
        """Give the three attributes as JSON values."""
        return {"median_ms": self.median_ms, "p95_ms": self.p95_ms, "n": self.n}


@dataclass(frozen=True, slots=True)
class Summary:
    """What many outcomes come to.

    Attributes:
        questions: How many.
        answerable: How many of them can be answered.
        answered: How many of them were.
        measures: By name, in the order of `MEASURES`.
        latency: Over all of them.
    """

    questions: int
    answerable: int
    answered: int
    measures: Mapping[str, Measure]
    latency: Latency

    def to_dict(self) -> dict[str, Any]:
        """Give counts, measures and latency as JSON values."""
        return {
            "questions": self.questions,
            "answerable": self.answerable,
            "answered": self.answered,
            "measures": {name: value.to_dict() for name, value in self.measures.items()},
            "latency": self.latency.to_dict(),
        }


def summarise(outcomes: Sequence[Outcome]) -> Summary:
    """Give counts, measures and latency of `outcomes`."""
    return Summary(
        questions=len(outcomes),
        answerable=sum(outcome.answerable for outcome in outcomes),
        answered=sum(outcome.answered for outcome in outcomes),
        measures={name: _measured(share, outcomes) for name, share in MEASURES.items()},
        latency=_latency([outcome.milliseconds for outcome in outcomes]),
    )


def _measured(share: Share, outcomes: Sequence[Outcome]) -> Measure:
    counted = [(points, cases) for points, cases in map(share, outcomes) if cases]
    return measure([points for points, _ in counted], [cases for _, cases in counted])


def _latency(milliseconds: Sequence[float]) -> Latency:
    if not milliseconds:
        return Latency(None, None, 0)
    median, p95 = np.quantile(milliseconds, [0.5, 0.95])
    return Latency(round(float(median), 3), round(float(p95), 3), len(milliseconds))


def _success(k: int) -> Share:
    return lambda outcome: (success_at_k(outcome.rank, k), outcome.answerable)


def _release_success(k: int) -> Share:
    return lambda outcome: (success_at_k(outcome.release_rank, k), outcome.answerable)


def _known(value: float | None) -> tuple[float, int]:
    return (0.0, 0) if value is None else (value, 1)


def _exactness(outcome: Outcome) -> tuple[float, int]:
    return (0, 0) if outcome.exact_quotes is None else (outcome.exact_quotes, outcome.quotes)


MEASURES: Mapping[str, Share] = {
    "success@1": _success(1),
    "success@3": _success(3),
    "success@5": _success(5),
    "reciprocal_rank": lambda outcome: (reciprocal_rank(outcome.rank), outcome.answerable),
    "sentence_success": lambda outcome: (outcome.sentence_hit, outcome.answerable),
    "sentence_when_right": lambda outcome: (
        outcome.sentence_hit and outcome.rank == 1,
        outcome.rank == 1,
    ),
    "exact_match": lambda outcome: _known(outcome.exact_match),
    "token_f1": lambda outcome: _known(outcome.token_f1),
    "release_success@1": _release_success(1),
    "release_success@3": _release_success(3),
    "release_success@5": _release_success(5),
    "list_f1": lambda outcome: _known(outcome.list_f1),
    "refusal_precision": lambda outcome: (not outcome.answerable, not outcome.answered),
    "refusal_recall": lambda outcome: (not outcome.answered, not outcome.answerable),
    "refusal_cost": lambda outcome: (not outcome.answered, outcome.answerable),
    "quote_exactness": _exactness,
}
LOWER_IS_BETTER = frozenset({"refusal_cost"})
