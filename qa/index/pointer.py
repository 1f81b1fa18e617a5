"""The pointer: `CURRENT`, one JSON line that names the generation that serves.

    {"format": 3, "generation": "g00000007-5d1c9a02", "manifest_sha256": "5d1c9a02…"}

It is read whole and must be, byte for byte, the line that is written for these values: so every
turned bit in it is refused, and no checksum of its own is needed.
"""

import errno
import json
import re
from dataclasses import dataclass
from pathlib import Path

from qa.errors import IndexDamaged, IndexMissing, IndexNotConfirmed
from qa.index.files import sync, write_file

POINTER = "CURRENT"
_ASIDE = ".CURRENT.tmp"
_NAME = re.compile(r"g\d{8,}-[0-9a-f]{8}", re.ASCII)
_LARGEST = 4096  # bytes; a pointer has some 130


@dataclass(frozen=True, slots=True)
class Pointer:
    """What `CURRENT` says.

    Attributes:
        format: Of the folder.
        generation: Name of the generation that serves.
        manifest_sha256: Of its manifest.
    """

    format: int
    generation: str
    manifest_sha256: str

    def to_json(self) -> bytes:
        """Give the one line that stands for it."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(values, sort_keys=True).encode() + b"\n"


def read_pointer(root: Path) -> Pointer:
    """Read the pointer of an index folder.

    Raises:
        IndexMissing: There is none; nothing was built there yet.
        IndexDamaged: It is not what is written there.
    """
    place = root / POINTER
    try:
        with place.open("rb") as file:
            data = file.read(_LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(str(root)) from None
    except OSError as error:
        raise IndexDamaged(str(place), f"cannot be read ({error.strerror})") from None
    try:
        values = json.loads(data)
        pointer = Pointer(**values)
        name = str(pointer.generation)
        as_written = pointer.to_json() == data and isinstance(pointer.format, int)
    except (ValueError, TypeError, RecursionError):
        raise IndexDamaged(str(place), "does not name a generation") from None
    if not _NAME.fullmatch(name):
        raise IndexDamaged(str(place), f"names {name[:40]!r}, which is no generation")
    if not as_written:
        raise IndexDamaged(str(place), "is not as it was written")
    return pointer


def pointer_content(index: str | Path) -> bytes | None:
    """Give the bytes of the pointer, to see cheaply that it changed; None if there are none."""
    try:
        return (Path(index) / POINTER).read_bytes()
    except OSError:
        return None


def write_pointer(root: Path, pointer: Pointer) -> None:
    """Replace the pointer in one step; when this returns, it outlives a power cut.

    Raises:
        OSError: The disk is full or failing; what was named before still is.
        IndexNotConfirmed: It is replaced, but the disk did not confirm it.
    """
    aside, data = root / _ASIDE, pointer.to_json()
    aside.unlink(missing_ok=True)
    write_file(aside, data)
    if aside.read_bytes() != data:
        raise OSError(errno.EIO, "the pointer read back differs from what was written", str(aside))
    aside.replace(root / POINTER)
    try:
        sync(root)
        confirmed = read_pointer(root) == pointer
    except (OSError, IndexDamaged, IndexMissing) as error:
        raise IndexNotConfirmed(pointer.generation, str(error)) from error
    if not confirmed:
        raise IndexNotConfirmed(pointer.generation, "the pointer read back differs")
