"""Train readers by recipes that differ in one choice, and write what each choice is worth.

    python -m benchmarks.trainings --training DIR --index DIR [--out docs/quality.md]

All are trained briefly, with the same seed, a share of the steps of the shipped reader and a
share of our own questions, so that the table can be made in an hour; the shipped one is better
than any of them. They are compared on questions about releases that none was trained on, with
ranking weights and chances fitted across folds for each (the chances upon a ranking of all folds).
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from benchmarks.document import check_marks, write_table
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
from benchmarks.train_reader import Job, train
from benchmarks.training_data import ReleaseQuestion, all_questions, is_held_out
from benchmarks.training_recipe import Recipe
from benchmarks.training_record import add_data_options
from benchmarks.training_releases import Releases
from benchmarks.variants import Wrapped, one_by_one
from qa.answers.chance import signs_of
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.errors import QAError, UsageError
from qa.evaluation.intervals import measure
from qa.model_files import find_model
from qa.reading import Reader
from qa.reading.page_reader import PageReader
from qa.settings import Settings

MARKS = ("<!-- table of trainings -->", "<!-- end of trainings -->")
BRIEF = Recipe(steps_squad=50, steps_mixed=100)
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "the recipe, briefly": {},
    "span heads alone": {"heads": "span"},
    "sentence head alone": {"heads": "sentence"},
    "no wrong releases beside the right one": {"negatives": "none"},
    "no words blanked": {"blank_question": 0.0, "blank_page": 0.0},
    "each paragraph with its title alone": {"context": "paragraph"},
}
ASKED = 300  # held-out questions that are compared on, drawn at random
EVERY = 4  # each fourth of our own questions: finding wrong releases for all takes longer
HEAD = ("| recipe | first | of 3 | answerable or not: AUROC |", "|---|---|---|---|")


def main() -> None:
    """Train all, and print or write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_data_options(parser)
    parser.add_argument("--work", type=Path, default=Path("build/trainings"))
    parser.add_argument("--out", type=Path, help="document with the two marks of the table")
    options = parser.parse_args()
    if options.out is not None:
        check_marks(options.out, MARKS)

    options.own = _some(options.own, options.work)
    lines = [*HEAD]
    for idea, choice in CHOICES.items():
        recipe, folder = replace(BRIEF, **choice), options.work / idea.replace(" ", "-")
        job = Job(
            recipe, options.training, options.own, options.index, folder, options.work, idea, 600.0
        )
        train(job, Settings())
        lines.append(_row(idea, options, folder))
        sys.stderr.write(f"{lines[-1]}\n")
    if options.out is None:
        print("\n".join(lines))
    else:
        write_table(options.out, MARKS, lines)


def _some(own: Path, work: Path) -> Path:
    """Write each fourth of our own questions to a file, and give it."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError as error:
        raise UsageError(f"{str(own)!r} cannot be read: {error.strerror}") from None
    work.mkdir(parents=True, exist_ok=True)
    (work / "own.jsonl").write_text("".join(lines[::EVERY]), encoding="utf-8")
    return work / "own.jsonl"


def _row(idea: str, options: argparse.Namespace, folder: Path) -> str:
    reader: Reader = PageReader(find_model(Settings()), "auto", folder)
    if CHOICES[idea].get("context") == "paragraph":  # read as it was trained
        reader = Wrapped(reader, make=one_by_one)
    with Assistant.open(
        options.index, encoder=SentenceTransformerEncoder(Settings()), reader=None
    ) as desk:
        questions = _held_out(desk, options)
        read = list(read_questions(desk, questions, reader))
        answered = [one for one in read if one.question.answers]
        ranks = cross_validated(ranking_examples(desk, answered))
        shares = [_share(ranks <= k) for k in (1, 3)]
        return f"| {idea} | {' | '.join(shares)} | {_auroc(desk, read):.2f} |"


def _held_out(desk: Assistant, options: argparse.Namespace) -> list[ReleaseQuestion]:
    releases = Releases(desk)
    asked = all_questions(
        options.training, options.own, lambda path: releases.text(path).paragraphs
    )
    held_out = [one for one in asked if is_held_out(one.release)]
    order = np.random.default_rng(1).permutation(len(held_out))[:ASKED]
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


if __name__ == "__main__":
    try:
        main()
    except QAError as error:
        sys.exit(str(error))
