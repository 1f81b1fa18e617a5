"""Open the generation that serves on a PostgreSQL server.

What is small is read at once and compared with the manifest; the rest is read as it is needed.
"""

import json
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from qa.engines.postgresql.catalogue import FarCatalogue
from qa.engines.postgresql.dense import FarDense, FarVectors
from qa.engines.postgresql.files import FarFiles, far_files
from qa.engines.postgresql.lexical import FarLexical, columns_of
from qa.engines.postgresql.pieces import far_pieces
from qa.engines.postgresql.server import Server
from qa.engines.postgresql.serving import Current, read_current
from qa.errors import IndexDamaged, IndexModelMismatch
from qa.index.columns import load_columns
from qa.index.files import Records
from qa.index.generation import Generation, Part, assemble
from qa.index.manifest import Counts, Manifest
from qa.index.segment import CODES, Segment, check_rows
from qa.index.sources import load_sources


@dataclass(slots=True, eq=False)
class FarHeld:
    """A generation on a server, while it is read; see `qa.index.reads.Held`.

    Nothing keeps it there but time: see `qa.engines.postgresql.publish`.
    """

    name: str
    manifest: Manifest
    place: str
    published: float
    engine: "PostgreSQL"
    is_open: bool = True

    def close(self) -> bool:
        """Let go of it."""
        held, self.is_open = self.is_open, False
        if held:
            self.engine.let_go()
        return held


class PostgreSQL:
    """A server, or several that have the same data, as an engine; see `Engine`."""

    def __init__(self, address: str) -> None:
        """Take an address; nothing is asked yet.

        Raises:
            UsageError: It is none.
        """
        self.server = Server(address)
        self.place = self.server.place
        self._mark: bytes | None = None
        self._lock = threading.Lock()
        self._readers = 1  # open generations, and the engine itself until it is closed
        self._closed = False

    def mark(self) -> bytes | None:
        """Give the name of the generation that serves; the last one known if none can be asked."""
        try:
            self._mark = self.current_name().encode()
        except Exception:  # whatever it is, questions will meet it and tell
            return self._mark
        return self._mark

    def current_name(self) -> str:
        """Give the name of the generation that serves."""
        return self._current().name

    def manifest(self) -> Manifest:
        """Give its manifest."""
        return self._current().read()

    def open(self, model: tuple[str, str], before: Generation | None = None) -> Generation:
        """Open it; see `Engine.open`."""
        current = self._current()
        manifest = current.read()
        built_with, (name, fingerprint) = manifest.model, model
        if built_with.fingerprint != fingerprint:
            raise IndexModelMismatch(
                built_with=f"{built_with.name!r} ({built_with.fingerprint[:8]})",
                asked_with=f"{name!r} ({fingerprint[:8]})",
            )
        held = FarHeld(current.name, manifest, self.place, current.published, self)
        parts = [
            self._part(schema, records, counts, built_with.dimension)
            for (schema, records), counts in zip(
                current.segments(manifest), manifest.segments, strict=True
            )
        ]
        with self._lock:
            self._readers += 1
        try:
            return assemble(held, parts, before)
        except BaseException:
            held.close()
            raise

    def close(self) -> None:
        """Let go of the connections, once no generation is open; nothing the second time."""
        with self._lock:
            closed, self._closed = self._closed, True
        if not closed:
            self.let_go()

    def let_go(self) -> None:
        """Count one reader less; the last one closes the connections."""
        with self._lock:
            self._readers -= 1
            last = self._readers == 0
        if last:
            self.server.close()

    def _part(self, schema: str, records: Records, counts: Counts, dimension: int) -> Part:
        files = far_files(self.server, schema, records)
        return Part(records, partial(load_far_segment, self.server, files, counts, dimension))

    def _current(self) -> Current:
        return read_current(self.server)


def load_far_segment(server: Server, files: FarFiles, counts: Counts, dimension: int) -> Segment:
    """Open a segment on a server.

    Args:
        server: Has it.
        files: Its small files, and the records of all.
        counts: How much it must hold.
        dimension: Of its vectors.

    Raises:
        IndexDamaged: What is there is not what was loaded.
        EngineUnavailable: The server cannot be asked.
    """
    schema = files.schema
    half = CODES in files.records
    vectors = FarVectors(
        server, schema, counts.paragraphs, np.dtype(np.float16 if half else np.float32), dimension
    )
    try:
        small: dict[str, Any] = {
            name: files.array(f"pieces-{name}.npy") for name in ("projection", "spans", "df")
        }
        segment = Segment(
            records=files.records,
            dense=FarDense(server, schema, vectors),
            pieces=far_pieces(server, schema, small, counts.pieces),
            release_terms=_terms(server, files, "releases"),
            paragraph_terms=_terms(server, files, "paragraphs"),
            columns=load_columns(files),
            catalogue=FarCatalogue(server, schema),
            sources=load_sources(files),
        )
        check_rows(segment, counts, dimension)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexDamaged(f"{server.place} {schema}", f"cannot be loaded ({error})") from error
    return segment


def _terms(server: Server, files: FarFiles, texts: str) -> FarLexical:
    table = "release_terms" if texts == "releases" else "paragraph_terms"
    return FarLexical(
        server,
        columns_of(files.schema, table),
        json.loads(files.read(f"{texts}-terms.json")),
        files.array(f"{texts}-indptr.npy"),
    )
