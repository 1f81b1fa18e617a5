"""The index folder: publishing a generation in one step, and reading the one that serves.

    index/
      LOCK                     held (flock) by the one build that is writing
      CURRENT                  one JSON line: the generation that serves, and its manifest's hash
      gens/g00000007-5d1c9a02/ a generation; never written to once it has its name
      gens/.stage-…            a build in progress, or one that was broken off

A build writes aside, syncs, reads everything back, gives the folder its name, and only then
renames a new CURRENT over the old. Broken off at any moment, the old generation serves and
the next build cleans up. A reader holds a shared lock on the manifest it opened, so its
generation is not removed beneath it.

Works on local POSIX file systems; network file systems are not promised.
"""

import fcntl
import hashlib
import io
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from qa.errors import IndexBusy, IndexDamaged, IndexFault, IndexNotWritten
from qa.index.files import CheckedFiles, check_file, sync, write_file
from qa.index.garbage import (
    MANIFEST,
    STAGE,
    generations,
    remove_unused,
    sequence_in,
)
from qa.index.manifest import FORMAT, Manifest, read_manifest
from qa.index.pointer import POINTER, Pointer, read_pointer, write_pointer
from qa.index.read_back import read_back
from qa.index.recovery import recover

DELTA = "delta"  # the folder of a generation's delta
_PIN_ATTEMPTS = 20
_LARGEST_MANIFEST = 1 << 28  # bytes; one of a million releases has fewer


@dataclass(frozen=True, slots=True)
class Pinned:
    """A generation that is held: it stays on disk until `close`.

    Attributes:
        name: e.g. "g00000007-5d1c9a02".
        folder: Where its files are.
        manifest: What it is made of.
        file: The manifest, open, with the lock on it.
        compared: Whether its files were compared with the manifest already.
    """

    name: str
    folder: Path
    manifest: Manifest
    file: BinaryIO
    compared: bool = False

    def close(self) -> bool:
        """Let go of the generation, and tell whether it was held; nothing the second time."""
        held = not self.file.closed
        with suppress(OSError):  # nothing was written to it
            self.file.close()
        return held

    @property
    def place(self) -> str:
        """Its folder, for messages."""
        return str(self.folder)

    @property
    def published(self) -> float:
        """When it was published, in seconds since 1970."""
        return self.folder.stat().st_mtime

    @property
    def files(self) -> CheckedFiles:
        """Its files, each compared with the manifest when it is read."""
        return CheckedFiles(self.folder, self.manifest.files, self.compared)

    @property
    def base(self) -> CheckedFiles:
        """The files of its base."""
        return self.files.below("")

    @property
    def delta(self) -> CheckedFiles:
        """The files of its delta; none if there is none."""
        return self.files.below(DELTA)

    @property
    def segments(self) -> list[CheckedFiles]:
        """The files of each segment it has."""
        return [self.base, *([self.delta] if self.manifest.delta is not None else [])]

    def check(self) -> "Pinned":
        """Compare every file with the manifest; gives this generation, known to be whole.

        Raises:
            IndexDamaged: One is missing, or other than it was.
        """
        for name, record in self.manifest.files.items():
            check_file(self.folder / name, record)
        return replace(self, compared=True)


def staged(stage: Path, manifest: Manifest) -> Pinned:
    """Give a generation that is still being built, to be read back as any reader would."""
    return Pinned(stage.name, stage, manifest, io.BytesIO())


def pin_current(index: str | Path) -> Pinned:
    """Open the generation that serves, and hold it.

    Raises:
        IndexMissing: Nothing was built there yet.
        IndexDamaged: The pointer or the manifest is not what it should be.
        IndexTooNew: A later version of this program wrote it.
    """
    root = Path(index)
    for _ in range(_PIN_ATTEMPTS):
        pointer = read_pointer(root)
        place = root / "gens" / pointer.generation / MANIFEST
        try:
            file = _locked(place)
        except FileNotFoundError:
            if read_pointer(root) != pointer:
                continue  # a new generation was published and this one removed meanwhile
            raise IndexDamaged(str(place), "is missing") from None
        except OSError as error:
            raise IndexDamaged(str(place), f"cannot be read ({error.strerror})") from None
        try:
            if place.exists():
                manifest = _checked_manifest(file, place, pointer)
                return Pinned(pointer.generation, place.parent, manifest, file)
        except BaseException:
            file.close()
            raise
        file.close()  # it was removed before it was held
    raise IndexDamaged(str(root), "changed on every attempt to open it")


def current_name(index: str | Path) -> str:
    """Give the name of the generation that serves; raises as `pin_current` does."""
    return read_pointer(Path(index)).generation


@contextmanager
def writing(index: str | Path) -> Iterator[Path]:
    """Hold the one right to write to an index folder; makes the folder if it is not there.

    Raises:
        IndexBusy: Another build has it.
        IndexNotWritten: The folder cannot be made or written to.
    """
    root = Path(index)
    try:
        (root / "gens").mkdir(parents=True, exist_ok=True)
        lock = os.open(root / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IndexNotWritten(f"cannot write to {str(root)!r}: {error.strerror}") from None
    try:
        _take(lock, root)
        yield root
    finally:
        with suppress(OSError):  # what is published is published
            os.close(lock)


@contextmanager
def staging(root: Path) -> Iterator[Path]:
    """Give a folder to write a generation into; it is removed unless it was published."""
    stage = root / "gens" / f"{STAGE}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        stage.mkdir(mode=0o755)
        yield stage
    except (OSError, IndexDamaged) as error:
        raise IndexNotWritten(
            f"the index was not written: {_told(error, stage)}{_room(root)}. "
            f"What served before still serves"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def publish(
    root: Path, stage: Path, manifest: Manifest, linked: Mapping[str, Path] = MappingProxyType({})
) -> str:
    """Make the generation in `stage` the one that serves, and give its name.

    When it returns, the generation outlives a power cut.

    Args:
        root: The index folder, held by `writing`.
        stage: From `staging`, with every file but the manifest in it.
        manifest: Describes the stage: its records are of what was to be written.
        linked: Files of the stage that were not written, but are links to those of the
            generation before, by name; they were compared there.

    Raises:
        OSError: The disk is full or failing, or took other bytes than it was given.
        IndexNotConfirmed: It serves, but a power cut may bring back the one before.
    """
    data = manifest.to_json()
    record = write_file(stage / MANIFEST, data)
    for folder in sorted(path for path in stage.iterdir() if path.is_dir()):
        sync(folder)
    sync(stage)
    read_back(stage, {**manifest.files, MANIFEST: record}, linked)

    # The digest in the name makes equal generations alike and different ones never meet.
    name = f"g{manifest.sequence:08d}-{record.sha256[:8]}"
    stage.rename(root / "gens" / name)
    sync(root / "gens")
    write_pointer(root, Pointer(FORMAT, name, record.sha256))
    remove_unused(root, keep=name)
    return name


def sequence_of(index: Path) -> int:
    """Give the highest number a generation here ever had; 0 if there is none."""
    names = [folder.name for folder in generations(index)]
    with suppress(IndexFault):
        names.append(current_name(index))
    return max((sequence_in(name) for name in names), default=0)


def _locked(place: Path) -> BinaryIO:
    file = place.open("rb")
    try:
        fcntl.flock(file, fcntl.LOCK_SH)
    except BaseException:
        file.close()
        raise
    return file


def _checked_manifest(file: BinaryIO, place: Path, pointer: Pointer) -> Manifest:
    try:
        if (size := os.fstat(file.fileno()).st_size) > _LARGEST_MANIFEST:
            raise IndexDamaged(str(place), f"has {size:,} bytes, too many for a manifest")
        data = file.read(size)
    except OSError as error:
        raise IndexDamaged(str(place), f"cannot be read ({error.strerror})") from None
    if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
        raise IndexDamaged(str(place), "is not the one that was published")
    manifest = read_manifest(data, str(place))
    if manifest.format != pointer.format:
        raise IndexDamaged(str(place.parents[2] / POINTER), "names another format")
    return manifest


def _take(lock: int, root: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"process {os.getpid()}\n".encode(), 0)
        recover(root)
    except BlockingIOError:
        raise IndexBusy(str(root), _holder(lock)) from None
    except OSError as error:
        raise IndexNotWritten(f"cannot write to {str(root)!r}: {error.strerror}") from None


def _holder(lock: int) -> str:
    with suppress(OSError):
        return os.pread(lock, 100, 0).decode(errors="replace").strip() or "unknown"
    return "unknown"


def _told(error: OSError | IndexDamaged, stage: Path) -> str:
    if isinstance(error, IndexDamaged):
        return f"{error.place}: {error.found}; "
    return f"{error.strerror or error} ({error.filename or stage}); "


def _room(root: Path) -> str:
    try:
        return f"{shutil.disk_usage(root).free / 1e6:,.0f} MB are free there"
    except OSError:
        return "the disk does not tell how much is free"
