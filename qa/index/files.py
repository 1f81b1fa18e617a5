"""Write files so that they are surely on disk, and read files so that they are surely right.

faiss and numpy write without telling when a disk was full; so every file of an index is
written here, synced before it is closed, and hashed. What is read is hashed before any of
it is used.

Source: the order of steps follows SQLite's and Lucene's for atomic commits.
"""

import hashlib
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest says of one file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


def write_file(path: Path, data: bytes) -> None:
    """Create `path` with `data`, and sync it to disk before it is closed.

    Raises:
        OSError: The disk is full or failing, or the file exists already.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Create `path` with one array in numpy's own format, no pickle."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    write_file(path, buffer.getbuffer())  # type: ignore[arg-type]


def sync(path: Path) -> None:
    """Sync a file or folder that something else wrote."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def record_of(path: Path) -> FileRecord:
    """Hash a file as it is on disk now."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return FileRecord(file.tell(), digest)


def check_file(path: Path, expected: FileRecord) -> None:
    """Compare a file with its record, every byte of it.

    Raises:
        IndexDamaged: It is missing, shorter, longer, or other than it was.
    """
    try:
        found = record_of(path)
    except OSError as error:
        raise IndexDamaged(str(path), f"cannot be read ({error.strerror})") from None
    if found.size != expected.size:
        raise IndexDamaged(str(path), f"has {found.size:,} bytes, not {expected.size:,}")
    if found.sha256 != expected.sha256:
        raise IndexDamaged(
            str(path), f"has SHA-256 {found.sha256[:12]}…, not {expected.sha256[:12]}…"
        )


def map_array(path: Path) -> NDArray[Any]:
    """Open an array without reading it into memory; only after `check_file`.

    A generation is never written to again, so its pages cannot change underneath.
    """
    if path.stat().st_size == 0:
        raise IndexDamaged(str(path), "is empty")
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    return np.asarray(array)  # a plain view: numpy.memmap takes twice as long for small slices


def load_array(path: Path) -> NDArray[Any]:
    """Read an array into memory; only after `check_file`."""
    array: NDArray[Any] = np.load(path, allow_pickle=False)
    return array
