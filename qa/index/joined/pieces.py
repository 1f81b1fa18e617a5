"""Word pieces of base and delta as one; the delta's were projected as the base's were."""

from dataclasses import replace
from typing import Any

import numpy as np

from qa.index.joined.stacked import Stacked
from qa.index.pieces import Pieces


def joined_pieces(base: Pieces, delta: Pieces) -> Pieces:
    """Give the pieces of both.

    Raises:
        ValueError: They were projected differently.
    """
    if not np.array_equal(base.projection, delta.projection):
        raise ValueError("the word pieces of base and delta were projected differently")
    stacked: Any = {
        name: Stacked(getattr(base, name), getattr(delta, name))
        for name in ("vectors", "ids", "sentences")
    }
    return replace(
        base,
        **stacked,
        spans=np.concatenate([base.spans, delta.spans + len(base.ids)]),
        df=base.df + delta.df,
    )
