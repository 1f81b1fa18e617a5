"""Bytes that grow at their end, in memory while they are few and on disk once they are many.

A build over a whole archive makes gigabytes of vectors. They go to an unnamed file as they come,
and are read through a map of it, so that the system can take their memory back at any time.
"""

import mmap
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray

HELD = 64 << 20  # bytes; more than these are on disk


class Spool:
    """Bytes that are written once, then read; the file goes when nothing reads it any more."""

    def __init__(self, folder: Path) -> None:
        """Begin with none.

        Args:
            folder: On whose disk they are, if they are many; nothing is seen in it.
        """
        # `view` closes it.
        self._file = SpooledTemporaryFile(max_size=HELD, dir=str(folder))  # noqa: SIM115
        self._size = 0

    def __del__(self) -> None:
        """Let go of bytes that no one came to read, as when a build fails."""
        self._file.close()

    def write(self, data: bytes | memoryview) -> int:
        """Add bytes at the end; gives how many.

        Raises:
            OSError: The disk is full or failing.
        """
        self._size += memoryview(data).nbytes
        return int(self._file.write(data))

    def view(self) -> memoryview:
        """Give all bytes; no more can be added."""
        with self._file as file:
            if self._size <= HELD:
                file.seek(0)
                return memoryview(file.read())
            file.flush()
            return memoryview(mmap.mmap(file.fileno(), self._size, prot=mmap.PROT_READ))


class Rows:
    """Numbers of one type that grow at their end."""

    def __init__(self, folder: Path, dtype: type[np.generic]) -> None:
        """Begin with none."""
        self._spool, self._dtype = Spool(folder), dtype

    def append(self, rows: NDArray[Any]) -> None:
        """Add numbers, of which there may be none."""
        self._spool.write(np.ascontiguousarray(rows, dtype=self._dtype).tobytes())

    def array(self) -> NDArray[Any]:
        """Give all numbers in one row, read-only; no more can be added."""
        return np.frombuffer(self._spool.view(), dtype=self._dtype)
