"""Leave nothing of an index but the generation that serves.

An update leaves the base as it is, and with it what was removed or changed since: in no answer,
but on disk. So purging writes the index anew without that, from what is in the index itself. What a
build has written whole holds nothing of a release whose file was gone. The generation before does,
which a build keeps until it has published and which readers may hold for longer: purging removes
those, and what builds that were broken off left behind.

A reader that follows its index lets go within a second, after its last question; one that does
not is named, since only its owner can end it.

Reads    an index folder, and /proc to name who holds what
Gives    `Purged`: what was removed, and who still holds what
"""

import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.index.compact import compact
from qa.index.files import sync
from qa.index.garbage import MANIFEST, WORK, remove_unused
from qa.index.store import current_name, pin_current, writing
from qa.index.whole import Progress, no_progress

WAIT = 10.0  # seconds that readers have to let go
_LOOK_EVERY = 0.2
_LONGEST_COMMAND = 80  # characters


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that reads an old generation.

    Attributes:
        name: Of the generation, or of whatever else could not be removed.
        pid: Number of the process; None if it is another user's, or there is none.
        command: How it was started, cut after 80 characters; empty if unknown.
    """

    name: str
    pid: int | None = None
    command: str = ""

    def __str__(self) -> str:
        if self.pid is None:
            return (
                f"{self.name} is still there: no process that can be seen from here holds it. "
                f"Look as the owner of the index, end what reads it, and purge again"
            )
        return (
            f"{self.name} is still there: process {self.pid} ({self.command}) reads it. "
            f"End that process or start it anew, and purge again"
        )


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did.

    Attributes:
        generation: Name of the one that serves, and stays.
        releases: How many releases it holds.
        compacted: How many removed or changed releases the index was written anew without.
        removed: Names of what was removed: generations and leftovers of builds.
        freed: Bytes of those, but for files they share with the one that serves.
        holders: Who holds what could not be removed; empty if nothing is left.
    """

    generation: str
    releases: int
    compacted: int
    removed: tuple[str, ...]
    freed: int
    holders: tuple[Holder, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return asdict(self)


def purge_index(index: str | Path, wait: float = WAIT, progress: Progress = no_progress) -> Purged:
    """Leave nothing of releases that were removed or changed.

    Args:
        index: The index folder.
        wait: Seconds to wait for readers to let go of older generations.
        progress: Hears of the step "write", if the index is written anew.

    Raises:
        IndexFault: There is no index, it is damaged, or a build is writing to it.
    """
    before = others(index)  # before the lock is taken, which removes what builds left
    with writing(index) as root:
        name, releases, dead, beside = _compacted(root, progress)
        left = _removed(root, name, wait)
    before = {**beside, **before}
    before.pop(name, None)
    return Purged(
        name,
        releases,
        dead,
        tuple(sorted(set(before) - set(left))),
        sum(size for other, size in before.items() if other not in left),
        tuple(holder for other in left for holder in holders(Path(index) / "gens" / other)),
    )


def _compacted(root: Path, progress: Progress) -> tuple[str, int, int, dict[str, int]]:
    """See that nothing dead is in the generation that serves.

    Returns:
        Its name, how many releases it has, how many dead ones it had, and what lay beside it.
    """
    serves = pin_current(root)
    try:
        whole = serves.check()  # what a damaged one was made from may be the last that is whole
        dead, name = len(whole.manifest.dead), whole.name
        if dead:
            name = compact(root, whole, progress).name
        return name, whole.manifest.counts.releases, dead, others(root, name)
    finally:
        serves.close()


def others(index: str | Path, keep: str | None = None) -> dict[str, int]:
    """Give what lies beside the generation that serves, with the bytes that removing it frees.

    Args:
        index: The index folder.
        keep: Name of the generation that serves, if it is known.
    """
    root = Path(index)
    keep = keep or current_name(root)
    folders = [folder for folder in (root / "gens").iterdir() if folder.name != keep]
    found = {folder.name: _bytes_of(folder) for folder in sorted(folders)}
    aside, work = root / ".CURRENT.tmp", root / WORK
    if aside.exists():
        found[aside.name] = aside.stat().st_size
    if work.exists():
        found[work.name] = _bytes_of(work)
    return found


def holders(folder: Path) -> list[Holder]:
    """Name who holds a generation; at least one, though it may be unknown."""
    try:
        manifest = (folder / MANIFEST).stat()
    except OSError:
        return [Holder(folder.name)]
    found = [
        Holder(folder.name, pid, _command(pid))
        for pid in _processes()
        if any((fd.st_dev, fd.st_ino) == (manifest.st_dev, manifest.st_ino) for fd in _open_by(pid))
    ]
    return found or [Holder(folder.name)]


def _removed(root: Path, keep: str, wait: float) -> list[str]:
    """Remove what can be, waiting for readers to let go; gives what is left."""
    (root / ".CURRENT.tmp").unlink(missing_ok=True)
    end = time.monotonic() + wait
    while True:
        remove_unused(root, keep)
        left = list(others(root, keep))
        if not left or time.monotonic() >= end:
            # Only now is it sure that a power cut brings nothing back.
            sync(root / "gens")
            sync(root)
            return left
        time.sleep(_LOOK_EVERY)


def _bytes_of(folder: Path) -> int:
    """Count the bytes of files that no other generation owns."""
    total = 0
    for path in folder.rglob("*"):
        try:
            status = path.lstat()
        except OSError:
            continue  # removed meanwhile
        total += status.st_size if status.st_nlink == 1 else 0
    return total


def _processes() -> Iterator[int]:
    yield from sorted(int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())


def _open_by(pid: int) -> Iterator[os.stat_result]:
    try:
        files = list(Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return  # another user's, or ended
    for file in files:
        try:
            yield file.stat()
        except OSError:
            continue  # closed meanwhile


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode("utf-8", "replace").strip()[:_LONGEST_COMMAND]
