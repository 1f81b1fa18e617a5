"""The rows of two arrays as those of one, the second's counted on from the first's.

Nothing is copied: the first may be a mapped gigabyte. It answers to what is asked of an array of
rows here: length, one row, a slice that lies in either array, and `take`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.reads import FarRows


class Stacked:
    """Two arrays whose rows have the same shape."""

    def __init__(self, first: FarRows | NDArray[Any], second: FarRows | NDArray[Any]) -> None:
        """Put the second below the first; what is taken from both has the type of the first.

        Raises:
            ValueError: Their rows differ in shape.
        """
        if first.shape[1:] != second.shape[1:]:
            raise ValueError(f"rows of shape {first.shape[1:]} cannot stand on {second.shape[1:]}")
        self.first, self.second = first, second
        self.dtype = first.dtype
        self.shape = (len(first) + len(second), *first.shape[1:])

    def __len__(self) -> int:
        """Count the rows of both."""
        return len(self.first) + len(self.second)

    def __getitem__(self, at: int | slice) -> Any:
        """Give a row, or a slice without a step that does not cross from one array to the other."""
        n = len(self.first)
        if not isinstance(at, slice):
            return self.first[at] if at < n else self.second[at - n]
        return self.first[at] if at.stop <= n else self.second[at.start - n : at.stop - n]

    def take(self, rows: NDArray[np.int64], axis: int = 0) -> NDArray[Any]:
        """Give some rows, in their order."""
        n = len(self.first)
        in_second = rows >= n
        if not in_second.any():
            return self.first.take(rows, axis=axis)
        found = np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        found[~in_second] = self.first.take(rows[~in_second], axis=axis)
        found[in_second] = self.second.take(rows[in_second] - n, axis=axis)
        return found
