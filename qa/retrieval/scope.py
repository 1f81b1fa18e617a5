"""Which releases may be searched at all: the filters, applied before anything is ranked."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import Columns
from qa.records import Query, Searched


@dataclass(frozen=True, slots=True)
class Scope:
    """The releases a query may be answered from.

    Attributes:
        releases: Shape (r,): True where the release may be searched.
        is_all: Whether no filter leaves anything out of what may be found at all.
        searched: How many that is, for the answer.
    """

    releases: NDArray[np.bool_]
    is_all: bool
    searched: Searched

    def paragraphs(self, columns: Columns) -> NDArray[np.bool_] | None:
        """Give which paragraphs may be searched, shape (n,); None for all."""
        if self.is_all:
            return columns.findable
        allowed: NDArray[np.bool_] = np.repeat(self.releases, np.diff(columns.starts))
        return allowed


def scope_of(query: Query, columns: Columns) -> Scope:
    """Apply the filters of a query to every release.

    A release whose month alone is known counts as published on any day of it; one without
    a date is left out by a date filter, and counted.
    """
    allowed = columns.alive.copy()
    if query.areas:
        wanted = [column for column, area in enumerate(columns.areas) if area in query.areas]
        allowed &= columns.in_area[:, wanted].any(axis=1)
    undated = 0
    if query.published_from or query.published_to:
        dated = columns.published[:, 0] > 0
        undated = int((allowed & ~dated).sum())
        allowed &= dated
    if query.published_from:
        allowed &= columns.published[:, 1] >= query.published_from.toordinal()
    if query.published_to:
        allowed &= columns.published[:, 0] <= query.published_to.toordinal()
    is_all = not (query.areas or query.published_from or query.published_to)
    searched = Searched(
        releases=int(allowed.sum()),
        paragraphs=int(np.diff(columns.starts)[allowed].sum()),
        undated_left_out=undated,
    )
    return Scope(allowed, is_all, searched)
