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
from qa.embedding.question_side import QuestionSide
from qa.index.terms import new_stemmer
from qa.model_files import find_model
from qa.reading import Chances, Reader
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

# The cost that is accepted: the share of the project's own held-out answerable questions that may
# be refused. The others repeat more of their release's words, and look more answerable; and people
# who never saw the releases ask so that 5 % here was 10 % of theirs.
REFUSED_OF_ANSWERABLE = 0.02
RANKED_BY = (*WEIGHTS, *READ_FEATURES)


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """One question with what was found and read for it; weights do not change that."""

    question: ReleaseQuestion
    asked: Asked
    releases: list[FoundRelease]
    read: Mapping[int, ReadParagraph]


def fit_reader(
    desk: Assistant, questions: Sequence[ReleaseQuestion], folder: Path, question_side: Path
) -> None:
    """Fit ranking and chances of a reader on releases it was not trained on; write its card."""
    reader = PageReader(find_model(qa.Settings()), "auto", folder)
    print(f"{len(questions)} questions about releases held out")
    read = list(read_questions(desk, questions, reader))
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
    card = dataclasses.replace(
        reader.card,
        ranking=reader.ranking,
        chances=chances,
        fitted_beside=QuestionSide(question_side).fingerprint,
    )
    write_card(card, folder)


def read_questions(
    desk: Assistant, questions: Sequence[ReleaseQuestion], reader: Reader
) -> Iterator[ReadQuestion]:
    """Find releases for each question, and let a reader read them."""
    for question, asked in asked_of(desk, questions):
        releases = find_releases(asked, desk.generation, scope_for(desk, question), RELEASES_READ)
        yield ReadQuestion(
            question, asked, releases, read_releases(asked, desk.generation, releases, reader)
        )


def fit_ranking(desk: Assistant, read: Sequence[ReadQuestion]) -> dict[str, float]:
    """Fit how a paragraph's readings and its other features are weighed."""
    return print_fit(ranking_examples(desk, read), RANKED_BY)


def ranking_examples(desk: Assistant, read: Sequence[ReadQuestion]) -> list[Candidates]:
    """Give the paragraphs that were read, and which of them hold an answer."""
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
                np.stack([known[name] for name in RANKED_BY], axis=1),
                holds(desk, one.question, rows[places].tolist()),
            )
        )
    return examples


def fit_chances(
    desk: Assistant, read: Sequence[ReadQuestion], ranking: Mapping[str, float]
) -> Chances:
    """Fit how signs become the chance that the first passage answers, and where to refuse."""
    found = [found_in(desk, one, ranking) for one in read]
    signs = [
        signs_of(one.asked, desk.generation, some) for one, some in zip(read, found, strict=True)
    ]
    right = [
        bool(holds(desk, one.question, [some.paragraphs[0].row])[0])
        for one, some in zip(read, found, strict=True)
    ]
    folds = np.array([fold_of(one.question.release) for one in read])
    answerable = np.array([bool(one.question.answers) for one in read])
    own = np.array([one.question.is_own for one in read])
    odds = across_folds(signs, answerable, folds)
    cost = float(np.quantile(odds[answerable & own], REFUSED_OF_ANSWERABLE))
    refuse_below = logistic(cost)
    told = [{**one, "answerable": float(o)} for one, o in zip(signs, odds, strict=True)]
    for name, some in (("all", np.ones_like(own)), ("own", own)):
        print(f"{name}: {some.sum()} questions")
        _print_chances(odds[some], answerable[some])
    _print_right(across_folds(told, np.array(right), folds), np.array(right))
    return Chances(
        fit_logistic(signs, answerable),
        round(refuse_below, 4),
        right=fit_logistic(told, np.array(right)),
    )


def found_in(desk: Assistant, one: ReadQuestion, ranking: Mapping[str, float]) -> Found:
    """Rank what was read for a question by some weights."""
    ranked = rank_paragraphs(one.asked, desk.generation, one.releases, one.read, ranking)
    return Found(tuple(one.releases), tuple(ranked))


def across_folds(
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


def _print_chances(odds: Floats, answerable: NDArray[np.bool_]) -> None:
    from sklearn.metrics import roc_auc_score

    print("answerable or not: AUROC", round(float(roc_auc_score(answerable, odds)), 3))
    for share in (0.01, REFUSED_OF_ANSWERABLE, 0.05, 0.1):
        refused = odds < np.quantile(odds[answerable], share)
        print(
            f"{share:.0%} of answerable refused: of unanswerable {refused[~answerable].mean():.3f}"
        )


def _print_right(odds: Floats, right: NDArray[np.bool_]) -> None:
    from sklearn.metrics import roc_auc_score

    print("first passage right or not: AUROC", round(float(roc_auc_score(right, odds)), 3))
    chances = np.array([logistic(one) for one in odds])
    print("Brier score", round(float(np.mean((chances - right) ** 2)), 4))
