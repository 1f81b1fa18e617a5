"""Fit the small models: of releases, of paragraphs, and of the chance that a passage answers.

    python -m benchmarks.fit_weights releases   TRAINING --index DIR
    python -m benchmarks.fit_weights paragraphs TRAINING --index DIR
    python -m benchmarks.fit_weights reader     TRAINING --index DIR [--reader FOLDER]

TRAINING is the folder of training files. `releases` and `paragraphs` print weights to be
put into `qa/retrieval`. `reader` uses only questions about releases that the reader was not
trained on, and writes ranking weights, chances and threshold into its card. Every score
printed is of five folds by release, each scored by a model fitted on the other four.
"""

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qa
from benchmarks.softmax import Candidates, Floats, cross_validated, fit_softmax, success
from benchmarks.training_data import ReleaseQuestion, is_held_out, read_questions, spans_of
from qa.answers.chance import log_odds, logistic, signs_of
from qa.answers.probes import probe_middles
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.index.lexical import new_stemmer
from qa.language.markup import plain
from qa.model_files import find_model
from qa.reading import Chances
from qa.reading.adapter import write_card
from qa.reading.page_reader import FOLDER, PageReader
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
from qa.retrieval.releases import (
    RELEASE_WEIGHTS,
    FoundRelease,
    find_releases,
    release_candidates,
    release_features,
)
from qa.retrieval.scope import Scope, scope_of
from qa.retrieval.search import RELEASES_READ, Found

FOLDS = 5
# The cost that is accepted: of the held-out questions that can be answered, how many may be
# refused. None, since people who never saw the releases ask in other words than those who wrote
# the training questions: of theirs, 5 % here meant that 28 % were refused, and 1 % that 19 %.
REFUSED_OF_ANSWERABLE = 0.0


def main() -> None:
    """Fit one of the models and print or write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=("releases", "paragraphs", "reader"))
    parser.add_argument("training", type=Path, help="folder of training files")
    parser.add_argument("--index", default="index")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of its adapter")
    parser.add_argument("--limit", type=int, help="only this many questions, drawn at random")
    options = parser.parse_args()

    questions = _drawn(read_questions(options.training), options.limit)
    encoder = SentenceTransformerEncoder(qa.Settings())
    with Assistant.open(options.index, encoder=encoder) as desk:
        if options.model == "reader":
            fit_reader(desk, [one for one in questions if is_held_out(one.release)], options.reader)
        else:
            fit = {"releases": fit_releases, "paragraphs": fit_paragraphs}[options.model]
            fit(desk, [one for one in questions if one.answers])


def fit_releases(desk: Assistant, questions: Sequence[ReleaseQuestion]) -> None:
    """Fit stage one, and print its weights."""
    rows = _release_rows(desk)
    examples = []
    for question, asked in _asked(desk, questions):
        candidates = release_candidates(asked, desk.generation, _scope(desk, question))
        examples.append(
            Candidates(
                fold_of(question.release),
                release_features(asked, desk.generation, candidates),
                np.array([row == rows[question.release] for row in candidates]),
            )
        )
    _print_fit(examples, list(RELEASE_WEIGHTS))


def fit_paragraphs(desk: Assistant, questions: Sequence[ReleaseQuestion]) -> None:
    """Fit the ranking of paragraphs without a reader, and print its weights."""
    examples = []
    for question, asked in _asked(desk, questions):
        scope = _scope(desk, question)
        releases = find_releases(asked, desk.generation, scope, RELEASES_READ)
        rows = np.concatenate([release.rows for release in releases])
        known = features(asked, desk.generation, releases)
        examples.append(
            Candidates(
                fold_of(question.release),
                np.stack([known[name] for name in WEIGHTS], axis=1),
                _holds(desk, question, rows.tolist()),
            )
        )
    _print_fit(examples, list(WEIGHTS))


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
    for question, asked in _asked(desk, questions):
        releases = find_releases(asked, desk.generation, _scope(desk, question), RELEASES_READ)
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
                _holds(desk, one.question, rows[places].tolist()),
            )
        )
    return dict(zip(names, _print_fit(examples, names).round(3).tolist(), strict=True))


def fit_chances(desk: Assistant, read: Sequence[_Read], ranking: Mapping[str, float]) -> Chances:
    """Fit how signs become the chance that the first passage answers, and where to refuse."""
    signs, right = [], []
    for one in read:
        ranked = rank_paragraphs(one.asked, desk.generation, one.releases, one.read, ranking)
        found = Found(tuple(one.releases), tuple(ranked))
        signs.append(signs_of(one.asked, desk.generation, found))
        right.append(bool(_holds(desk, one.question, [ranked[0].row])[0]))
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


def fold_of(release: str) -> int:
    """Tell which fold a release is in, from 0."""
    return int(hashlib.sha256(f"fold {release}".encode()).hexdigest(), 16) % FOLDS


def _asked(
    desk: Assistant, questions: Sequence[ReleaseQuestion]
) -> Iterator[tuple[ReleaseQuestion, Asked]]:
    stemmer = new_stemmer()
    for question in questions:
        yield question, make_ready(Query(question.question), desk.encoder, stemmer)


def _scope(desk: Assistant, question: ReleaseQuestion) -> Scope:
    return scope_of(Query(question.question), desk.generation.columns)


def _holds(desk: Assistant, question: ReleaseQuestion, rows: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which paragraphs hold an answer; a gold release's only."""
    own = _release_rows(desk)[question.release]
    texts = desk.generation.catalogue.paragraphs(rows)
    return np.array(
        [
            desk.generation.columns.release_of[row] == own
            and any(spans_of(plain(texts[row].text).text, answer) for answer in question.answers)
            for row in rows
        ],
        dtype=bool,
    )


def _release_rows(desk: Assistant) -> Mapping[str, int]:
    return {record.path: row for row, record in enumerate(desk.generation.manifest.releases)}


def _print_fit(examples: Sequence[Candidates], names: Sequence[str]) -> Floats:
    weights = fit_softmax(examples)
    print(f"{len(examples)} questions; across folds:", success(cross_validated(examples)))
    print(json.dumps(dict(zip(names, weights.round(3).tolist(), strict=True)), indent=1))
    return weights


def _drawn(questions: Sequence[ReleaseQuestion], limit: int | None) -> list[ReleaseQuestion]:
    order = np.random.default_rng(1).permutation(len(questions))[:limit]
    return [questions[place] for place in sorted(order)]


if __name__ == "__main__":
    main()
