"""A segment: some releases and everything they are found by. A generation has one or two.

    gens/g00000007-5d1c9a02/manifest.json
                            catalogue.db, vectors.npy, …        the base
                            delta/catalogue.db, vectors.npy, …  the delta

The base is what the last whole build wrote. The delta holds the releases that were added or
changed since, if there are any, and is small; each update writes it anew and links the base.
Rows of the delta count on from those of the base.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from qa.errors import IndexDamaged
from qa.index.catalogue import load_catalogue
from qa.index.columns import Columns, load_columns
from qa.index.dense import Dense, Floats
from qa.index.files import CheckedFiles, Records, write_array
from qa.index.lexical import load_lexical
from qa.index.manifest import Counts
from qa.index.pieces import VECTORS as PIECE_VECTORS
from qa.index.pieces import Pieces, load_pieces
from qa.index.quantized import EXACT_UP_TO, Quantized, make_codes
from qa.index.reads import SegmentDense, SegmentTexts, TermReads
from qa.index.sources import Source, load_sources

CATALOGUE = "catalogue.db"
VECTORS = "vectors.npy"
CODES = "codes.npy"
_ASKED = 16  # paragraphs a new segment is asked for before it is published
# Of a cosine in float32, and by how much the square of a unit vector in float16 may be off.
_ROUNDING = {np.dtype(np.float32): 1e-4, np.dtype(np.float16): 1e-3}
_holding = threading.Lock()


@dataclass(slots=True, eq=False)
class Segment:
    """An open segment, which generations may share. Row i of every part is the same thing.

    Attributes:
        records: Of its files, which were compared with them.
        dense: Vectors of paragraphs: in a large segment, with codes.
        pieces: Word pieces of paragraphs.
        release_terms: BM25 over whole releases.
        paragraph_terms: BM25 over paragraphs.
        columns: Facts by row.
        catalogue: Texts by row.
        sources: The files of releases, by row.
        holders: How many hold it.
    """

    records: Records
    dense: SegmentDense
    pieces: Pieces
    release_terms: TermReads
    paragraph_terms: TermReads
    columns: Columns
    catalogue: SegmentTexts
    sources: tuple[Source, ...]
    holders: int = field(default=1, repr=False)

    def hold(self) -> bool:
        """Hold it once more, so that it stays open until all have closed it; not once closed."""
        with _holding:
            self.holders += self.holders > 0
            return self.holders > 0

    def close(self) -> None:
        """Let go of it; the last one closes its files."""
        with _holding:
            self.holders -= 1
            last = self.holders == 0
        if last:
            self.catalogue.close()


def load_segment(files: CheckedFiles, counts: Counts, dimension: int) -> Segment:
    """Open a segment, every byte compared before it is used.

    Args:
        files: Its files.
        counts: How much it must hold.
        dimension: Of its vectors.

    Raises:
        IndexDamaged: A file is other than recorded, or the parts do not belong together.
    """
    try:
        with _pieces_of(files) as pieces:
            segment = Segment(
                records=files.records,
                dense=_load_dense(files),
                release_terms=load_lexical(files, "releases"),
                paragraph_terms=load_lexical(files, "paragraphs"),
                columns=load_columns(files),
                sources=load_sources(files),
                catalogue=load_catalogue(files, CATALOGUE),
                pieces=pieces(),
            )
        check_rows(segment, counts, dimension)
    except (ValueError, KeyError, TypeError, IndexError, sqlite3.Error) as error:
        raise IndexDamaged(str(files.folder), f"cannot be loaded ({error})") from error
    return segment


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


def check_finds_itself(segment: Segment) -> None:
    """Ask a segment for some of its own paragraphs: each must be nearest to itself.

    Raises:
        IndexDamaged: One is not, or cannot be cut from its release.
    """
    n = len(segment.dense.vectors)
    for row in sorted({round(place) for place in np.linspace(0, n - 1, min(n, _ASKED))}):
        held = segment.dense.vectors[row]
        vector, rounding = held.astype(np.float32), _ROUNDING[held.dtype]
        nearest = int(segment.dense.nearest(vector, 1)[0])
        itself, best = segment.dense.cosines(vector, np.array([row, nearest]))
        # Equal passages have equal vectors, and the first of them is found.
        if not (abs(best - itself) <= rounding and abs(itself - 1) <= rounding):
            raise IndexDamaged("vectors", f"do not find paragraph {row}, but {nearest}")
        if not segment.catalogue.paragraphs([row])[row].text:
            raise IndexDamaged("the catalogue", f"has no text for paragraph {row}")


def _load_dense(files: CheckedFiles) -> Dense | Quantized:
    vectors = files.large_array(VECTORS)
    if CODES not in files.records:
        return Dense(vectors)
    return Quantized(vectors, files.array(CODES))


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


def check_rows(segment: Segment, counts: Counts, dimension: int) -> None:
    """See that every part has the same number of rows: row number is identity.

    Raises:
        IndexDamaged: One has not.
    """
    releases, paragraphs = segment.catalogue.counts()
    for part, found, expected in (
        ("releases of the catalogue", releases, counts.releases),
        ("paragraphs of the catalogue", paragraphs, counts.paragraphs),
        ("dimensions", segment.dense.vectors.shape[1], dimension),
        ("vectors", len(segment.dense.vectors), counts.paragraphs),
        ("word pieces", len(segment.pieces.spans), counts.paragraphs),
        ("vectors of word pieces", len(segment.pieces.vectors), counts.pieces),
        ("numbers of word pieces", len(segment.pieces.ids), counts.pieces),
        ("sentences of word pieces", len(segment.pieces.sentences), counts.pieces),
        ("paragraph terms", segment.paragraph_terms.n, counts.paragraphs),
        ("paragraph columns", len(segment.columns.release_of), counts.paragraphs),
        ("release terms", segment.release_terms.n, counts.releases),
        ("release columns", segment.columns.n_releases, counts.releases),
        ("sources", len(segment.sources), counts.releases),
    ):
        if found != expected:
            raise IndexDamaged(part, f"has {found:,} rows, not {expected:,}")
