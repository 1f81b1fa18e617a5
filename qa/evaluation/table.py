"""Show an evaluation to people, in a terminal of 80 columns or more.

Reads    an `Evaluation`
Gives    tables on a rich console: measures with intervals, the main ones per type, how good
         stated probabilities are, and the differences from another run
"""

from typing import TYPE_CHECKING

from qa.evaluation.calibration import Calibration
from qa.evaluation.comparison import Comparison, Difference
from qa.evaluation.evaluate import Evaluation
from qa.evaluation.intervals import Measure
from qa.evaluation.summary import Summary

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# Heading and measure of each column of the table per type after success@1 and its interval.
_COLUMNS = (
    ("@5", "success@5"),
    ("sent.", "sentence_success"),
    ("rel.", "release_success@1"),
)
_LEGEND = (
    "@k: one of the first k quotes holds the answer, @1 with its 95 % interval; sent.: the first "
    "marked sentence does; rel.: the first quote is from a gold release; ref.: refused"
)
_COMPARED = (
    "change: this run less the other, with its 95 % interval, over the same resamples of the "
    "questions; not better: share of them in which this run is worse or equal; +/-: questions "
    "that came out better / worse"
)
_NOTHING = "–"


def print_table(evaluation: Evaluation, console: "Console") -> None:
    """Print the measures overall, then the main ones per type, then the rest there is."""
    console.print(_overall(evaluation.overall))
    console.print(_per_type(evaluation))
    if evaluation.against is not None:
        console.print(_against(evaluation.against))
    if evaluation.calibration is not None:
        console.print(_calibration(evaluation.calibration), highlight=False)
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
    for heading in ("n", "@1", "95 %", *(heading for heading, _ in _COLUMNS), "ref.", "ms"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, summary in evaluation.by_type.items():
        table.add_row(
            Text(name),  # a name out of a file may look like rich's markup
            str(summary.questions),
            _share(summary.measures["success@1"].value),
            _interval(summary.measures["success@1"], "–"),
            *(_share(summary.measures[measure].value) for _, measure in _COLUMNS),
            str(summary.questions - summary.answered),
            _milliseconds(summary.latency.median_ms),
        )
    return table


def _against(comparison: Comparison) -> "Table":
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(f"Against {comparison.run}"), caption=_COMPARED)
    table.add_column("measure")
    for heading in ("value", "change", "95 % interval", "not better", "+/-"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, one in comparison.measures.items():
        table.add_row(name, _share(one.value), *_change(one), f"{one.better}/{one.worse}")
    return table


def _change(one: Difference) -> tuple[str, str, str]:
    if one.difference is None or one.low is None or one.high is None:
        return _NOTHING, _NOTHING, _NOTHING
    interval = f"{one.low:+.2f} to {one.high:+.2f}"
    return f"{one.difference:+.2f}", interval, f"{one.not_better:.3f}"


def _calibration(calibration: Calibration) -> str:
    return (
        f"{calibration.n} stated probabilities: expected calibration error "
        f"{calibration.expected_calibration_error:.3f}, Brier score {calibration.brier:.3f}, "
        f"area under risk and coverage {calibration.area:.3f}"
    )


def _interval(measure: Measure, between: str = " to ") -> str:
    if measure.low is None or measure.high is None:
        return _NOTHING
    return f"{_share(measure.low)}{between}{_share(measure.high)}"


def _share(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.2f}"


def _milliseconds(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:.1f}"
