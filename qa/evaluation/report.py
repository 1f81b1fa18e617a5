"""Write an evaluation into a folder, for people, for retrieval tools, and for later runs.

    run.json            the evaluation; `--against` compares a later run with it
    run.trec            the quotes, as a TREC run
    qrels.txt           the gold paragraphs, for the same tools
    errors.md           every question that went wrong, and what should have come
    reliability.svg     share right over probability stated
    risk-coverage.svg   share wrong over share answered

The pictures need stated probabilities and matplotlib. Only files that an earlier report wrote
are replaced: run.json lists what belongs to it. All of them are removed first, so that no
file of an earlier run is taken for one of this.

Reads    an evaluation, and the releases of its index
Gives    files, and notes on what was left out
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from qa.errors import ReportError
from qa.evaluation.calibration import Calibration
from qa.evaluation.error_list import error_list
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.gold_places import Shelf
from qa.evaluation.saved_run import RUN
from qa.evaluation.trec import qrels_lines, run_lines

FILES = (RUN, "run.trec", "qrels.txt", "errors.md", "reliability.svg", "risk-coverage.svg")
_NO_PLOTS = "no plots were drawn, since matplotlib is missing; get it with: pip install matplotlib"
_NO_PROBABILITY = "no answer states a probability, so reliability and risk were left out"


def prepare_folder(folder: Path) -> None:
    """Make a folder fit for a report, before time is spent on what goes in.

    Raises:
        ReportError: It cannot be made, or holds files of these names that no report wrote.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _not_written(folder, error) from error
    foreign = [name for name in _present(folder) if name not in _own(folder)]
    if foreign:
        raise ReportError(
            f"{folder}: holds {', '.join(foreign)}, which no report wrote and this one would "
            f"replace; move that away, or name another folder"
        )


def write_report(folder: Path, evaluation: Evaluation, shelf: Shelf) -> tuple[str, ...]:
    """Write the report; the folder is made if it is not there.

    Args:
        folder: Where to; other files in it are left alone.
        evaluation: What to report.
        shelf: The releases that were asked, to find the gold paragraphs in.

    Returns:
        What was left out and how to get it, one sentence each; empty if nothing was.

    Raises:
        ReportError: As `prepare_folder`, or the files cannot be written.
    """
    pictures, notes = _pictures(evaluation.calibration)
    contents = {
        "run.trec": _lines(run_lines(evaluation.questions, evaluation.answers)),
        "qrels.txt": _lines(qrels_lines(evaluation.questions, shelf)),
        "errors.md": error_list(evaluation, shelf),
        **pictures,
    }
    values = {"files": [RUN, *contents], **evaluation.to_dict()}
    text = json.dumps(values, ensure_ascii=False, indent=2) + "\n"
    prepare_folder(folder)
    try:
        _replace(folder, {RUN: text, **contents})
    except OSError as error:
        raise _not_written(folder, error) from error
    return notes


def _pictures(calibration: Calibration | None) -> tuple[dict[str, str], tuple[str, ...]]:
    if calibration is None:
        return {}, (_NO_PROBABILITY,)
    from qa.evaluation.plots import reliability_svg, risk_coverage_svg

    try:
        return {
            "reliability.svg": reliability_svg(calibration),
            "risk-coverage.svg": risk_coverage_svg(calibration),
        }, ()
    except ImportError:
        return {}, (_NO_PLOTS,)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _replace(folder: Path, contents: Mapping[str, str]) -> None:
    # run.json goes last and comes first: whatever interrupts this, the rest stays known as ours.
    for name in reversed(_present(folder)):
        (folder / name).unlink()
    for name, text in contents.items():
        with (folder / name).open("x", encoding="utf-8", newline="") as file:
            file.write(text)


def _not_written(folder: Path, error: OSError) -> ReportError:
    return ReportError(
        f"{folder}: the report cannot be written there: {error.strerror or error}; "
        f"mend that, or name another folder"
    )


def _present(folder: Path) -> list[str]:
    return [name for name in FILES if os.path.lexists(folder / name)]


def _own(folder: Path) -> frozenset[str]:
    """Give the names of the files that an earlier report wrote here."""
    try:
        run = json.loads((folder / RUN).read_bytes())
        return frozenset(run["files"]) if "outcomes" in run else frozenset()
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return frozenset()
