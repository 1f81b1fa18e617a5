"""The small files of a segment on a server, each compared with the manifest when it is read."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from qa.engines.postgresql.server import Server, within
from qa.errors import IndexDamaged
from qa.index.files import CheckedFiles, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class FarFiles(CheckedFiles):
    """Files in the table `files`; read as `CheckedFiles` are.

    Attributes:
        server: Has them.
        schema: Of the segment.
    """

    server: Server
    schema: str

    def read(self, name: str) -> bytes:
        """Give the bytes of a file; raises as `CheckedFiles.read`."""
        expected = self._record(name)
        parts = within(self.schema, "SELECT data FROM {s}.files WHERE name = %s ORDER BY part")
        data = b"".join(part for (part,) in self.server.fetch(parts, [name]))
        if len(data) != expected.size or hashlib.sha256(data).hexdigest() != expected.sha256:
            raise IndexDamaged(str(self.folder / name), "is not what was loaded")
        return data

    def is_large(self, name: str) -> bool:
        """Tell that none is left on disk."""
        return False


def far_files(server: Server, schema: str, records: Records) -> FarFiles:
    """Give the files of a segment; in messages its schema stands for their folder."""
    return FarFiles(Path(schema), records, server=server, schema=schema)
