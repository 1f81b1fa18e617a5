"""Fit the small models: of releases, of paragraphs, and of the chance that a passage answers.

    python -m benchmarks.fit_weights general       TRAINING --index DIR
    python -m benchmarks.fit_weights question-side TRAINING --index DIR [--question-side FOLDER]
    python -m benchmarks.fit_weights reader        TRAINING --index DIR [--reader FOLDER]

TRAINING is the folder of training files. `general` prints the weights that serve a model whose
question side was not trained, to be put into `qa/retrieval`. The other two use only questions
about releases that nothing was trained on: `question-side` writes weights of releases and
paragraphs into its card; `reader`, to be run after it, ranking weights, chances and threshold
into the reader's. Scores are printed across five folds by release: what is being fitted is
fitted on the other four. What it builds on (stage one below stage two, the ranking below the
chances) was fitted on all.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import qa
from benchmarks.fit_reader import fit_reader
from benchmarks.fit_retrieval import fit_retrieval
from benchmarks.training_data import OWN_QUESTIONS, ReleaseQuestion, all_questions, is_held_out
from benchmarks.training_releases import Releases
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.embedding.question_side import FOLDER as QUESTION_SIDE
from qa.embedding.question_side import read_card, write_card
from qa.errors import QAError
from qa.reading.page_reader import FOLDER as READER


def main() -> None:
    """Fit one of the models and print or write it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=("general", "question-side", "reader"))
    parser.add_argument("training", type=Path, help="folder of training files")
    parser.add_argument("--own", type=Path, default=OWN_QUESTIONS, help="file of our questions")
    parser.add_argument("--index", default="index")
    parser.add_argument("--question-side", type=Path, default=QUESTION_SIDE, help="its adapter")
    parser.add_argument("--reader", type=Path, default=READER, help="folder of its adapter")
    parser.add_argument("--limit", type=int, help="only this many questions, drawn at random")
    options = parser.parse_args()

    side = options.question_side
    trained = None if options.model == "general" else side
    encoder = SentenceTransformerEncoder(qa.Settings(), question_side=trained)
    with Assistant.open(options.index, encoder=encoder) as desk:
        releases = Releases(desk)
        asked = all_questions(
            options.training, options.own, lambda path: releases.text(path).paragraphs
        )
        questions = _drawn(asked, options.limit)
        held_out = [one for one in questions if is_held_out(one.release)]
        if options.model == "general":
            fit_retrieval(desk, [one for one in questions if one.answers])
        elif options.model == "question-side":
            fitted = fit_retrieval(desk, [one for one in held_out if one.answers])
            card = read_card(side)
            write_card(dataclasses.replace(card, fitted=fitted), side)
        else:
            fit_reader(desk, held_out, options.reader, side)


def _drawn(questions: Sequence[ReleaseQuestion], limit: int | None) -> list[ReleaseQuestion]:
    order = np.random.default_rng(1).permutation(len(questions))[:limit]
    return [questions[place] for place in sorted(order)]


if __name__ == "__main__":
    try:
        main()
    except QAError as error:
        sys.exit(str(error))
