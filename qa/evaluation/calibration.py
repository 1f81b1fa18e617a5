"""Say whether probabilities mean what they say, and what refusing by them would buy.

Every answer may state how probable it is that its first passage answers: the first quote, or
the nearest passage of a refusal. Here that is held against what was so; a question that cannot
be answered is one whose first passage is always wrong.

*Reliability*: questions in order of probability, in bins of about equal count, as equal as
questions of one probability allow, for these stay together. In each bin the mean probability
should be the share that was right. The expected calibration error (ECE) is the mean distance
of the two, weighted by count; the Brier score is the mean squared distance of each probability
from 1 (right) or 0.

*Risk and coverage*: answer only the k surest questions. Coverage is k / n, risk the share of
those k that were wrong, the area under it the mean risk over k = 1 .. n: the lower, the better
probability tells right from wrong. Inside questions of one probability the mean over all their
orders is taken, so that the order of the file moves nothing.

Sources: Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML
2017; Geifman and El-Yaniv, "Selective classification for deep neural networks", NeurIPS 2017.

Reads    outcomes
Gives    `Calibration`, or None if no answer states a probability
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from qa.evaluation.intervals import share_interval
from qa.evaluation.outcome import Outcome

BINS = 10


@dataclass(frozen=True, slots=True)
class Stated:
    """One probability as it was stated, and whether it came true."""

    probability: float
    right: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of neighbouring probabilities.

    Attributes:
        n: How many.
        probability: Their mean probability.
        right: Share whose first passage was right.
        low: Lower end of the 95 % interval of that share.
        high: Upper end of it.
    """

    n: int
    probability: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the curve of risk over coverage.

    Attributes:
        coverage: Share of the questions that are answered, the surest first.
        risk: Share of those whose first passage is wrong.
        probability: Of the least sure of them.
    """

    coverage: float
    risk: float
    probability: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good the stated probabilities are.

    Attributes:
        n: Questions whose answer stated one.
        bins: By rising probability.
        expected_calibration_error: 0 is best.
        brier: 0 is best; always saying the overall share s gives s (1 - s).
        curve: One point for each number of questions answered, from 1 to n.
        area: Under the curve; 0 is best, the overall share of wrong ones is no better than
            chance.
    """

    n: int
    bins: tuple[Bin, ...]
    expected_calibration_error: float
    brier: float
    curve: tuple[Point, ...]
    area: float

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self)


def calibrate(outcomes: Sequence[Outcome], *, bins: int = BINS) -> Calibration | None:
    """Hold the stated probabilities of a run against what was so.

    Args:
        outcomes: Those without a probability have no part in it.
        bins: How many at most, 1 or more.

    Returns:
        None if no outcome has a probability.
    """
    stated = sorted(_stated(outcomes), key=lambda one: (one.probability, one.right))
    if not stated:
        return None
    made = tuple(map(_bin, _cut(stated, bins)))
    curve = tuple(_curve(stated))
    n = len(stated)
    return Calibration(
        n=n,
        bins=made,
        expected_calibration_error=sum(b.n * abs(b.probability - b.right) for b in made) / n,
        brier=sum((one.probability - one.right) ** 2 for one in stated) / n,
        curve=curve,
        area=sum(point.risk for point in curve) / n,
    )


def _stated(outcomes: Sequence[Outcome]) -> Iterator[Stated]:
    for outcome in outcomes:
        if outcome.probability is not None:
            yield Stated(outcome.probability, bool(outcome.first_right))


def _cut(stated: Sequence[Stated], bins: int) -> Iterator[Sequence[Stated]]:
    """Cut after every n / bins questions, or later, where a probability changes."""
    n, start = len(stated), 0
    for number in range(1, bins + 1):
        end = max(start, number * n // bins)
        while start < end < n and stated[end].probability == stated[end - 1].probability:
            end += 1
        if end > start:
            yield stated[start:end]
        start = end


def _bin(stated: Sequence[Stated]) -> Bin:
    n, right = len(stated), sum(one.right for one in stated)
    low, high = share_interval(right, n)
    return Bin(n, sum(one.probability for one in stated) / n, right / n, low, high)


def _curve(stated: Sequence[Stated]) -> Iterator[Point]:
    answered, wrong = 0, 0.0
    for probability, group in groupby(reversed(stated), key=lambda one: one.probability):
        alike = list(group)
        each = sum(not one.right for one in alike) / len(alike)
        for k in range(1, len(alike) + 1):
            risk = (wrong + k * each) / (answered + k)
            yield Point((answered + k) / len(stated), risk, probability)
        answered += len(alike)
        wrong += len(alike) * each
