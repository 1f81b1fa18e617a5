"""Fit the small models: of releases, of paragraphs, and of the chance that a passage answers.

    python -m benchmarks.fit_weights releases   QUESTIONS.jsonl --index DIR
    python -m benchmarks.fit_weights paragraphs QUESTIONS.jsonl --index DIR
    python -m benchmarks.fit_weights reader     QUESTIONS.jsonl --index DIR [--reader FOLDER]

The questions are those of the training data. `releases` and `paragraphs` print weights to be
put into `qa/retrieval`. `reader` uses only questions about releases that the reader was not
trained on, and writes ranking weights, chances and threshold into its card. Every score
printed is of five folds by release, each scored by a model fitted on the other four.
"""

import argparse
import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qa
from benchmarks.softmax import Candidates, Floats, cross_validated, fit_softmax, success
from benchmarks.training_data import Question, is_held_out, read_domain_questions, spans_of
from qa.answers.chance import chance, signs_of
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
from qa.retrieval.paragraphs import READ_FEATURES, WEIGHTS, features
from qa.retrieval.read import read_releases
from qa.retrieval.releases import (
    RELEASE_WEIGHTS,
    find_releases,
    release_candidates,
    release_features,
)
from qa.retrieval.scope import Scope, scope_of
from qa.retrieval.search import RELEASES_READ, search

FOLDS = 5
# Of the questions that can be answered, how many may be refused; the rest of the price is
# paid by those who are shown a passage that does not answer.
REFUSED_OF_ANSWERABLE = 0.05


def main() -> None:
    """Fit one of the models and print or write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=("releases", "paragraphs", "reader"))
    parser.add_argument("questions", type=Path, help="releases_qa.jsonl")
    parser.add_argument("--index", default="index")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of its adapter")
    parser.add_argument("--limit", type=int, help="only this many questions, drawn at random")
    options = parser.parse_args()

    questions = _drawn(read_domain_questions(options.questions), options.limit)
    encoder = SentenceTransformerEncoder(qa.Settings())
    with Assistant.open(options.index, encoder=encoder) as desk:
        if options.model == "reader":
            fit_reader(desk, [one for one in questions if is_held_out(one.release)], options.reader)
        else:
            fit = {"releases": fit_releases, "paragraphs": fit_paragraphs}[options.model]
            fit(desk, [one for one in questions if one.answers])


def fit_releases(desk: Assistant, questions: Sequence[Question]) -> None:
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


def fit_paragraphs(desk: Assistant, questions: Sequence[Question]) -> None:
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


def fit_reader(desk: Assistant, questions: Sequence[Question], folder: Path) -> None:
    """Fit ranking and chances of a reader on releases it was not trained on; write its card."""
    reader = PageReader(find_model(qa.Settings()), "auto", folder)
    print(f"{len(questions)} questions about releases held out")
    ranking = fit_ranking(desk, [one for one in questions if one.answers], reader)
    reader.ranking, reader.chances = ranking, None
    chances = fit_chances(desk, questions, reader)
    write_card(dataclasses.replace(reader.card, ranking=ranking, chances=chances), folder)


def fit_ranking(
    desk: Assistant, questions: Sequence[Question], reader: PageReader
) -> dict[str, float]:
    """Fit how a paragraph's readings and its other features are weighed."""
    names = [*WEIGHTS, *READ_FEATURES]
    examples = []
    for question, asked in _asked(desk, questions):
        releases = find_releases(asked, desk.generation, _scope(desk, question), RELEASES_READ)
        read = read_releases(asked, desk.generation, releases, reader)
        rows = np.concatenate([release.rows for release in releases])
        places = [place for place, row in enumerate(rows) if int(row) in read]
        some = [read[int(rows[place])] for place in places]
        known = {k: v[places] for k, v in features(asked, desk.generation, releases).items()}
        known["reader"] = np.array([one.reading.score for one in some])
        known["span"] = np.array([one.reading.span_score for one in some])
        known["page_answers"] = np.array([one.page_answers for one in some])
        examples.append(
            Candidates(
                fold_of(question.release),
                np.stack([known[name] for name in names], axis=1),
                _holds(desk, question, rows[places].tolist()),
            )
        )
    return dict(zip(names, _print_fit(examples, names).round(3).tolist(), strict=True))


def fit_chances(desk: Assistant, questions: Sequence[Question], reader: PageReader) -> Chances:
    """Fit how signs become the chance that the first passage answers, and where to refuse."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    signs, right = [], []
    for question, asked in _asked(desk, questions):
        found = search(asked, desk.generation, _scope(desk, question), reader, 5)
        signs.append(signs_of(asked, desk.generation, found))
        right.append(bool(_holds(desk, question, [found.paragraphs[0].row])[0]))
    names = list(signs[0])
    values = np.array([[one[name] for name in names] for one in signs])
    folds = np.array([fold_of(one.release) for one in questions])
    answerable = np.array([bool(one.answers) for one in questions])

    def fitted(some: NDArray[np.bool_]) -> dict[str, float]:
        spread = values[some].std(axis=0) + 1e-9
        model = LogisticRegression(C=0.3, max_iter=1000)
        model.fit(values[some] / spread, np.array(right)[some])
        weights = dict(zip(names, (model.coef_[0] / spread).tolist(), strict=True))
        return {**weights, "bias": float(model.intercept_[0])}

    chances_held = np.zeros(len(questions))
    for fold in range(FOLDS):
        weights = fitted(folds != fold)
        for place in np.flatnonzero(folds == fold):
            chances_held[place] = chance(signs[place], Chances(weights, 0.0))
    threshold = float(np.quantile(chances_held[answerable], REFUSED_OF_ANSWERABLE))
    print("chance: AUROC right or not", round(float(roc_auc_score(right, chances_held)), 3))
    print("AUROC answerable or not", round(float(roc_auc_score(answerable, chances_held)), 3))
    print("Brier", round(float(np.mean((chances_held - np.array(right)) ** 2)), 4))
    refused = chances_held < threshold
    print(
        f"refused below {threshold:.3f}: answerable {refused[answerable].mean():.3f}, "
        f"unanswerable {refused[~answerable].mean():.3f}"
    )
    weights = {k: round(v, 4) for k, v in fitted(np.ones(len(questions), dtype=bool)).items()}
    reader.chances = Chances(weights, round(threshold, 4))
    stemmer = new_stemmer()
    middles = probe_middles(
        desk.generation,
        reader,
        lambda words: make_ready(Query(words), desk.encoder, stemmer),
        lambda done, total: None,
    )
    print("probes:", middles)
    return dataclasses.replace(reader.chances, middles=middles)


def fold_of(release: str) -> int:
    """Tell which fold a release is in, from 0."""
    return int(hashlib.sha256(f"fold {release}".encode()).hexdigest(), 16) % FOLDS


def _asked(desk: Assistant, questions: Sequence[Question]) -> Iterator[tuple[Question, Asked]]:
    stemmer = new_stemmer()
    for question in questions:
        yield question, make_ready(Query(question.question), desk.encoder, stemmer)


def _scope(desk: Assistant, question: Question) -> Scope:
    return scope_of(Query(question.question), desk.generation.columns)


def _holds(desk: Assistant, question: Question, rows: Sequence[int]) -> NDArray[np.bool_]:
    """Tell which paragraphs hold an answer; a gold release's only."""
    own = _release_rows(desk)[question.release]
    texts = desk.generation.catalogue.paragraphs(rows)
    return np.array(
        [
            desk.generation.columns.release_of[row] == own
            and any(spans_of(answer, plain(texts[row].text).text) for answer in question.answers)
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


def _drawn(questions: Sequence[Question], limit: int | None) -> list[Question]:
    order = np.random.default_rng(1).permutation(len(questions))[:limit]
    return [questions[place] for place in sorted(order)]


if __name__ == "__main__":
    main()
