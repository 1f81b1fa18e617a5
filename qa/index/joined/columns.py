"""The columns of base and delta as one, and what is dead in them blank.

They are small, so they are copied. A dead release keeps its rows, since rows are never moved; it
has no date, no area and no text that could equal another's, and `Columns.alive` leaves it out of
every search.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import Columns


def joined_columns(base: Columns, delta: Columns | None, dead: Sequence[int]) -> Columns:
    """Give the columns of base and delta.

    Args:
        base: Of the base.
        delta: Of the delta; None if there is none.
        dead: Rows of releases of the base that must not be found.
    """
    parts = [base] if delta is None else [base, delta]
    before = np.cumsum([0, *(part.n_releases for part in parts)])
    alive = np.ones(before[-1], dtype=bool)
    alive[list(dead)] = False
    release_of = np.concatenate(
        [part.release_of + np.int32(start) for part, start in zip(parts, before, strict=False)]
    )
    areas, in_area = _areas(parts, alive)
    published = np.concatenate([part.published for part in parts])
    published[~alive] = 0
    text_hash = np.concatenate([part.text_hash for part in parts])
    text_hash[~alive[release_of]] = 0
    return Columns(
        areas,
        release_of,
        published,
        in_area,
        np.concatenate([part.traits for part in parts]),
        text_hash,
        np.concatenate([part.passage_hash for part in parts]),
        np.concatenate([part.repeat_hash for part in parts]),
        dead=dead,
    )


def _areas(
    parts: Sequence[Columns], alive: NDArray[np.bool_]
) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
    """Give the areas that a release which may be found is of, and which are whose."""
    names = sorted({area for part in parts for area in part.areas})
    in_area = np.zeros((len(alive), len(names)), dtype=bool)
    start = 0
    for part in parts:
        places = [names.index(area) for area in part.areas]
        in_area[start : start + part.n_releases, places] = part.in_area
        start += part.n_releases
    in_area[~alive] = False
    some = np.flatnonzero(in_area.any(axis=0))
    return tuple(names[place] for place in some), in_area[:, some]
