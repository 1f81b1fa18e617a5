"""Say whether a run is better than another, question by question.

Two intervals that overlap say little: both runs stumble over the same hard questions. The
paired bootstrap draws questions with replacement and takes *the same* questions from both
runs, so that what both share falls out of the difference. The middle 95 % of the differences
are its interval. The share of resamples in which this run is not better is what a one-sided
test would call p: near 0 it is better, near 1 it is not, and between 0.05 and 0.95 the
questions do not tell.

A measure is over the questions that are a case of it in one of the runs; resamples without a
case in one of them are left out. Where fewer is better, as with `refusal_cost`, it is read so.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 16; Sakai,
"Evaluating evaluation metrics based on the bootstrap", SIGIR 2006.

Reads    the outcomes of two runs over the same questions
Gives    `Comparison`
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.intervals import LEVEL, resampled
from qa.evaluation.outcome import Outcome
from qa.evaluation.summary import LOWER_IS_BETTER, MEASURES, Share

_DIGITS = 12  # differences are rounded so: sums in another order differ in the 16th


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in two runs.

    Attributes:
        value: In this run; None if it has no case.
        other: In the other run; None if it has no case.
        difference: `value` - `other`; None if one of them is None, as are the next three.
        low: Lower end of the 95 % interval of the difference.
        high: Upper end of it.
        not_better: Share of the resamples in which this run is worse or no better, 0 to 1.
        better: Questions that came out better than in the other run.
        worse: Questions that came out worse.
        n: Questions that are a case of the measure in one of the runs.
    """

    value: float | None
    other: float | None
    difference: float | None
    low: float | None
    high: float | None
    not_better: float | None
    better: int
    worse: int
    n: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A run against another one over the same questions.

    Attributes:
        run: Where the other run was read from.
        measures: By name, in the order of `MEASURES`.
    """

    run: str
    measures: Mapping[str, Difference]

    def to_dict(self) -> dict[str, Any]:
        """Give both attributes as JSON values."""
        measures = {name: dataclasses.asdict(value) for name, value in self.measures.items()}
        return {"run": self.run, "measures": measures}


def compare(ours: Sequence[Outcome], theirs: Sequence[Outcome], run: str) -> Comparison:
    """Compare this run with another.

    Args:
        ours: The outcomes of this run.
        theirs: Those of the other, of the same questions in the same order.
        run: Its name.

    Raises:
        ValueError: The questions are not the same.
    """
    if [outcome.id for outcome in ours] != [outcome.id for outcome in theirs]:
        raise ValueError("runs over different questions cannot be paired")
    return Comparison(
        run,
        {
            name: _difference(
                _cases(share, ours), _cases(share, theirs), -1 if name in LOWER_IS_BETTER else 1
            )
            for name, share in MEASURES.items()
        },
    )


def _cases(share: Share, outcomes: Sequence[Outcome]) -> NDArray[np.float64]:
    """Give points and cases of each question, shape (n, 2)."""
    return np.array([share(outcome) for outcome in outcomes], np.float64).reshape(-1, 2)


def _difference(ours: NDArray[np.float64], theirs: NDArray[np.float64], sign: int) -> Difference:
    """Compare one measure; `sign` is -1 where fewer is better."""
    counted = (ours[:, 1] > 0) | (theirs[:, 1] > 0)
    ours, theirs = ours[counted], theirs[counted]
    value, other = _value(ours), _value(theirs)
    better, worse = _changed(ours, theirs, sign)
    if value is None or other is None:
        return Difference(value, other, None, None, None, None, better, worse, len(ours))

    drawn = np.round(_resampled(ours) - _resampled(theirs), _DIGITS)
    drawn = drawn[~np.isnan(drawn)]
    tail = (1 - LEVEL) / 2
    low, high = map(float, np.quantile(drawn, [tail, 1 - tail]))
    not_better = float(np.mean(sign * drawn <= 0))
    change = round(value - other, _DIGITS)
    return Difference(value, other, change, low, high, not_better, better, worse, len(ours))


def _value(run: NDArray[np.float64]) -> float | None:
    points, cases = run.sum(axis=0)
    return float(points / cases) if cases else None


def _changed(ours: NDArray[np.float64], theirs: NDArray[np.float64], sign: int) -> tuple[int, int]:
    """Count the questions that are better and worse; a case of one run alone is neither."""
    both = (ours[:, 1] > 0) & (theirs[:, 1] > 0)
    ours, theirs = ours[both], theirs[both]
    change = sign * np.round(ours[:, 0] / ours[:, 1] - theirs[:, 0] / theirs[:, 1], _DIGITS)
    return int((change > 0).sum()), int((change < 0).sum())


def _resampled(run: NDArray[np.float64]) -> NDArray[np.float64]:
    # Drawn by the same seed for as many questions, both runs are given the same resamples.
    return resampled(run[:, 0], run[:, 1].astype(np.int64))
