"""Say how far a value could have come out otherwise with other questions of the same kind.

Percentile bootstrap over questions: draw as many questions as there are, with replacement,
many times; the middle 95 % of the values so found are the interval. A question is drawn
whole, so quotes of one question stay together. With 145 questions an interval is about
7 points to either side: smaller differences between two runs need a pairwise comparison.

Where every question came out alike the interval has no width; that says that the sample
holds no variation, not that the value is certain. For a share of a few questions, such as
one bin of a reliability diagram, Wilson's score interval does not collapse so.

Sources: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13; Wilson,
"Probable inference, the law of succession, and statistical inference", JASA 22, 1927.

Reads    points and cases per question
Gives    `Measure`: a value with its interval
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.95
RESAMPLES = 2000
SEED = 20_201_207  # any number; the same one each time, so the same run gives the same bytes
_DRAWS_AT_ONCE = 2_000_000  # 16 MB of row numbers, however many questions there are


@dataclass(frozen=True, slots=True)
class Measure:
    """One measured value.

    Attributes:
        value: Points per case; None if there is no case.
        low: Lower end of the 95 % interval; None if there is no case.
        high: Upper end of it; None if there is no case.
        n: How many cases the value is over.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int

    def to_dict(self) -> dict[str, float | int | None]:
        """Give the four attributes as JSON values."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def measure(
    points: Sequence[float], cases: Sequence[int] | None = None, *, seed: int = SEED
) -> Measure:
    """Give the points per case over all questions, with its interval.

    Args:
        points: What each question earned.
        cases: What each could have earned, 1 or more; 1 for all if absent.
        seed: Of the random draws.

    Raises:
        ValueError: Lengths differ, or a question has no case.

    >>> measure([1, 1, 1])
    Measure(value=1.0, low=1.0, high=1.0, n=3)
    """
    earned = np.asarray(points, dtype=np.float64)
    possible = np.ones(len(points), np.int64) if cases is None else np.asarray(cases, np.int64)
    if len(earned) != len(possible):
        raise ValueError(f"{len(earned)} points cannot belong to {len(possible)} cases")
    if (possible < 1).any():
        raise ValueError("a question without a case has no part in a measure")
    if not len(earned):
        return Measure(None, None, None, 0)

    n = int(possible.sum())
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(resampled(earned, possible, seed), [tail, 1 - tail])
    return Measure(float(earned.sum() / n), float(low), float(high), n)


def share_interval(right: int, n: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval of a share, `right` of `n`; 0 and 1 are never passed.

    >>> [round(end, 3) for end in share_interval(10, 10)]
    [0.722, 1.0]
    """
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    share, spread = right / n, z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z * ((share * (1 - share) + spread / 4) / n) ** 0.5 / (1 + spread)
    # The formula gives 0 and 1 there; rounding could put the end a hair outside.
    return (middle - half if right else 0.0), (middle + half if right < n else 1.0)


def resampled(
    earned: NDArray[np.float64], possible: NDArray[np.int64], seed: int = SEED
) -> NDArray[np.float64]:
    """Give points per case in each resample of the questions.

    The draws depend on `seed` and the number of questions alone: two runs over the same
    questions, given one after the other, are resampled alike.

    Args:
        earned: Shape (n,): points of each question, 1 question or more.
        possible: Shape (n,): its cases.
        seed: Of the random draws.

    Returns:
        Shape (RESAMPLES,); NaN where the questions drawn have no case between them.
    """
    generator = np.random.default_rng(seed)
    n = len(earned)
    values: list[NDArray[np.float64]] = []
    left = RESAMPLES
    while left:
        draws = generator.integers(n, size=(min(left, max(1, _DRAWS_AT_ONCE // n)), n))
        cases = possible[draws].sum(axis=1)
        points = np.where(cases > 0, earned[draws].sum(axis=1), np.nan)
        values.append(points / np.maximum(cases, 1))
        left -= len(draws)
    return np.concatenate(values)
