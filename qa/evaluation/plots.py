"""Draw how far probabilities can be trusted, as two SVG pictures.

matplotlib is an extra: it is loaded when something is drawn, and whoever calls deals with its
absence. The same numbers give the same bytes, under one version of it: ids are salted alike,
no date is written, and settings of whoever draws are put aside.

Reads    a `Calibration`
Gives    SVG as text
"""

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from qa.evaluation.calibration import Calibration

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (5.2, 4.4)  # inches
_BLUE, _GREY = "#1f5fa8", "#777777"
# Text stays text, so that it can be searched and read out.
_SETTINGS = {"svg.hashsalt": "release-qa", "svg.fonttype": "none"}


def reliability_svg(calibration: Calibration) -> str:
    """Draw the share that was right over the probability stated, one mark a bin.

    Raises:
        ImportError: matplotlib is not installed.
    """

    def draw(axes: "Axes") -> None:
        bins = calibration.bins
        axes.plot([0, 1], [0, 1], "--", color=_GREY, label="as stated")
        axes.errorbar(
            [one.probability for one in bins],
            [one.right for one in bins],
            # Wilson's interval holds the share, but for the last bit of a float.
            yerr=[
                [max(0.0, one.right - one.low) for one in bins],
                [max(0.0, one.high - one.right) for one in bins],
            ],
            fmt="o-",
            color=_BLUE,
            capsize=3,
            label="as it was, 95 % interval",
        )
        axes.set(xlabel="probability stated", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
        error, brier = calibration.expected_calibration_error, calibration.brier
        axes.set_title(f"{calibration.n} questions: ECE {error:.3f}, Brier {brier:.3f}")
        axes.legend(loc="upper left")

    return _svg(draw)


def risk_coverage_svg(calibration: Calibration) -> str:
    """Draw the share of wrong answers over the share answered, the surest first.

    Raises:
        ImportError: matplotlib is not installed.
    """

    def draw(axes: "Axes") -> None:
        curve = calibration.curve
        axes.axhline(curve[-1].risk, linestyle="--", color=_GREY, label="in any order")
        axes.plot(
            [point.coverage for point in curve],
            [point.risk for point in curve],
            color=_BLUE,
            label="the surest first",
        )
        axes.set(xlabel="coverage: share answered", ylabel="risk: share of those wrong")
        axes.set(xlim=(0, 1), ylim=(0, 1))
        axes.set_title(f"{calibration.n} questions: area {calibration.area:.3f}")
        axes.legend(loc="upper left")

    return _svg(draw)


def _svg(draw: Callable[["Axes"], None]) -> str:
    import matplotlib
    from matplotlib.figure import Figure

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS)
        figure = Figure(figsize=_SIZE, layout="tight")
        axes = figure.add_subplot()
        axes.grid(visible=True, alpha=0.3)
        draw(axes)
        picture = io.StringIO()
        figure.savefig(picture, format="svg", metadata={"Date": None, "Creator": None})
    return picture.getvalue()
