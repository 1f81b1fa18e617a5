"""Measure what each idea is worth, and write the table of `docs/quality.md`.

    python -m benchmarks.ablations QUESTIONS.jsonl --index DIR [--out docs/quality.md]

Every row asks all questions. `ms` is the median of a question, with nothing else running. The
last two rows are told the areas and dates that a question names, from the field `filters` of
the file: what understanding them could give at most.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.document import check_marks, write_table
from benchmarks.variants import VARIANTS, Variant, as_it_is, varied, without_reader
from qa.assistant import Assistant
from qa.errors import QAError
from qa.evaluation.evaluate import evaluate
from qa.evaluation.question_set import read_questions
from qa.evaluation.summary import Summary
from qa.records import Answer

MARKS = ("<!-- table of ablations -->", "<!-- end of table -->")
_MEASURES = ("success@1", "success@3", "release_success@1", "sentence_when_right")
_HEAD = "| idea | first | of 3 | release first | sentence | refused right / wrong | ms | |"


class Filtered:
    """An assistant that is told which areas and dates each question names."""

    def __init__(self, desk: Assistant, filters: Mapping[str, Mapping[str, str]]) -> None:
        self.desk, self.filters = desk, filters

    def ask(self, question: str, *, history: Sequence[str]) -> Answer:
        """Ask with the filters of the question, where the index knows the area."""
        wanted = self.filters.get(question, {})
        area = wanted.get("area")
        return self.desk.ask(
            question,
            history=history,
            areas=[area] if area in self.desk.areas else [],
            published_from=wanted.get("from"),
            published_to=wanted.get("to"),
        )


def main() -> None:
    """Measure all variants and print or write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--index", default="index")
    parser.add_argument("--out", type=Path, help="document with the two marks of the table")
    options = parser.parse_args()
    if options.out is not None:
        check_marks(options.out, MARKS)

    questions = read_questions(options.questions)
    lines = [_HEAD, "|---|---|---|---|---|---|--:|---|"]
    with Assistant.open(options.index) as desk:
        for variant in VARIANTS:
            with varied(variant, desk):
                lines.append(_row(variant, evaluate(questions, desk).overall))
            sys.stderr.write(f"{lines[-1]}\n")
        told = Filtered(desk, _filters(options.questions))
        for variant in _told_variants():
            with varied(variant, desk):
                lines.append(_row(variant, evaluate(questions, told).overall))
            sys.stderr.write(f"{lines[-1]}\n")
    if options.out is None:
        print("\n".join(lines))
    else:
        write_table(options.out, MARKS, lines)


def _told_variants() -> tuple[Variant, ...]:
    return (
        Variant("no reader, told areas and dates", without_reader, "not yet understood"),
        Variant("as shipped, told areas and dates", as_it_is, "not yet understood"),
    )


def _row(variant: Variant, summary: Summary) -> str:
    shares = [_share(summary, name) for name in _MEASURES]
    right, wrong = (summary.measures[name].value for name in ("refusal_recall", "refusal_cost"))
    refused = f"{right:.2f} / {wrong:.2f}" if right is not None and wrong is not None else "–"
    milliseconds = f"{summary.latency.median_ms or 0:.0f}"
    return f"| {' | '.join([variant.idea, *shares, refused, milliseconds, variant.verdict])} |"


def _share(summary: Summary, name: str) -> str:
    measure = summary.measures[name]
    if measure.value is None or measure.low is None or measure.high is None:
        return "–"
    return f"{measure.value:.2f} ({measure.low:.2f}–{measure.high:.2f})"


def _filters(file: Path) -> dict[str, dict[str, str]]:
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return {line["question"]: line.get("filters") or {} for line in lines}


if __name__ == "__main__":
    try:
        main()
    except QAError as error:
        sys.exit(str(error))
