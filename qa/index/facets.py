"""How many releases there are of each area and month: what filters and timelines show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.index.columns import Columns

_EPOCH = 719_163  # the ordinal of 1 January 1970


@dataclass(frozen=True, slots=True)
class Facets:
    """Counts of releases.

    Attributes:
        areas: By area, every area, sorted; a release of two areas counts in both.
        months: By month of the first publish day, such as "2020-10"; ascending, none is 0.
        undated: Releases without a known date.
    """

    areas: Mapping[str, int]
    months: Mapping[str, int]
    undated: int


def facets_of(columns: Columns, areas: Sequence[str] = ()) -> Facets:
    """Count all releases, or by month only those of some areas."""
    by_area = columns.in_area.sum(axis=0)
    counted = columns.alive
    if areas:
        wanted = [place for place, area in enumerate(columns.areas) if area in areas]
        counted = counted & columns.in_area[:, wanted].any(axis=1)
    days = columns.published[counted, 0]
    dated = days[days > 0]
    months = (dated.astype(np.int64) - _EPOCH).astype("datetime64[D]").astype("datetime64[M]")
    return Facets(
        areas={area: int(n) for area, n in zip(columns.areas, by_area, strict=True)},
        months={
            str(month): int(n)
            for month, n in zip(*np.unique(months, return_counts=True), strict=True)
        },
        undated=len(days) - len(dated),
    )
