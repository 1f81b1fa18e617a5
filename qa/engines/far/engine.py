"""A server as an engine: opens the generation that serves there.

What is small is read at once and compared with the manifest; the rest is read as it is needed.
"""

import json
import threading
from dataclasses import dataclass
from functools import partial
from typing import Any

from qa.engines.far.catalogue import FarCatalogue
from qa.engines.far.dense import FarDense, FarVectors
from qa.engines.far.files import FarFiles, far_files
from qa.engines.far.lexical import FarLexical
from qa.engines.far.pieces import far_pieces
from qa.engines.far.source import Source
from qa.engines.far.tables import PARAGRAPH_TERMS, RELEASE_TERMS, Table
from qa.engines.far.verify import vector_type
from qa.errors import IndexDamaged, IndexModelMismatch
from qa.index.columns import load_columns
from qa.index.files import Records
from qa.index.generation import Generation, Part, assemble
from qa.index.manifest import Counts, Manifest
from qa.index.segment import Segment, check_rows
from qa.index.sources import load_sources


@dataclass(slots=True, eq=False)
class FarHeld:
    """A generation on a server, while it is read; see `qa.index.reads.Held`.

    Nothing keeps it there but time: see `qa.engines.engine`.
    """

    name: str
    manifest: Manifest
    place: str
    published: float
    engine: "FarEngine"
    is_open: bool = True

    def close(self) -> bool:
        """Let go of it."""
        held, self.is_open = self.is_open, False
        if held:
            self.engine.let_go()
        return held


class FarEngine:
    """A server, or several that have the same data, as an engine; see `Engine`."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.place = source.place
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
        return self.source.current().name

    def manifest(self) -> Manifest:
        """Give its manifest."""
        return self.source.current().read()

    def open(self, model: tuple[str, str], before: Generation | None = None) -> Generation:
        """Open it; see `Engine.open`."""
        current = self.source.current()
        manifest = current.read()
        built_with, (name, fingerprint) = manifest.model, model
        if built_with.fingerprint != fingerprint:
            raise IndexModelMismatch(
                built_with=f"{built_with.name!r} ({built_with.fingerprint[:8]})",
                asked_with=f"{name!r} ({fingerprint[:8]})",
            )
        held = FarHeld(current.name, manifest, self.place, current.published, self)
        parts = [
            self._part(segment, records, counts, built_with.dimension)
            for (segment, records), counts in zip(
                current.records(manifest), manifest.segments, strict=True
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
            self.source.close()

    def _part(self, segment: str, records: Records, counts: Counts, dimension: int) -> Part:
        stored = self.source.stored(segment, vector_type(records), dimension)
        files = far_files(stored, records)
        return Part(records, partial(load_far_segment, files, counts, dimension, self.place))


def load_far_segment(files: FarFiles, counts: Counts, dimension: int, place: str) -> Segment:
    """Open a segment on a server.

    Args:
        files: Its small files, and the records of all.
        counts: How much it must hold.
        dimension: Of its vectors.
        place: The server, for messages.

    Raises:
        IndexDamaged: What is there is not what was loaded.
        EngineUnavailable: The server cannot be asked.
    """
    stored = files.stored
    vectors = FarVectors(stored, counts.paragraphs, vector_type(files.records), dimension)
    try:
        small: dict[str, Any] = {
            name: files.array(f"pieces-{name}.npy") for name in ("projection", "spans", "df")
        }
        columns = load_columns(files)
        segment = Segment(
            records=files.records,
            dense=FarDense(stored, vectors),
            pieces=far_pieces(stored, small, counts.pieces),
            release_terms=_terms(files, RELEASE_TERMS, "releases"),
            paragraph_terms=_terms(files, PARAGRAPH_TERMS, "paragraphs"),
            columns=columns,
            catalogue=FarCatalogue(stored, columns),
            sources=load_sources(files),
        )
        check_rows(segment, counts, dimension)
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise IndexDamaged(f"{place} {stored.name}", f"cannot be loaded ({error})") from error
    return segment


def _terms(files: FarFiles, table: Table, texts: str) -> FarLexical:
    terms = json.loads(files.read(f"{texts}-terms.json"))
    return FarLexical(files.stored, table, terms, files.array(f"{texts}-indptr.npy"))
