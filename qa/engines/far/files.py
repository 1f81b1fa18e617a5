"""The small files of a segment on a server, each compared with the manifest when it is read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from qa.engines.far.source import Stored
from qa.engines.far.tables import FILES, part_numbers
from qa.errors import IndexDamaged
from qa.index.files import CheckedFiles, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class FarFiles(CheckedFiles):
    """Files in the table `FILES`; read as `CheckedFiles` are.

    Attributes:
        stored: Has them.
    """

    stored: Stored

    def read(self, name: str) -> bytes:
        """Give the bytes of a file; raises as `CheckedFiles.read`."""
        expected = self._record(name)
        numbers = part_numbers(self.records, name)
        data = b"".join(part for _, _, part in self.stored.fetch(FILES, numbers, first=False))
        if len(data) != expected.size or hashlib.sha256(data).hexdigest() != expected.sha256:
            raise IndexDamaged(str(self.folder / name), "is not what was loaded")
        return data

    def is_large(self, name: str) -> bool:
        """Tell that none is left on disk."""
        return False


def far_files(stored: Stored, records: Records) -> FarFiles:
    """Give the files of a segment; in messages its name stands for their folder."""
    return FarFiles(Path(stored.name), records, stored=stored)
