"""Publish a generation of an index folder on a PostgreSQL server, in one transaction.

Segments that are not there yet are loaded, and then the row that says what serves is changed; a
reader sees all of it or nothing, and a load that is broken off leaves no trace. Tried again, it
begins anew, or finds that it had been done.

A generation that was replaced stays for `GRACE`: replicas could not tell who reads it.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from qa.engines.engine import GRACE, Loaded
from qa.engines.far.tables import digests_of
from qa.engines.postgresql.copying import copy_segment
from qa.engines.postgresql.server import Server
from qa.engines.postgresql.tables import (
    CONTROL,
    create_segment,
    drop_schema,
    has_schema,
    index_vectors,
)
from qa.errors import IndexBusy, IndexNotWritten
from qa.index.files import CheckedFiles
from qa.index.manifest import Counts
from qa.index.quantized import EXACT_UP_TO
from qa.index.segment import CODES
from qa.index.store import Pinned, pin_current

SCHEMA = "qa_gen_"
HNSW_ABOVE = EXACT_UP_TO  # vectors; fewer are compared one and all, as in a folder
_WRITER = 0x51410001  # the advisory lock of the one who publishes
_CURRENT = "SELECT name, base, delta FROM qa.current JOIN qa.generation USING (name)"


def publish(index: str | Path, address: str, *, grace: float = GRACE) -> Loaded:
    """Publish a generation, and tell what was done; see `qa.engines.publish`."""
    begun = time.monotonic()
    server = Server(address)
    with closing(pin_current(index)) as pinned, server.connected() as connection:
        try:
            with _writing(connection, server.place):
                changed, rows = _published(connection, pinned)
                removed = _removed(connection, grace)
        except psycopg.Error as error:
            raise IndexNotWritten(
                f"generation {pinned.name} could not be published at {server.place}: "
                f"{' '.join(str(error).split())}. What served there before still does; "
                "publish it with the same build command again"
            ) from error
    return Loaded(pinned.name, changed, rows, round(time.monotonic() - begun, 3), removed)


@contextmanager
def _writing(connection: psycopg.Connection[Any], place: str) -> Iterator[None]:
    """Hold the one right to publish; it ends with the connection, however that ends."""
    taken = connection.execute("SELECT pg_try_advisory_lock(%s)", [_WRITER]).fetchone()
    if not taken or not taken[0]:
        raise IndexBusy(place, "another program is publishing there")
    yield
    connection.execute("SELECT pg_advisory_unlock(%s)", [_WRITER])


def _published(connection: psycopg.Connection[Any], pinned: Pinned) -> tuple[bool, int]:
    with connection.transaction():
        connection.execute(CONTROL)
        manifest, rows = pinned.manifest, 0
        schemas = [SCHEMA + digest for digest, _ in digests_of(manifest)]
        both = [*schemas, None][:2]
        if connection.execute(_CURRENT).fetchone() == (pinned.name, *both):
            return False, 0
        for schema, files, counts in zip(schemas, pinned.segments, manifest.segments, strict=True):
            if not has_schema(connection, schema):
                rows += _load(connection, schema, files, counts, manifest.model.dimension)
        _switch(connection, pinned, both)
    return True, rows


def _load(
    connection: psycopg.Connection[Any],
    schema: str,
    files: CheckedFiles,
    counts: Counts,
    dimension: int,
) -> int:
    kind = "halfvec" if CODES in files.records else "vector"
    create_segment(connection, schema, kind, dimension)
    rows = copy_segment(connection, schema, files)
    if counts.paragraphs > HNSW_ABOVE:
        index_vectors(connection, schema, kind)
    return rows


def _switch(connection: psycopg.Connection[Any], pinned: Pinned, schemas: list[str | None]) -> None:
    connection.execute(
        "INSERT INTO qa.generation (name, manifest, base, delta) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (name) DO UPDATE SET base = excluded.base, delta = excluded.delta, "
        "published = now(), replaced = NULL",
        [pinned.name, pinned.manifest.to_json(), *schemas],
    )
    connection.execute(
        "UPDATE qa.generation SET replaced = now() WHERE name <> %s AND replaced IS NULL",
        [pinned.name],
    )
    connection.execute(
        "INSERT INTO qa.current (name) VALUES (%s) ON CONFLICT (one) DO UPDATE "
        "SET name = excluded.name",
        [pinned.name],
    )


def _removed(connection: psycopg.Connection[Any], grace: float) -> tuple[str, ...]:
    """Remove generations that were replaced long ago, and segments of none that is left."""
    with connection.transaction():
        connection.execute(
            "DELETE FROM qa.generation WHERE replaced < now() - make_interval(secs => %s)", [grace]
        )
        unused = connection.execute(
            "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, %s) "
            "AND nspname NOT IN (SELECT base FROM qa.generation UNION "
            "SELECT delta FROM qa.generation WHERE delta IS NOT NULL) ORDER BY 1",
            [SCHEMA],
        ).fetchall()
        for (schema,) in unused:
            drop_schema(connection, schema)
    return tuple(schema for (schema,) in unused)
