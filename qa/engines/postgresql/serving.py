"""What serves on a server: the one row that names it, and how segments are named."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg import sql

from qa.engines.postgresql.server import Server
from qa.errors import IndexDamaged, IndexMissing
from qa.index.files import FileRecord, Records
from qa.index.manifest import Manifest, read_manifest
from qa.index.store import DELTA

LAYOUT = 1  # of the tables; another one gives other names, so that no program reads another's
SCHEMA = "qa_gen_"
_CURRENT = sql.SQL(
    "SELECT name, manifest, base, delta, extract(epoch FROM published)::float8 "
    "FROM qa.current JOIN qa.generation USING (name)"
)
_HAS_ANY = sql.SQL("SELECT to_regclass('qa.current') IS NOT NULL")


@dataclass(frozen=True, slots=True)
class Current:
    """The generation that serves, as the server names it.

    Attributes:
        name: e.g. "g00000007-5d1c9a02"; it ends with the digest of the manifest.
        data: The manifest.
        base: Schema of the base.
        delta: Schema of the delta; None if there is none.
        published: When, in seconds since 1970.
        place: The server, for messages.
    """

    name: str
    data: bytes
    base: str
    delta: str | None
    published: float
    place: str

    def read(self) -> Manifest:
        """Give the manifest.

        Raises:
            IndexDamaged: It is not the one that the name is of.
        """
        if hashlib.sha256(self.data).hexdigest()[:8] != self.name.rpartition("-")[2]:
            raise IndexDamaged(f"{self.place} {self.name}", "has another manifest")
        return read_manifest(self.data, f"{self.place} {self.name}")

    def segments(self, manifest: Manifest) -> list[tuple[str, Records]]:
        """Give schema and records of each segment.

        Raises:
            IndexDamaged: A schema is named that is not of these files.
        """
        named = list(segments_of(manifest))
        if [schema for schema, _ in named] != [one for one in (self.base, self.delta) if one]:
            raise IndexDamaged(f"{self.place} {self.name}", "names segments of other files")
        return named


def read_current(server: Server) -> Current:
    """Read what serves.

    Raises:
        IndexMissing: Nothing was published there yet.
        EngineUnavailable: The server cannot be asked.
    """
    if not server.fetch(_HAS_ANY)[0][0]:
        raise IndexMissing(server.place)
    rows = server.fetch(_CURRENT)
    if not rows:
        raise IndexMissing(server.place)
    name, data, base, delta, published = rows[0]
    return Current(name, data, base, delta, published, server.place)


def segments_of(manifest: Manifest) -> Iterator[tuple[str, Records]]:
    """Give the schema and the records of base and delta, if there is one.

    A schema is named by a digest of what it holds, so a segment that two generations share is
    there once, and one that is there need not be loaded again.
    """
    for within in ("", f"{DELTA}/") if manifest.delta is not None else ("",):
        records = {
            name.removeprefix(within): record
            for name, record in manifest.files.items()
            if name.startswith(within) and "/" not in name.removeprefix(within)
        }
        yield SCHEMA + _digest(records), records


def _digest(records: dict[str, FileRecord]) -> str:
    lines = [f"{name} {record.sha256}\n" for name, record in sorted(records.items())]
    return hashlib.sha256(f"{LAYOUT}\n{''.join(lines)}".encode()).hexdigest()[:16]
