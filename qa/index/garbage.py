"""Remove what no one needs: what broken-off builds left, and generations that no one reads.

What cannot be removed now is tried again by the next build, and is never a reason to fail.
A generation older than the one that serves is removed only after a later one was *confirmed* to
be on disk: until then a power cut may bring it back. One newer than it was never named, or is no
longer, so it is removed at once: on a full disk the next build needs its room.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

STAGE, TRASH = ".stage-", ".trash-"
MANIFEST = "manifest.json"
WORK = "work"  # what a build on several machines made and has not published yet


def generations(root: Path) -> list[Path]:
    """Give the folders of all generations of an index, oldest first."""
    folders = (root / "gens").glob("g*-*")
    return sorted(folders, key=lambda folder: (sequence_in(folder.name), folder.name))


def sequence_in(name: str) -> int:
    """Give the number in the name of a generation; 0 if there is none.

    >>> sequence_in("g00000007-5d1c9a02")
    7
    """
    digits = name[1:].split("-")[0]
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def remove_leftovers(root: Path, current: str | None) -> None:
    """Remove stages, trash, and generations that were not published; only with the lock held.

    Args:
        root: The index folder.
        current: The generation that serves; None if that cannot be told, and then all are kept.
    """
    with suppress(OSError):
        for folder in (root / "gens").iterdir():
            if folder.name.startswith((STAGE, TRASH)):
                shutil.rmtree(folder, ignore_errors=True)
        if current is not None:
            newest = sequence_in(current)
            _remove_unread(f for f in generations(root) if sequence_in(f.name) > newest)


def remove_unused(root: Path, keep: str) -> None:
    """Remove every generation but one, and those that someone reads; only with the lock held.

    What a broken-off build on several machines left goes too: what it was for is published, or
    will not be.
    """
    shutil.rmtree(root / WORK, ignore_errors=True)
    with suppress(OSError):
        _remove_unread(folder for folder in generations(root) if folder.name != keep)


def _remove_unread(folders: Iterator[Path]) -> None:
    for folder in folders:
        with suppress(OSError):  # BlockingIOError: someone reads it
            try:
                pin = os.open(folder / MANIFEST, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                _throw_away(folder)  # without a manifest no one can read it
                continue
            try:
                fcntl.flock(pin, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _throw_away(folder)
            finally:
                os.close(pin)


def _throw_away(folder: Path) -> None:
    """Take a folder out of the names in one step, then remove it."""
    trash = folder.with_name(f"{TRASH}{folder.name}")
    folder.rename(trash)
    shutil.rmtree(trash, ignore_errors=True)
