"""Compare readers on questions about releases that nothing was trained on, a row of a table each.

Ranking weights and chances are fitted for each reader across folds by release; the chances upon
a ranking of all folds.
"""

import argparse
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.fit_reader import (
    RANKED_BY,
    ReadQuestion,
    across_folds,
    found_in,
    ranking_examples,
    read_questions,
)
from benchmarks.fitting import fold_of
from benchmarks.softmax import cross_validated, fit_softmax
from benchmarks.training_data import ReleaseQuestion, all_questions, is_held_out
from benchmarks.training_releases import Releases
from qa.answers.chance import signs_of
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.evaluation.intervals import measure
from qa.reading import Reader
from qa.settings import Settings

HEAD = ("| recipe | first | of 3 | answerable or not: AUROC |", "|---|---|---|---|")


def row(name: str, reader: Reader, options: argparse.Namespace, asked: int) -> str:
    """Measure one reader.

    Args:
        name: What the row calls it.
        reader: Whose own weights do not count.
        options: The folder of training files, the file of our questions, the index.
        asked: How many questions, drawn at random, always the same.
    """
    encoder = SentenceTransformerEncoder(Settings())
    with Assistant.open(options.index, encoder=encoder, reader=None) as desk:
        read = list(read_questions(desk, _held_out(desk, options, asked), reader))
        answered = [one for one in read if one.question.answers]
        ranks = cross_validated(ranking_examples(desk, answered))
        shares = [_share(ranks <= k) for k in (1, 3)]
        return f"| {name} | {' | '.join(shares)} | {_auroc(desk, read):.2f} |"


def _held_out(desk: Assistant, options: argparse.Namespace, asked: int) -> list[ReleaseQuestion]:
    releases = Releases(desk)
    questions = all_questions(
        options.training, options.own, lambda path: releases.text(path).paragraphs
    )
    held_out = [one for one in questions if is_held_out(one.release)]
    order = np.random.default_rng(1).permutation(len(held_out))[:asked]
    return [held_out[place] for place in sorted(order)]


def _share(right: NDArray[np.bool_]) -> str:
    found = measure(right.astype(float).tolist())
    return f"{found.value:.2f} ({found.low:.2f}–{found.high:.2f})"


def _auroc(desk: Assistant, read: Sequence[ReadQuestion]) -> float:
    """Tell how well answerable questions are told from others, across folds; 0.5 is chance."""
    answered = [one for one in read if one.question.answers]
    weights = fit_softmax(ranking_examples(desk, answered)).tolist()
    ranking = dict(zip(RANKED_BY, weights, strict=True))
    found = [found_in(desk, one, ranking) for one in read]
    signs = [
        signs_of(one.asked, desk.generation, some) for one, some in zip(read, found, strict=True)
    ]
    answerable = np.array([bool(one.question.answers) for one in read])
    folds = np.array([fold_of(one.question.release) for one in read])
    return float(roc_auc_score(answerable, across_folds(signs, answerable, folds)))
