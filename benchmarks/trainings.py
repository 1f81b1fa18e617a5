"""Train readers by recipes that differ in one choice, and write what each choice is worth.

    python -m benchmarks.trainings --training DIR --index DIR [--out docs/quality.md]

All are trained briefly, with the same seed, a share of the steps of the shipped reader and a
share of our own questions, so that the table can be made in an hour; the shipped one is better
than any of them. They are compared on questions about releases that none was trained on, with
ranking weights and chances fitted across folds for each (the chances upon a ranking of all folds).
"""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.comparing import HEAD, row
from benchmarks.document import check_marks, write_table
from benchmarks.train_reader import Job, train
from benchmarks.training_recipe import Recipe
from benchmarks.training_record import add_data_options
from benchmarks.variants import Wrapped, one_by_one
from qa.errors import QAError, UsageError
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
    return row(idea, reader, options, ASKED)


if __name__ == "__main__":
    try:
        main()
    except QAError as error:
        sys.exit(str(error))
