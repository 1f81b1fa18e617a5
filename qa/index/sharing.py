"""Share files that did not change between a new generation and the one before, by hard links.

A file of a generation is never written to again, so two generations may own the same one:
it takes room once, and is removed with the last of them. A file system without hard links
keeps the copy that the build wrote.
"""

import errno
import mmap
import os
from collections.abc import Mapping
from pathlib import Path

from qa.index.files import CheckedFiles, FileRecord, write_file

# How file systems say that they have no hard links, or no more for this file.
_REFUSED = frozenset(
    (errno.EPERM, errno.EMLINK, errno.EXDEV, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES)
)
_ASIDE = ".shared"


def share_files(
    stage: Path,
    files: Mapping[str, FileRecord],
    before: Path,
    before_files: Mapping[str, FileRecord],
) -> list[str]:
    """Put hard links in the place of staged files that are those of the generation before.

    Args:
        stage: The generation being built; its folder is synced when it is published.
        files: What the stage holds, by name.
        before: Folder of the generation before, whole and held.
        before_files: What it holds, by its manifest.

    Returns:
        Names of the files that are shared now, sorted.

    Raises:
        OSError: The disk is failing.
    """
    return [
        name
        for name, record in sorted(files.items())
        if before_files.get(name) == record and _linked(before / name, stage / name)
    ]


def link_files(stage: Path, before: CheckedFiles) -> dict[str, Path]:
    """Give a stage the files of a segment of the generation before, as links.

    Args:
        stage: The generation being built, which has none of them.
        before: The segment, whole and held.

    Returns:
        What each is a link to, by name; without those that had to be copied, because the file
        system has no hard links.

    Raises:
        OSError: The disk is full or failing.
    """
    linked = {}
    for name in sorted(before.records):
        if _linked(before.folder / name, stage / name):
            linked[name] = before.folder / name
        else:
            with before.opened(name) as file:
                data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)  # it may be a gigabyte
                write_file(stage / name, memoryview(data))
    return linked


def _linked(old: Path, new: Path) -> bool:
    # Linked aside first: whatever happens, a whole file goes by the name.
    aside = new.with_name(f"{new.name}{_ASIDE}")
    try:
        os.link(old, aside, follow_symlinks=False)
    except OSError as error:
        if error.errno in _REFUSED:
            return False
        raise
    aside.replace(new)
    return True
