"""What the fits share: folds by release, questions made ready, and where their answers stand."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.softmax import Candidates, cross_validated, fit_softmax, success
from benchmarks.training_data import ReleaseQuestion, spans_of
from qa.assistant import Assistant
from qa.index.terms import new_stemmer
from qa.language.markup import plain
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.scope import Scope, scope_of

FOLDS = 5


def fold_of(release: str) -> int:
    """Tell which fold a release is in, from 0."""
    return int(hashlib.sha256(f"fold {release}".encode()).hexdigest(), 16) % FOLDS


def asked_of(
    desk: Assistant, questions: Sequence[ReleaseQuestion]
) -> Iterator[tuple[ReleaseQuestion, Asked]]:
    """Give each question, and it made ready."""
    stemmer = new_stemmer()
    for question in questions:
        yield question, make_ready(question.query, desk.encoder, stemmer)


def scope_for(desk: Assistant, question: ReleaseQuestion) -> Scope:
    """Give all releases: no question here comes with filters."""
    return scope_of(question.query, desk.generation.columns)


def holds(desk: Assistant, question: ReleaseQuestion, rows: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which paragraphs hold an answer; a gold release's only."""
    own = release_rows(desk)[question.release]
    texts = desk.generation.catalogue.paragraphs(rows)
    return np.array(
        [
            desk.generation.columns.release_of[row] == own
            and any(spans_of(plain(texts[row].text).text, answer) for answer in question.answers)
            for row in rows
        ],
        dtype=bool,
    )


def release_rows(desk: Assistant) -> Mapping[str, int]:
    """Give the row of each release by its path."""
    return dict(desk.generation.rows_by_path)


def print_fit(examples: Sequence[Candidates], names: Sequence[str]) -> dict[str, float]:
    """Fit one weight a name, and print them with their success across folds."""
    weights = dict(zip(names, fit_softmax(examples).round(3).tolist(), strict=True))
    print(f"{len(examples)} questions; across folds:", success(cross_validated(examples)))
    print(json.dumps(weights, indent=1))
    return weights
