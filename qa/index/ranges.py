"""Numbers of many ranges at once."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def ranges(starts: NDArray[Any], ends: NDArray[Any]) -> NDArray[np.int64]:
    """Give all numbers from each start up to its end, one range after the other.

    >>> ranges(np.array([7, 2]), np.array([9, 3])).tolist()
    [7, 8, 2]
    """
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    numbers: NDArray[np.int64] = np.arange(lengths.sum()) + np.repeat(starts - before, lengths)
    return numbers
