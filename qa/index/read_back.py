"""Read a stage back: a disk may take other bytes than it was given, and tell nobody."""

import errno
from collections.abc import Mapping
from pathlib import Path

from qa.index.files import Records, record_of


def read_back(stage: Path, records: Records, linked: Mapping[str, Path]) -> None:
    """Compare the files of a stage with what was to be written, before it is published.

    Args:
        stage: The folder.
        records: Of every file that should be in it.
        linked: Files that were not written, but are links to others, which were compared.

    Raises:
        OSError: One differs, or another file is there.
    """
    for name, record in records.items():
        same = name in linked and (stage / name).samefile(linked[name])
        if not same and record_of(stage / name) != record:
            place = str(stage / name)
            raise OSError(errno.EIO, "a file read back differs from what was written", place)
    if extra := sorted(set(files_below(stage)) - set(records)):
        raise OSError(errno.EIO, "a file that no one wrote is there", str(stage / extra[0]))


def files_below(folder: Path) -> list[str]:
    """Give the paths of all files below a generation's folder, `/`-separated."""
    paths = (path for path in folder.rglob("*") if not path.is_dir())
    return sorted(path.relative_to(folder).as_posix() for path in paths)
