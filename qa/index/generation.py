"""One generation, opened: everything retrieval reads, checked byte for byte before first use."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.errors import IndexDamaged, IndexModelMismatch
from qa.index.catalogue import Catalogue
from qa.index.checking import check_generation
from qa.index.columns import Columns, load_columns
from qa.index.dense import Dense, Floats
from qa.index.files import map_array, write_array
from qa.index.lexical import Lexical, load_lexical
from qa.index.manifest import Manifest
from qa.index.pieces import Pieces, load_pieces
from qa.index.quantized import EXACT_UP_TO, Quantized, make_codes
from qa.index.resident import let_go
from qa.index.store import Pinned, pin_current

CATALOGUE = "catalogue.db"
VECTORS = "vectors.npy"
CODES = "codes.npy"


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
        """Give memory back, if questions have touched much of its files."""
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
        check_generation(pinned)
        return _loaded(pinned)
    except BaseException:
        pinned.close()
        raise


def open_stage(stage: Path, manifest: Manifest) -> Generation:
    """Open a generation that is still being built, by its builder; nothing is checked."""
    return _loaded(Pinned(stage.name, stage, manifest, io.BytesIO()))


def write_dense(vectors: Floats, folder: Path) -> None:
    """Write the vectors of paragraphs, shape (n, d); many at 16 bits and with codes."""
    if len(vectors) <= EXACT_UP_TO:
        write_array(folder / VECTORS, vectors)
        return
    halves = vectors.astype(np.float16)
    write_array(folder / VECTORS, halves)
    write_array(folder / CODES, make_codes(halves))


def _load_dense(pinned: Pinned) -> Dense | Quantized:
    vectors = map_array(pinned.folder / VECTORS)
    if CODES not in pinned.manifest.files:
        return Dense(vectors)
    return Quantized(vectors, map_array(pinned.folder / CODES))


def _loaded(pinned: Pinned) -> Generation:
    folder = pinned.folder
    try:
        generation = Generation(
            pinned,
            _load_dense(pinned),
            load_pieces(folder),
            load_lexical(folder, "releases"),
            load_lexical(folder, "paragraphs"),
            load_columns(folder),
            Catalogue(folder / CATALOGUE),
        )
    except (OSError, ValueError, KeyError) as error:
        raise IndexDamaged(str(folder), f"cannot be loaded ({error})") from error
    _check_rows(generation)
    return generation


def _check_rows(generation: Generation) -> None:
    """Row number is identity: every part must have the same number of rows."""
    counts = generation.manifest.counts
    for part, found, expected in (
        ("vectors", len(generation.dense.vectors), counts.paragraphs),
        ("word pieces", len(generation.pieces.spans), counts.paragraphs),
        ("paragraph terms", generation.paragraph_terms.n, counts.paragraphs),
        ("paragraph columns", len(generation.columns.release_of), counts.paragraphs),
        ("release terms", generation.release_terms.n, counts.releases),
        ("release columns", generation.columns.n_releases, counts.releases),
    ):
        if found != expected:
            raise IndexDamaged(part, f"has {found:,} rows, not {expected:,}")
