"""Which file of the releases folder has a content, without reading more than may be the same.

Reads    sizes of all files of the folder, and the bytes of those of one size
"""

import os
import stat
from pathlib import Path

from qa.releases.walk import shown, walk


class Contents:
    """The files of a releases folder by their content."""

    def __init__(self, root: Path) -> None:
        """Look at the sizes of the files as they are now."""
        self._root = root
        self._of_size: dict[int, list[str]] = {}
        for path in walk(root, root, 0, []):
            try:
                status = os.lstat(path)
            except OSError:
                continue  # removed meanwhile
            if stat.S_ISREG(status.st_mode):
                self._of_size.setdefault(status.st_size, []).append(path)

    def same_as(self, data: bytes) -> str | None:
        """Give the path below the folder of a file with these very bytes; None if there is none."""
        for path in self._of_size.get(len(data), ()):
            try:
                if Path(path).read_bytes() == data:
                    return shown(os.path.relpath(path, self._root))
            except OSError:
                continue
        return None

    def note(self, path: str, size: int) -> None:
        """Take note of a file that was put there."""
        self._of_size.setdefault(size, []).append(str(self._root / path))
