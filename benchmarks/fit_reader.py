"""Fit what a reader's readings are worth, and the chance that a passage answers."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qa
from benchmarks.fitting import FOLDS, asked_of, fold_of, holds, print_fit, scope_for
from benchmarks.softmax import Candidates, Floats
from benchmarks.training_data import ReleaseQuestion
from qa.answers.chance import log_odds, logistic, signs_of
from qa.answers.probes import probe_middles
from qa.assistant import Assistant
from qa.index.lexical import new_stemmer
from qa.model_files import find_model
from qa.reading import Chances
from qa.reading.card import write_card
from qa.reading.page_reader import PageReader
from qa.records import Query
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.paragraphs import (
    READ_FEATURES,
    WEIGHTS,
    features,
    rank_paragraphs,
    reading_features,
)
from qa.retrieval.read import ReadParagraph, read_releases
from qa.retrieval.releases import FoundRelease, find_releases
from qa.retrieval.search import RELEASES_READ, Found

# The cost that is accepted: of the held-out questions that can be answered, how many may be
# refused. None, since people who never saw the releases ask in other words than those who wrote
# the training questions: of theirs, 5 % here meant that 28 % were refused, and 1 % that 19 %.
REFUSED_OF_ANSWERABLE = 0.0


@dataclass(frozen=True, slots=True)
class _Read:
    """One question with what was found and read for it; weights do not change that."""

    question: ReleaseQuestion
    asked: Asked
    releases: list[FoundRelease]
    read: Mapping[int, ReadParagraph]


def fit_reader(desk: Assistant, questions: Sequence[ReleaseQuestion], folder: Path) -> None:
    """Fit ranking and chances of a reader on releases it was not trained on; write its card."""
    reader = PageReader(find_model(qa.Settings()), "auto", folder)
    print(f"{len(questions)} questions about releases held out")
    read = list(_read(desk, questions, reader))
    reader.ranking = fit_ranking(desk, [one for one in read if one.question.answers])
    reader.chances = fit_chances(desk, read, reader.ranking)
    stemmer = new_stemmer()
    middles = probe_middles(
        desk.generation,
        reader,
        lambda words: make_ready(Query(words), desk.encoder, stemmer),
        lambda done, total: None,
    )
    print("probes:", middles)
    chances = dataclasses.replace(reader.chances, middles=middles)
    write_card(dataclasses.replace(reader.card, ranking=reader.ranking, chances=chances), folder)


def _read(
    desk: Assistant, questions: Sequence[ReleaseQuestion], reader: PageReader
) -> Iterator[_Read]:
    for question, asked in asked_of(desk, questions):
        releases = find_releases(asked, desk.generation, scope_for(desk, question), RELEASES_READ)
        yield _Read(
            question, asked, releases, read_releases(asked, desk.generation, releases, reader)
        )


def fit_ranking(desk: Assistant, read: Sequence[_Read]) -> dict[str, float]:
    """Fit how a paragraph's readings and its other features are weighed."""
    names = [*WEIGHTS, *READ_FEATURES]
    examples = []
    for one in read:
        rows = np.concatenate([release.rows for release in one.releases])
        places = [place for place, row in enumerate(rows) if int(row) in one.read]
        known = features(one.asked, desk.generation, one.releases)
        known = {name: column[places] for name, column in known.items()}
        known |= reading_features([one.read[int(rows[place])] for place in places])
        examples.append(
            Candidates(
                fold_of(one.question.release),
                np.stack([known[name] for name in names], axis=1),
                holds(desk, one.question, rows[places].tolist()),
            )
        )
    return print_fit(examples, names)


def fit_chances(desk: Assistant, read: Sequence[_Read], ranking: Mapping[str, float]) -> Chances:
    """Fit how signs become the chance that the first passage answers, and where to refuse."""
    signs, right = [], []
    for one in read:
        ranked = rank_paragraphs(one.asked, desk.generation, one.releases, one.read, ranking)
        found = Found(tuple(one.releases), tuple(ranked))
        signs.append(signs_of(one.asked, desk.generation, found))
        right.append(bool(holds(desk, one.question, [ranked[0].row])[0]))
    folds = np.array([fold_of(one.question.release) for one in read])
    answerable = np.array([bool(one.question.answers) for one in read])
    odds = _across_folds(signs, answerable, folds)
    refuse_below = logistic(float(np.quantile(odds[answerable], REFUSED_OF_ANSWERABLE)))
    told = [{**one, "answerable": float(o)} for one, o in zip(signs, odds, strict=True)]
    _print_chances(odds, _across_folds(told, np.array(right), folds), answerable, np.array(right))
    return Chances(
        fit_logistic(signs, answerable),
        round(refuse_below, 4),
        right=fit_logistic(told, np.array(right)),
    )


def _across_folds(
    signs: Sequence[Mapping[str, float]], target: NDArray[np.bool_], folds: NDArray[np.int64]
) -> Floats:
    """Give the log-odds of each question by the weights of the other folds."""
    odds = np.zeros(len(signs))
    for fold in range(FOLDS):
        apart = np.flatnonzero(folds == fold).tolist()
        others = np.flatnonzero(folds != fold).tolist()
        weights = fit_logistic([signs[place] for place in others], target[others])
        odds[apart] = [log_odds(signs[place], weights) for place in apart]
    return odds


def fit_logistic(
    signs: Sequence[Mapping[str, float]], right: NDArray[np.bool_]
) -> dict[str, float]:
    """Fit the weight of each sign, and "bias"; decay treats all spreads alike."""
    from sklearn.linear_model import LogisticRegression

    names = list(signs[0])
    values = np.array([[one[name] for name in names] for one in signs])
    spread = values.std(axis=0) + 1e-9
    model = LogisticRegression(C=0.3, max_iter=1000).fit(values / spread, right)
    weights = dict(zip(names, (model.coef_[0] / spread).round(4).tolist(), strict=True))
    return {**weights, "bias": round(float(model.intercept_[0]), 4)}


def _print_chances(
    odds: Floats, right_odds: Floats, answerable: NDArray[np.bool_], right: NDArray[np.bool_]
) -> None:
    from sklearn.metrics import roc_auc_score

    print("answerable or not: AUROC", round(float(roc_auc_score(answerable, odds)), 3))
    print("first passage right or not: AUROC", round(float(roc_auc_score(right, right_odds)), 3))
    chances = np.array([logistic(one) for one in right_odds])
    print("Brier score", round(float(np.mean((chances - right) ** 2)), 4))
    for share in (REFUSED_OF_ANSWERABLE, 0.01, 0.05, 0.1):
        refused = odds < np.quantile(odds[answerable], share)
        print(
            f"{share:.0%} of answerable refused: of unanswerable {refused[~answerable].mean():.3f}"
        )
