"""One generation, opened: everything retrieval reads, checked byte for byte before first use."""

import io
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.errors import IndexDamaged, IndexModelMismatch
from qa.index.catalogue import Catalogue, load_catalogue
from qa.index.columns import Columns, load_columns
from qa.index.dense import Dense, Floats
from qa.index.files import CheckedFiles, Records, write_array
from qa.index.lexical import Lexical, load_lexical
from qa.index.manifest import Manifest
from qa.index.pieces import VECTORS as PIECE_VECTORS
from qa.index.pieces import Pieces, load_pieces
from qa.index.quantized import EXACT_UP_TO, Quantized, make_codes
from qa.index.resident import let_go
from qa.index.store import Pinned, pin_current

CATALOGUE = "catalogue.db"
VECTORS = "vectors.npy"
CODES = "codes.npy"
_ASKED = 16  # paragraphs a new generation is asked for before it is published
# Of a cosine in float32, and by how much the square of a unit vector in float16 may be off.
_ROUNDING = {np.dtype(np.float32): 1e-4, np.dtype(np.float16): 1e-3}


@dataclass(frozen=True, slots=True)
class Generation:
    """An open index. Row i of every part is paragraph i, or release i.

    Attributes:
        pinned: Keeps its files on disk.
        dense: Vectors of paragraphs: in a large index, with codes.
        pieces: Word pieces of paragraphs.
        release_terms: BM25 over whole releases.
        paragraph_terms: BM25 over paragraphs.
        columns: Facts by row.
        catalogue: Texts by row.
    """

    pinned: Pinned
    dense: Dense | Quantized
    pieces: Pieces
    release_terms: Lexical
    paragraph_terms: Lexical
    columns: Columns
    catalogue: Catalogue

    @property
    def name(self) -> str:
        """e.g. "g00000007-5d1c9a02"."""
        return self.pinned.name

    @property
    def manifest(self) -> Manifest:
        """What it is made of."""
        return self.pinned.manifest

    def rest(self) -> None:
        """Give memory back, if questions have touched much of what is mapped."""
        let_go((self.dense.vectors, self.pieces.vectors))

    def close(self) -> None:
        """Let go of its files."""
        self.catalogue.close()
        self.pinned.close()


def open_generation(index: str | Path, model: tuple[str, str]) -> Generation:
    """Open the generation that serves.

    Args:
        index: The index folder.
        model: Name and fingerprint of the model that questions will be encoded with.

    Raises:
        IndexFault: It is missing, damaged, of another model or of a later program.
    """
    pinned = pin_current(index)
    try:
        built_with, (name, fingerprint) = pinned.manifest.model, model
        if built_with.fingerprint != fingerprint:
            raise IndexModelMismatch(
                built_with=f"{built_with.name!r} ({built_with.fingerprint[:8]})",
                asked_with=f"{name!r} ({fingerprint[:8]})",
            )
        return _loaded(pinned)
    except BaseException:
        pinned.close()
        raise


def open_stage(stage: Path, manifest: Manifest) -> Generation:
    """Open a generation that is still being built: it is read back as any reader would."""
    return _loaded(Pinned(stage.name, stage, manifest, io.BytesIO()))


def write_dense(vectors: Floats, folder: Path) -> Records:
    """Write the vectors of paragraphs, shape (n, d); many at 16 bits and with codes.

    Gives the records of the files.
    """
    if len(vectors) <= EXACT_UP_TO:
        return {VECTORS: write_array(folder / VECTORS, vectors)}
    halves = vectors.astype(np.float16)
    return {
        VECTORS: write_array(folder / VECTORS, halves),
        CODES: write_array(folder / CODES, make_codes(halves)),
    }


def _load_dense(files: CheckedFiles) -> Dense | Quantized:
    vectors = files.large_array(VECTORS)
    if CODES not in files.records:
        return Dense(vectors)
    return Quantized(vectors, files.array(CODES))


def _loaded(pinned: Pinned) -> Generation:
    files = pinned.files
    try:
        with _pieces_of(files) as pieces:
            generation = Generation(
                pinned=pinned,
                dense=_load_dense(files),
                release_terms=load_lexical(files, "releases"),
                paragraph_terms=load_lexical(files, "paragraphs"),
                columns=load_columns(files),
                catalogue=load_catalogue(files, CATALOGUE),
                pieces=pieces(),
            )
        _check_rows(generation)
    except (ValueError, KeyError, TypeError, IndexError, sqlite3.Error) as error:
        raise IndexDamaged(str(pinned.folder), f"cannot be loaded ({error})") from error
    return generation


@contextmanager
def _pieces_of(files: CheckedFiles) -> Iterator[Callable[[], Pieces]]:
    """Give what loads the word pieces; if they are many, another core is at it already.

    They are half of a large index, so the halves are hashed in half the time.
    """
    if not files.is_large(PIECE_VECTORS):
        yield lambda: load_pieces(files)
        return
    with ThreadPoolExecutor(1, thread_name_prefix="qa-open") as beside:
        yield beside.submit(load_pieces, files).result


def _check_rows(generation: Generation) -> None:
    """Row number is identity: every part must have the same number of rows."""
    counts = generation.manifest.counts
    releases, paragraphs = generation.catalogue.counts()
    for part, found, expected in (
        ("releases of the catalogue", releases, counts.releases),
        ("paragraphs of the catalogue", paragraphs, counts.paragraphs),
        ("dimensions", generation.dense.vectors.shape[1], generation.manifest.model.dimension),
        ("vectors", len(generation.dense.vectors), counts.paragraphs),
        ("word pieces", len(generation.pieces.spans), counts.paragraphs),
        ("vectors of word pieces", len(generation.pieces.vectors), counts.pieces),
        ("numbers of word pieces", len(generation.pieces.ids), counts.pieces),
        ("sentences of word pieces", len(generation.pieces.sentences), counts.pieces),
        ("paragraph terms", generation.paragraph_terms.n, counts.paragraphs),
        ("paragraph columns", len(generation.columns.release_of), counts.paragraphs),
        ("release terms", generation.release_terms.n, counts.releases),
        ("release columns", generation.columns.n_releases, counts.releases),
    ):
        if found != expected:
            raise IndexDamaged(part, f"has {found:,} rows, not {expected:,}")


def check_finds_itself(generation: Generation) -> None:
    """Ask a generation for some of its own paragraphs: each must be nearest to itself.

    Raises:
        IndexDamaged: One is not, or cannot be cut from its release.
    """
    n = generation.manifest.counts.paragraphs
    for row in sorted({round(place) for place in np.linspace(0, n - 1, min(n, _ASKED))}):
        held = generation.dense.vectors[row]
        vector, rounding = held.astype(np.float32), _ROUNDING[held.dtype]
        nearest = int(generation.dense.nearest(vector, 1)[0])
        itself, best = generation.dense.cosines(vector, np.array([row, nearest]))
        # Equal passages have equal vectors, and the first of them is found.
        if not (abs(best - itself) <= rounding and abs(itself - 1) <= rounding):
            raise IndexDamaged("vectors", f"do not find paragraph {row}, but {nearest}")
        if not generation.catalogue.paragraphs([row])[row].text:
            raise IndexDamaged("the catalogue", f"has no text for paragraph {row}")
