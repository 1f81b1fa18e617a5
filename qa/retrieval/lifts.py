"""Put releases back that are not of the time or the place that a question states.

A period is of what happened, and a release comes out when it is written: half of the whole dates
that releases state are more than eleven days past when they are published, a tenth more than a
year. So no release is left out for its date; it is put back, in the log-odds of stage one, by
how badly it fits, and one that states a day of the period hardly at all. Those that fit keep
their scores, and so does everything where a question states nothing.

Letters: r releases looked at.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import Columns
from qa.index.generation import Generation
from qa.language.stated_dates import states_day_in
from qa.records import Period, StatedPeriod
from qa.retrieval.asked import Asked
from qa.retrieval.carried import carried_row, put_back

Floats = NDArray[np.float64]

SOON = 14  # days after a period within which most of its releases are published
EARLY, LATE = 60, 45  # days before and after it that a release is still likely to be published in
TEXTS_READ = 40  # releases whose text is looked through for dates

# Tried on our own dated questions about releases held out, see docs/design.md.
STATES_ONLY, SOON_ONLY, NEAR_ONLY, NEITHER = -1.0, -2.0, -4.0, -6.0
ELSEWHERE = -1.0
A_YEAR_OLDER, OLDEST = -0.5, -1.0  # where the latest is asked for; kept small, and not measured


def lifts_of(
    asked: Asked, generation: Generation, candidates: Sequence[int], scores: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Give what is added to the scores of some releases, shape (r,), at most 0.

    Returns:
        The lifts, and whether each release is of the period: published soon, or stating a day.
    """
    rows = np.array(candidates, dtype=np.int64)
    lifts = np.zeros(len(rows))
    fits = np.ones(len(rows), dtype=bool)
    if asked.period is not None and asked.period.is_bounded:
        if asked.period.kind == "event":
            lifts, fits = _of_period(asked.period, generation, rows, scores)
    elif asked.period is not None:
        lifts = _of_newest(generation.columns, rows)
    if asked.places:
        lifts = lifts + np.where(_of_areas(asked.places, generation.columns, rows), 0, ELSEWHERE)
    about = carried_row(asked.leaning, generation)
    if about is not None:
        lifts = lifts + np.where(rows == about, 0, put_back(asked.leaning))
    return lifts, fits


def published_near(period: StatedPeriod, columns: Columns) -> NDArray[np.bool_]:
    """Tell which releases were published about a period, shape (all releases,)."""
    rows = np.arange(columns.n_releases)
    return _between(period, columns, rows, EARLY, LATE)


def _of_period(
    period: StatedPeriod, generation: Generation, rows: NDArray[np.int64], scores: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    columns = generation.columns
    undated = columns.published[rows, 0] <= 0
    soon = _between(period, columns, rows, 0, SOON)
    near = _between(period, columns, rows, EARLY, LATE) | undated
    states = _states(period, generation, rows, scores)
    states = soon if states is None else states
    lifts = np.select(
        [states & soon, states, soon, near], [0.0, STATES_ONLY, SOON_ONLY, NEAR_ONLY], NEITHER
    )
    return lifts, states | soon


def _between(
    period: StatedPeriod, columns: Columns, rows: NDArray[np.int64], early: int, late: int
) -> NDArray[np.bool_]:
    first, last = columns.published[rows].T
    fits: NDArray[np.bool_] = first > 0
    if period.first is not None:
        fits &= last >= period.first.toordinal() - early
    if period.last is not None:
        fits &= first <= period.last.toordinal() + late
    return fits


def _states(
    period: StatedPeriod, generation: Generation, rows: NDArray[np.int64], scores: Floats
) -> NDArray[np.bool_] | None:
    """Tell which of the best releases state a day of a closed period; None if it is open."""
    if period.first is None or period.last is None:
        return None
    best = np.argsort(-scores, kind="stable")[:TEXTS_READ]
    texts = generation.catalogue.bodies(rows[best].tolist())
    states = np.zeros(len(rows), dtype=bool)
    for place in best.tolist():
        row = int(rows[place])
        published = _published(generation.columns, row)
        states[place] = states_day_in(texts[row], published, period.first, period.last)
    return states


def _published(columns: Columns, row: int) -> Period | None:
    first, last = (int(day) for day in columns.published[row])
    return Period(date.fromordinal(first), date.fromordinal(last)) if first > 0 else None


def _of_newest(columns: Columns, rows: NDArray[np.int64]) -> Floats:
    last = columns.published[:, 1]
    years = (int(last.max(initial=0)) - last[rows]) / 365.25
    older: Floats = np.maximum(A_YEAR_OLDER * years, OLDEST)
    return older


def _of_areas(areas: Sequence[str], columns: Columns, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    wanted = [place for place, area in enumerate(columns.areas) if area in areas]
    within: NDArray[np.bool_] = np.asarray(columns.in_area[rows][:, wanted].any(axis=1))
    return within
