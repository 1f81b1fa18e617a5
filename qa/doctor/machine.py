"""Will the machine do: room, memory, threads, and what the file system can?

Reads    the disk of the index, /proc/meminfo, torch; writes one scratch folder and removes it
Gives    checks
"""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from qa.doctor.check import Check, State, purge_command

# Measured over 6,920 releases: 14.7 MB of text made an index of 283 MB.
INDEX_PER_TEXT = 20
# An estimate on the safe side: the model with its libraries, and copies of what is being built.
MEMORY_AT_LEAST = 1_500_000_000
MEMORY_PER_INDEX = 4


def check_machine(index: Path, text_bytes: int) -> Iterator[Check]:
    """Check what a build needs of the machine.

    Args:
        index: The index folder; it need not be there.
        text_bytes: Of all release files.
    """
    folder = _nearest(index)
    size = text_bytes * INDEX_PER_TEXT
    yield _disk(folder, index, size)
    yield _memory(MEMORY_AT_LEAST + MEMORY_PER_INDEX * size)
    yield _threads()
    yield _file_system(folder)


def _nearest(index: Path) -> Path:
    """Give the index folder, or the one it would be made in."""
    return next(place for place in (index.absolute(), *index.absolute().parents) if place.is_dir())


def _disk(folder: Path, index: Path, size: int) -> Check:
    free = shutil.disk_usage(folder).free
    found = f"{_mb(free)} are free, a build needs some {_mb(size)}"
    if free >= size:
        return Check("disk", State.WELL, found)
    return Check("disk", State.WRONG, found, purge_command(index))


def _memory(needed: int) -> Check:
    lines = Path("/proc/meminfo").read_text(encoding="ascii")
    found = re.search(r"^MemAvailable:\s+(\d+) kB", lines, re.MULTILINE)
    if found is None:
        return Check("memory", State.NOTE, "it cannot be told how much is available")
    available = int(found[1]) * 1024
    said = f"{_mb(available)} are available, a build may need {_mb(needed)}"
    if available >= needed:
        return Check("memory", State.WELL, said)
    return Check("memory", State.WRONG, said, "ps aux --sort=-rss | head  # then end what is large")


def _threads() -> Check:
    import torch

    threads, cores = torch.get_num_threads(), len(os.sched_getaffinity(0))
    said = f"torch computes with {threads} of {cores} cores"
    if threads >= cores or "OMP_NUM_THREADS" not in os.environ:
        return Check("threads", State.WELL, said)
    return Check("threads", State.NOTE, f"{said}, by OMP_NUM_THREADS", "unset OMP_NUM_THREADS")


def _file_system(folder: Path) -> Check:
    """Try locks and hard links where the index lies."""
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=folder) as scratch:
            place = Path(scratch) / "a"
            place.touch()
            locks, links = _locks(place), _links(place)
    except OSError as error:
        found = f"{str(folder)!r} cannot be written to: {error.strerror}"
        return Check("file system", State.WRONG, found, f"chmod u+rwx {folder}")
    if not locks:
        found = f"{str(folder)!r} has no locks: two builds could write at once"
        return Check("file system", State.WRONG, found, "choose a local disk: --index DIR")
    if not links:
        return Check("file system", State.NOTE, "no hard links: generations share no files")
    return Check("file system", State.WELL, "locks and hard links work")


def _locks(place: Path) -> bool:
    with place.open("rb") as one, place.open("rb") as two:
        try:
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        try:
            fcntl.flock(two, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _links(place: Path) -> bool:
    try:
        os.link(place, place.with_name("b"))
    except OSError:
        return False
    return place.samefile(place.with_name("b"))


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"
