"""Write files so that they are surely on disk, and read files so that they are surely right.

A record is of the bytes that were *meant*: it is hashed from memory while they are written, so
that reading the file back tells whether the disk took them. faiss, numpy and sqlite write without
telling when a disk was full; so they give bytes, and every file of an index is written here.

What is read is read once, into memory; those bytes are hashed, and those bytes are used. Only what
is above `MAPPED_ABOVE` stays on disk, an array mapped through the descriptor that it was hashed
through: a file that is cut short under a map kills the process that reads it, and memory has its
limit too.

Source: the order of steps follows SQLite's and Lucene's for atomic commits.
"""

import errno
import hashlib
import io
import mmap
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged
from qa.index.spool import Spool

MAPPED_ABOVE = 128 << 20  # bytes of a file; an index of 65,000 paragraphs is in memory whole
_LONGEST_HEADER = 1 << 12  # bytes of an array's, far above what numpy writes


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest says of one file: its size in bytes and its SHA-256."""

    size: int
    sha256: str


Records = Mapping[str, FileRecord]


def write_file(path: Path, data: bytes | memoryview) -> FileRecord:
    """Create `path` with `data`, and sync it to disk before it is closed.

    A sync that failed is not tried again: the system may have dropped what it could not write,
    and would then call the second attempt a success.

    Returns:
        The record of the bytes that were to be written, hashed in memory.

    Raises:
        OSError: The disk is full or failing, or the file exists already.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        _write_all(handle, memoryview(data), path)
        os.fsync(handle)
    except BaseException:
        _close_quietly(handle)
        raise
    os.close(handle)  # whose error counts: some file systems tell of a full disk only here
    return FileRecord(len(data), hashlib.sha256(data).hexdigest())


def write_array(path: Path, array: NDArray[Any]) -> FileRecord:
    """Create `path` with one array in numpy's own format, no pickle.

    Its bytes are laid out beside it first, in memory only if they are few.
    """
    buffer = Spool(path.parent)
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return write_file(path, buffer.view())


def sync(folder: Path) -> None:
    """Sync a folder: what was made, renamed or removed in it."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
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
        with _open_sized(path, expected) as file:
            _compare(path, hashlib.file_digest(file, "sha256"), expected)
    except OSError as error:
        raise _unreadable(path, error) from None


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """The files of a folder: each is read once, and what is given out was compared.

    Attributes:
        folder: Where they are.
        records: What each must be.
        compared: Whether they were compared one and all a moment ago, and need not be again.
    """

    folder: Path
    records: Records
    compared: bool = False

    def below(self, name: str) -> "CheckedFiles":
        """Give the files of a folder in it; without a name, those in none."""
        inside = {p: r for p, r in self.records.items() if Path(p).parent.name == name}
        return replace(
            self, folder=self.folder / name, records={Path(p).name: r for p, r in inside.items()}
        )

    def read(self, name: str) -> bytes:
        """Give the bytes of a file, no more of them than its record says.

        Raises:
            IndexDamaged: It is not recorded, or is other than recorded.
        """
        path, expected = self.folder / name, self._record(name)
        try:
            with _open_sized(path, expected) as file:
                data = file.read(expected.size)
        except OSError as error:
            raise _unreadable(path, error) from None
        if len(data) != expected.size:
            raise IndexDamaged(str(path), "was cut short while it was read")
        if not self.compared:
            _compare(path, hashlib.sha256(data), expected)
        return data

    def array(self, name: str) -> NDArray[Any]:
        """Give an array that `write_array` wrote, read-only, upon the very bytes compared."""
        return self._array(name, self.read(name))

    def is_large(self, name: str) -> bool:
        """Tell whether a file is left on disk, and not held in memory."""
        return self._record(name).size > MAPPED_ABOVE

    def large_array(self, name: str) -> NDArray[Any]:
        """Give an array as `array` does; above `MAPPED_ABOVE` mapped, not held in memory.

        Whoever cuts the file short then kills this process, and whoever writes into it changes
        what is read. A generation is pinned and never written to, so only a fault does either.
        """
        if not self.is_large(name):
            return self.array(name)
        return self._array(name, self._mapped(name))

    def opened(self, name: str) -> BufferedReader:
        """Give a file that was compared, open at its beginning; the caller closes it.

        Raises:
            IndexDamaged: It is not recorded, or is other than recorded.
        """
        path, expected = self.folder / name, self._record(name)
        try:
            file = _open_sized(path, expected)
            try:
                # Hashed by reading, since a page touched in a map would count as our memory.
                if not self.compared:
                    _compare(path, hashlib.file_digest(file, "sha256"), expected)
                file.seek(0)
            except BaseException:
                file.close()
                raise
        except OSError as error:
            raise _unreadable(path, error) from None
        return file

    def _mapped(self, name: str) -> mmap.mmap:
        size = self._record(name).size
        with self.opened(name) as file:
            try:
                return mmap.mmap(file.fileno(), size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ)
            except (OSError, ValueError) as error:  # it was cut short after it was opened
                raise _unreadable(self.folder / name, error) from None

    def _record(self, name: str) -> FileRecord:
        if name not in self.records:
            raise IndexDamaged(str(self.folder / name), "is not listed in the manifest")
        return self.records[name]

    def _array(self, name: str, data: bytes | mmap.mmap) -> NDArray[Any]:
        try:
            return _array_in(data)
        except (ValueError, TypeError, KeyError) as error:
            raise IndexDamaged(str(self.folder / name), f"is no array ({error})") from None


def _write_all(handle: int, view: memoryview, path: Path) -> None:
    while view:  # a write may take less than it was given
        taken = os.write(handle, view)
        if taken <= 0:
            raise OSError(errno.EIO, "the disk takes no more bytes", str(path))
        view = view[taken:]


def _close_quietly(handle: int) -> None:
    with suppress(OSError):  # the error that led here is the one to tell
        os.close(handle)


def _open_sized(path: Path, expected: FileRecord) -> BufferedReader:
    """Open a file that has the size it should have; so nothing is read of one that has not."""
    # A pipe in its place must not make us wait.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        size = os.fstat(handle).st_size
        if size != expected.size:
            raise IndexDamaged(str(path), f"has {size:,} bytes, not {expected.size:,}")
        return os.fdopen(handle, "rb")
    except BaseException:
        _close_quietly(handle)
        raise


def _compare(path: Path, digest: "hashlib._Hash", expected: FileRecord) -> None:
    found = digest.hexdigest()
    if found != expected.sha256:
        raise IndexDamaged(str(path), f"has SHA-256 {found[:12]}…, not {expected.sha256[:12]}…")


def _unreadable(path: Path, error: OSError | ValueError) -> IndexDamaged:
    return IndexDamaged(str(path), f"cannot be read ({getattr(error, 'strerror', None) or error})")


def _array_in(data: bytes | mmap.mmap) -> NDArray[Any]:
    file = io.BytesIO(data[:_LONGEST_HEADER])
    version = np.lib.format.read_magic(file)
    read_header = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    shape, fortran, dtype = read_header(file)
    if fortran or dtype.hasobject:
        raise ValueError("not in the form that is written here")
    # A view of the bytes: no second copy, and nothing allocated by what a header claims.
    count = int(np.prod(shape, dtype=np.int64))
    found: NDArray[Any] = np.frombuffer(data, dtype, count, file.tell())
    return found.reshape(shape)
