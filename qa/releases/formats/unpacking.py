"""Unpack an archive, zip or tar, in memory: what it unpacks to is counted while it is unpacked.

An archive comes from a stranger: nothing is written to disk, so a bomb is refused at its first
bytes and no name can lead anywhere.

Reads    bytes of an archive
Gives    each file in it: its name there, what is wrong with it, and how its bytes are read
"""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Iterable
from functools import partial
from typing import IO, Protocol

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Source

MAX_NAME = 1000
MAX_RATIO = 200  # bytes unpacked for each byte packed; text gives 3 to 30
MIN_UNPACKED = 32 << 20  # so much is always unpacked
_MAX_ENDS = 16  # times that the end of a tar file is read
_XZ_MEMORY = 128 << 20


class Reads(Protocol):
    """Gives the bytes of one file of an archive, at most so many."""

    def __call__(self, most: int) -> bytes:
        """Read at most `most` bytes."""


class Budget:
    """How much an archive may still unpack to."""

    def __init__(self, packed: int) -> None:
        """Allow for an archive of `packed` bytes."""
        self.left = max(MIN_UNPACKED, packed * MAX_RATIO)

    def spend(self, data: bytes) -> bytes:
        """Count some bytes.

        Raises:
            UnreadableRelease: They are too many.
        """
        self.left -= len(data)
        self.check()
        return data

    def check(self) -> None:
        """See that nothing more was unpacked than may be.

        Raises:
            UnreadableRelease: It was.
        """
        if self.left < 0:
            raise UnreadableRelease(
                f"it unpacks to over {MAX_RATIO} times its size", "unpack it, and look what it is"
            )


Files = Iterable[tuple[str, UnreadableRelease | None, Reads]]


def files_in(source: Source, budget: Budget) -> Files:
    """Give the files of an archive, in their order; the bytes of a tar are read there and then.

    Raises:
        UnreadableRelease: It is no whole archive, or unpacks to too much.
    """
    is_zip = source.name.lower().endswith(".zip")
    return _zip_files(source, budget) if is_zip else _tar_files(source, budget)


def _zip_files(source: Source, budget: Budget) -> Files:
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableRelease(f"it is no whole zip file: {error}", "pack it anew") from None
    for info in archive.infolist():
        if info.filename.endswith("/"):
            continue
        yield info.filename, _zip_fault(info), partial(_unzipped, archive, info, budget)


def _zip_fault(info: zipfile.ZipInfo) -> UnreadableRelease | None:
    if info.flag_bits & 0x1:
        return UnreadableRelease("it is locked with a password", "pack it without one")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return UnreadableRelease("it is packed in an unusual way", "pack it with ordinary zip")
    if (info.external_attr >> 16) & 0o170000 == 0o120000:
        return UnreadableRelease("it is a link, not a file", "pack the file itself")
    return _name_fault(info.filename)


def _unzipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget, most: int) -> bytes:
    with archive.open(info) as file:
        return _gathered(file.read, budget, most)


def _tar_files(source: Source, budget: Budget) -> Files:
    stream = _Counted(_unpacked(source), budget)
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
            for info in archive:
                if info.isdir():
                    continue
                file = archive.extractfile(info) if info.isfile() else None
                fault = _name_fault(info.name)
                if file is None:
                    fault = UnreadableRelease("it is a link or a device", "pack the file itself")
                if info.issparse():
                    fault = UnreadableRelease("it has holes", "pack it without --sparse")
                yield info.name, fault, partial(_from_tar, file)
    except (tarfile.TarError, EOFError, OSError, lzma.LZMAError, ValueError) as error:
        raise UnreadableRelease(f"it is no whole tar file: {error}", "pack it anew") from None


def _from_tar(file: IO[bytes] | None, most: int) -> bytes:
    return file.read(most) if file is not None else b""


def _unpacked(source: Source) -> Callable[[int], bytes]:
    packed, name = io.BytesIO(source.data), source.name.lower()
    if name.endswith((".gz", ".tgz")):
        return gzip.GzipFile(fileobj=packed).read
    if name.endswith((".bz2", ".tbz2")):
        return bz2.BZ2File(packed).read
    if name.endswith((".xz", ".txz")):
        return _Xz(source.data).read
    return packed.read


class _Xz:
    """Unpacks xz with a limit on memory, which the library's own file has not."""

    def __init__(self, data: bytes) -> None:
        self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)
        self._data = data

    def read(self, size: int) -> bytes:
        gathered = b""
        while len(gathered) < size and not self._decompressor.eof:
            data, self._data = self._data, b""
            piece = self._decompressor.decompress(data, size - len(gathered))
            if not piece and self._decompressor.needs_input:
                raise EOFError("it ends too soon")
            gathered += piece
        return gathered


class _Counted:
    """A stream that counts what is read from it."""

    def __init__(self, read: Callable[[int], bytes], budget: Budget) -> None:
        self._read, self._budget = read, budget
        self._ends = 0

    def read(self, size: int) -> bytes:
        data = _gathered(self._read, self._budget, size)
        self._ends += not data
        if self._ends > _MAX_ENDS:  # the library would read on to whatever place a header names
            raise EOFError("it ends too soon")
        return data


def _gathered(read: Callable[[int], bytes], budget: Budget, most: int) -> bytes:
    pieces = []
    while most > 0:
        piece = budget.spend(read(min(most, 1 << 16)))
        if not piece:
            break
        pieces.append(piece)
        most -= len(piece)
    return b"".join(pieces)


def _name_fault(name: str) -> UnreadableRelease | None:
    steps = name.replace("\\", "/").split("/")
    if ".." in steps or name.startswith(("/", "\\")) or len(name) > MAX_NAME:
        return UnreadableRelease("its path leads out of the archive", "pack it under a plain path")
    if not name.strip("./\\"):
        return UnreadableRelease("it has no name", "pack it under a plain path")
    return None
