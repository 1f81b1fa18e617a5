"""Keep small what a serving process holds of files that it has mapped.

A page of a mapped file counts as the memory of a process from its first touch on, with the fifteen
around it. A question touches some thousand places of what is mapped, so after an hour a large
archive would be in memory from end to end. So pages are let go of: the system keeps the file
in its own cache as long as it has room, and gives them back when asked. To let go of all at once
would hold one question in ten up for some 10 ms; a part after each question is not felt.

Reads    /proc/self/statm; where there is none, nothing is let go
"""

import itertools
import mmap
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Pages are let go of when a process holds more than both: of all memory, so that it stays below
# 1.5 GB with what the next question touches (some 150 MB); and of mapped files (some 250 MB are
# libraries'), since a process that is large by its models would gain nothing by reading them again.
LIMIT = 1250 * 2**20
LIMIT_OF_FILES = 640 * 2**20
PARTS = 4  # of which one is let go of at a time
_STATM = Path("/proc/self/statm")
_next_part = itertools.cycle(range(PARTS)).__next__


@dataclass(frozen=True, slots=True)
class Resident:
    """What of a process is in memory, in bytes.

    Attributes:
        all: Everything.
        of_files: Pages of mapped files in it.
    """

    all: int
    of_files: int


def let_go(
    arrays: Iterable[NDArray[Any]], limit: int = LIMIT, limit_of_files: int = LIMIT_OF_FILES
) -> bool:
    """Let go of a part of the pages of mapped arrays if the process holds more than both limits.

    Safe at any time and under threads: whoever reads a page again gets it again.

    Args:
        arrays: Those that are mapped; others are left alone.
        limit: Of everything, in bytes.
        limit_of_files: Of mapped files, in bytes.

    Returns:
        Whether any were let go. `PARTS` calls let go of all.
    """
    held = resident()
    if held.all <= limit or held.of_files <= limit_of_files:
        return False
    part = _next_part()
    for array in arrays:
        mapping = _mapping_of(array)
        if mapping is not None:
            length = -(-len(mapping) // PARTS // mmap.PAGESIZE) * mmap.PAGESIZE
            if part * length < len(mapping):
                mapping.madvise(mmap.MADV_DONTNEED, part * length, length)
    return True


def resident() -> Resident:
    """Give what of this process is in memory; nothing where the system does not tell."""
    try:
        _, pages, of_files, *_ = (int(field) for field in _STATM.read_bytes().split())
    except OSError:
        return Resident(0, 0)
    page = os.sysconf("SC_PAGE_SIZE")
    return Resident(pages * page, of_files * page)


def _mapping_of(array: NDArray[Any]) -> mmap.mmap | None:
    owner: Any = array
    while isinstance(owner, np.ndarray | memoryview):
        owner = owner.base if isinstance(owner, np.ndarray) else owner.obj
    return owner if isinstance(owner, mmap.mmap) else None
