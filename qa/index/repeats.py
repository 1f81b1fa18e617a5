"""How often releases that are not read now repeat a paragraph, for telling boilerplate."""

from collections.abc import Sequence

import numpy as np

from qa.index.columns import Columns, hash64


class Repeats:
    """Counts releases of a base by the paragraphs they hold.

    Attributes:
        n_releases: How many there are.
    """

    def __init__(self, columns: Columns, dead: Sequence[int]) -> None:
        """Take the base's columns, and the rows of releases that do not count."""
        self.n_releases = columns.n_releases - len(dead)
        self._order = np.argsort(columns.repeat_hash, kind="stable")
        self._hashes = columns.repeat_hash[self._order]
        self._release_of, self._dead = columns.release_of, np.array(dead, dtype=np.int64)

    def holding(self, key: str) -> int:
        """Count the releases that hold a paragraph of some `repeat_key`."""
        wanted = np.uint64(hash64(key))
        start, end = (
            int(np.searchsorted(self._hashes, wanted, side)) for side in ("left", "right")
        )
        releases = np.unique(self._release_of[self._order[start:end]])
        return len(np.setdiff1d(releases, self._dead, assume_unique=True))
