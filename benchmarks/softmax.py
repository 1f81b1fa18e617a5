"""Fit weights so that a softmax over the candidates of a question falls on the right ones.

Letters: q questions, f features.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """The candidates of one question.

    Attributes:
        fold: Which fold the question is in.
        features: Shape (candidates, f).
        right: Shape (candidates,): which of them are right; perhaps none.
    """

    fold: int
    features: Floats
    right: NDArray[np.bool_]


def fit_softmax(questions: Sequence[Candidates], decay: float = 1e-3) -> Floats:
    """Maximise the mean log share of the softmax that falls on right candidates; shape (f,).

    Features are brought to one spread first, so that `decay` treats them alike; the weights
    given back are for the features as they came.
    """
    usable = [one for one in questions if one.right.any()]
    values = np.concatenate([one.features for one in usable])
    spread = values.std(axis=0) + 1e-9
    values = (values - values.mean(axis=0)) / spread
    right = np.concatenate([one.right for one in usable]).astype(float)
    sizes = [len(one.right) for one in usable]
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(usable)), sizes)

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights
        raised = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        total = np.add.reduceat(raised, starts)
        good = np.add.reduceat(raised * right, starts)
        error = raised / total[owner] - raised * right / good[owner]
        gradient = values.T @ error / len(usable) + 2 * decay * weights
        return float(np.mean(np.log(total / good)) + decay * weights @ weights), gradient

    found = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B").x
    weights: Floats = found / spread
    return weights


def cross_validated(questions: Sequence[Candidates]) -> NDArray[np.int64]:
    """Give, question by question, the rank of the first right one by weights of other folds."""
    ranks = np.zeros(len(questions), dtype=np.int64)
    for fold in {one.fold for one in questions}:
        weights = fit_softmax([one for one in questions if one.fold != fold])
        for place, one in enumerate(questions):
            if one.fold == fold:
                ranks[place] = first_rank(one, weights)
    return ranks


def first_rank(question: Candidates, weights: Floats) -> int:
    """Give the rank, from 1, of the first right candidate; a million if none is right."""
    order = np.argsort(-(question.features @ weights), kind="stable")
    right = np.flatnonzero(question.right[order])
    return int(right[0]) + 1 if len(right) else 1_000_000


def success(ranks: NDArray[np.int64]) -> dict[str, float]:
    """Give the share of questions whose first right candidate is among 1, 3, 5."""
    return {f"@{k}": round(float(np.mean(ranks <= k)), 3) for k in (1, 3, 5)}
