"""Show an evaluation to people, in a terminal.

Reads    an `Evaluation`
Gives    two tables on a rich console: measures with intervals, and the main ones per type
"""

from typing import TYPE_CHECKING

from qa.evaluation.evaluate import Evaluation
from qa.evaluation.intervals import Measure
from qa.evaluation.summary import Summary

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Heading and measure of each column of the table per type; what fits into 80 columns.
_COLUMNS = (
    ("@1", "success@1"),
    ("@5", "success@5"),
    ("MRR", "reciprocal_rank"),
    ("sent.", "sentence_success"),
    ("rel. 1st", "release_success@1"),
)
_LEGEND = (
    "@k: one of the first k quotes holds the answer; sent.: the first marked sentence does; "
    "rel. 1st: the first quote is from a gold release"
)
_NOTHING = "–"


def print_table(evaluation: Evaluation, console: "Console") -> None:
    """Print the measures overall, then the main ones per type."""
    console.print(_overall(evaluation.overall))
    console.print(_per_type(evaluation))
    latency = evaluation.overall.latency
    console.print(
        f"{latency.n} questions, {_milliseconds(latency.median_ms)} ms median, "
        f"{_milliseconds(latency.p95_ms)} ms for the 95th of 100",
        highlight=False,
    )


def _overall(summary: Summary) -> "Table":
    from rich.table import Table

    table = Table(title=f"{summary.questions} questions, {summary.answerable} answerable")
    table.add_column("measure")
    for heading in ("value", "95 % interval", "cases"):
        table.add_column(heading, justify="right")
    for name, measure in summary.measures.items():
        table.add_row(name, _share(measure.value), _interval(measure), str(measure.n))
    return table


def _per_type(evaluation: Evaluation) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title="Per type", caption=_LEGEND)
    table.add_column("type")
    for heading in ("n", *(heading for heading, _ in _COLUMNS), "refused", "ms"):
        table.add_column(heading, justify="right")
    for name, summary in evaluation.by_type.items():
        table.add_row(
            Text(name),  # a name out of a file may look like rich's markup
            str(summary.questions),
            *(_share(summary.measures[measure].value) for _, measure in _COLUMNS),
            str(summary.questions - summary.answered),
            _milliseconds(summary.latency.median_ms),
        )
    return table


def _interval(measure: Measure) -> str:
    if measure.low is None or measure.high is None:
        return _NOTHING
    return f"{_share(measure.low)} to {_share(measure.high)}"


def _share(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.2f}"


def _milliseconds(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.1f}"
