"""Keep small what a serving process holds of files that it has mapped.

A page of a mapped file counts as the memory of a process from its first touch on, with the fifteen
around it. A question touches some thousand places of vectors and word pieces, so after an hour a
large archive would be in memory from end to end. Letting go of the pages costs next to nothing:
the system keeps the file in its own cache as long as it has room, and gives them back when asked.

Reads    /proc/self/statm; where there is none, nothing is let go
"""

import mmap
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Of mapped files, libraries among them (some 250 MB), and what some questions touch.
LIMIT = 640 * 2**20
_STATM = Path("/proc/self/statm")


def let_go(arrays: Iterable[NDArray[Any]], limit: int = LIMIT) -> bool:
    """Let go of the pages of mapped arrays if the process holds more than `limit` bytes of files.

    Safe at any time and under threads: whoever reads a page again gets it again. Gives whether
    they were let go.
    """
    if mapped_bytes() <= limit:
        return False
    for array in arrays:
        mapping = _mapping_of(array)
        if mapping is not None:
            mapping.madvise(mmap.MADV_DONTNEED)
    return True


def mapped_bytes() -> int:
    """Give how many bytes of mapped files are in memory; 0 where the system does not tell."""
    try:
        return int(_STATM.read_bytes().split()[2]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _mapping_of(array: NDArray[Any]) -> mmap.mmap | None:
    owner: Any = array
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    return owner if isinstance(owner, mmap.mmap) else None
