"""Fit what stage one, and stage two without a reader, make of what they know."""

import dataclasses
from collections.abc import Sequence

import numpy as np

from benchmarks.fitting import asked_of, fold_of, holds, print_fit, release_rows, scope_for
from benchmarks.softmax import Candidates
from benchmarks.training_data import ReleaseQuestion
from qa.answers.refuse import MIN_NEARNESS, nearness
from qa.assistant import Assistant
from qa.embedding import Fitted
from qa.retrieval.asked import Asked
from qa.retrieval.paragraphs import WEIGHTS, features
from qa.retrieval.releases import (
    RELEASE_WEIGHTS,
    find_releases,
    release_candidates,
    release_features,
)
from qa.retrieval.search import RELEASES_READ, search

TOO_FAR = 0.005  # share of the answerable questions that nearness alone may refuse


def fit_retrieval(desk: Assistant, questions: Sequence[ReleaseQuestion]) -> Fitted:
    """Fit both stages without a reader, and print their weights.

    Stage two is fitted on what stage one finds by the new weights.
    """
    asked = list(asked_of(desk, questions))
    fitted = Fitted(_fit_releases(desk, asked), WEIGHTS, MIN_NEARNESS)
    asked = [(one, dataclasses.replace(made, fitted=fitted)) for one, made in asked]
    fitted = dataclasses.replace(fitted, paragraphs=_fit_paragraphs(desk, asked))
    asked = [(one, dataclasses.replace(made, fitted=fitted)) for one, made in asked]
    nearest = [_nearness(desk, question, made) for question, made in asked]
    near = round(float(np.quantile(nearest, TOO_FAR)), 3)
    print(f"nearness: {TOO_FAR:.1%} of the questions lie below {near}")
    return dataclasses.replace(fitted, near=near)


_AllAsked = Sequence[tuple[ReleaseQuestion, Asked]]


def _fit_releases(desk: Assistant, all_asked: _AllAsked) -> dict[str, float]:
    rows = release_rows(desk)
    examples = []
    for question, asked in all_asked:
        candidates = release_candidates(asked, desk.generation, scope_for(desk, question))
        examples.append(
            Candidates(
                fold_of(question.release),
                release_features(asked, desk.generation, candidates),
                np.array([row == rows[question.release] for row in candidates]),
            )
        )
    return print_fit(examples, list(RELEASE_WEIGHTS))


def _fit_paragraphs(desk: Assistant, all_asked: _AllAsked) -> dict[str, float]:
    examples = []
    for question, asked in all_asked:
        releases = find_releases(asked, desk.generation, scope_for(desk, question), RELEASES_READ)
        rows = np.concatenate([release.rows for release in releases])
        known = features(asked, desk.generation, releases)
        examples.append(
            Candidates(
                fold_of(question.release),
                np.stack([known[name] for name in WEIGHTS], axis=1),
                holds(desk, question, rows.tolist()),
            )
        )
    return print_fit(examples, list(WEIGHTS))


def _nearness(desk: Assistant, question: ReleaseQuestion, asked: Asked) -> float:
    found = search(asked, desk.generation, scope_for(desk, question), None, 1)
    return nearness(asked, desk.generation, found.paragraphs[0])
