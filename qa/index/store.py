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
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from qa.errors import IndexBusy, IndexDamaged, IndexMissing, IndexNotWritten
from qa.index.files import check_file, record_of, sync, write_file
from qa.index.manifest import FORMAT, Manifest, read_manifest

_STAGE, _TRASH = ".stage-", ".trash-"
MANIFEST = "manifest.json"
_NAME = re.compile(r"g\d{8,}-[0-9a-f]{8}", re.ASCII)
_PIN_ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Pinned:
    """A generation that is held: it stays on disk until `close`.

    Attributes:
        name: e.g. "g00000007-5d1c9a02".
        folder: Where its files are.
        manifest: What it is made of.
        file: The manifest, open, with the lock on it.
    """

    name: str
    folder: Path
    manifest: Manifest
    file: BinaryIO

    def close(self) -> None:
        """Let go of the generation; does nothing the second time."""
        self.file.close()

    def check(self) -> None:
        """Compare every file with the manifest; raises `IndexDamaged`."""
        for name, record in self.manifest.files.items():
            check_file(self.folder / name, record)


def pin_current(index: str | Path) -> Pinned:
    """Open the generation that serves, and hold it.

    Raises:
        IndexMissing: Nothing was built there yet.
        IndexDamaged: The pointer or the manifest is not what it should be.
        IndexTooNew: A later version of this program wrote it.
    """
    root = Path(index)
    for _ in range(_PIN_ATTEMPTS):
        name, digest = _read_pointer(root)
        folder = root / "gens" / name
        try:
            handle = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            if _read_pointer(root)[0] != name:
                continue  # a new generation was published and this one removed meanwhile
            raise IndexDamaged(str(folder / MANIFEST), "is missing") from None
        except OSError as error:
            place = str(folder / MANIFEST)
            raise IndexDamaged(place, f"cannot be read ({error.strerror})") from None
        fcntl.flock(handle, fcntl.LOCK_SH)
        if not (folder / MANIFEST).exists():
            os.close(handle)
            continue
        try:
            manifest = _read_checked_manifest(handle, folder, digest)
            return Pinned(name, folder, manifest, os.fdopen(handle, "rb"))
        except BaseException:
            os.close(handle)
            raise
    raise IndexDamaged(str(root), "changed on every attempt to open it")


def current_name(index: str | Path) -> str:
    """Give the name of the generation that serves; raises as `pin_current` does."""
    return _read_pointer(Path(index))[0]


def pointer_content(index: str | Path) -> bytes | None:
    """Give the bytes of the pointer, to see cheaply that it changed; None if there are none."""
    try:
        return (Path(index) / "CURRENT").read_bytes()
    except OSError:
        return None


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
        sync(root)
        handle = os.open(root / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise IndexNotWritten(f"cannot write to {str(root)!r}: {error.strerror}") from None
    try:
        _take(handle, root)
        yield root
    finally:
        os.close(handle)


def _take(handle: int, root: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}\n".encode(), 0)
        _remove_leftovers(root)
    except BlockingIOError:
        holder = os.pread(handle, 100, 0).decode(errors="replace").strip() or "unknown"
        raise IndexBusy(str(root), holder) from None
    except OSError as error:
        raise IndexNotWritten(f"cannot write to {str(root)!r}: {error.strerror}") from None


@contextmanager
def staging(root: Path) -> Iterator[Path]:
    """Give a folder to write a generation into; it is removed unless it was published."""
    stage = root / "gens" / f"{_STAGE}{os.getpid()}-{secrets.token_hex(4)}"
    try:
        stage.mkdir(mode=0o755)
        yield stage
    except OSError as error:
        raise IndexNotWritten(
            f"the index was not written: {error.strerror or error} "
            f"({error.filename or stage}); {_room(root)}. What served before still serves"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def publish(root: Path, stage: Path, manifest: Manifest) -> str:
    """Make the generation in `stage` the one that serves, and give its name.

    Args:
        root: The index folder, held by `writing`.
        stage: From `staging`, with every file but the manifest in it.
        manifest: Describes the stage.
    """
    data = manifest.to_json()
    write_file(stage / MANIFEST, data)
    sync(stage)
    _read_back(stage, data)

    digest = hashlib.sha256(data).hexdigest()
    # The digest in the name makes equal generations alike and different ones never meet.
    name = f"g{manifest.sequence:08d}-{digest[:8]}"
    stage.rename(root / "gens" / name)
    sync(root / "gens")
    _write_pointer(root, name, digest)
    remove_unused(root, keep=name)
    return name


def sequence_of(index: Path) -> int:
    """Give the highest number a generation here ever had; 0 if there is none."""
    numbers = [0]
    for folder in (index / "gens").glob("g*-*"):
        digits = folder.name[1:].split("-")[0]
        numbers.append(int(digits) if digits.isdecimal() else 0)
    return max(numbers)


def _read_pointer(root: Path) -> tuple[str, str]:
    place = root / "CURRENT"
    try:
        data = place.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(str(root)) from None
    except OSError as error:
        raise IndexDamaged(str(place), f"cannot be read ({error.strerror})") from None
    try:
        values = json.loads(data)
        name, digest = str(values["generation"]), str(values["manifest_sha256"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise IndexDamaged(str(place), "does not name a generation") from None
    if not _NAME.fullmatch(name):
        raise IndexDamaged(str(place), f"names {name[:40]!r}, which is no generation")
    return name, digest


def _write_pointer(root: Path, name: str, digest: str) -> None:
    aside = root / ".CURRENT.tmp"
    aside.unlink(missing_ok=True)
    line = {"format": FORMAT, "generation": name, "manifest_sha256": digest}
    write_file(aside, json.dumps(line, sort_keys=True).encode() + b"\n")
    aside.replace(root / "CURRENT")
    try:
        sync(root)
    except OSError as error:
        raise IndexNotWritten(
            f"generation {name} serves now, but the disk did not confirm it ({error.strerror}); "
            f"after a power cut the one before may serve again"
        ) from error


def _read_checked_manifest(handle: int, folder: Path, digest: str) -> Manifest:
    with os.fdopen(os.dup(handle), "rb") as file:
        file.seek(0)
        data = file.read()
    place = str(folder / MANIFEST)
    manifest = read_manifest(data, place)
    if hashlib.sha256(data).hexdigest() != digest:
        raise IndexDamaged(place, "is not the one that was published")
    return manifest


def _read_back(stage: Path, manifest: bytes) -> None:
    for name, record in read_manifest(manifest, str(stage)).files.items():
        if record_of(stage / name) != record:
            raise OSError(5, "a file read back differs from what was written", str(stage / name))
    if (stage / MANIFEST).read_bytes() != manifest:
        raise OSError(5, "the manifest read back differs", str(stage / MANIFEST))


def _remove_leftovers(root: Path) -> None:
    for folder in (root / "gens").iterdir():
        if folder.name.startswith((_STAGE, _TRASH)):
            shutil.rmtree(folder, ignore_errors=True)


def remove_unused(root: Path, keep: str) -> None:
    """Remove generations that no one reads; what fails here is tried again next time."""
    for folder in sorted((root / "gens").glob("g*-*")):
        if folder.name == keep:
            continue
        try:
            handle = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            trash = folder.with_name(f"{_TRASH}{folder.name}")
            folder.rename(trash)
            shutil.rmtree(trash, ignore_errors=True)
        except OSError:
            continue  # someone reads it
        finally:
            os.close(handle)


def _room(root: Path) -> str:
    free = shutil.disk_usage(root).free if root.exists() else 0
    return f"{free / 1e6:,.0f} MB are free there"
