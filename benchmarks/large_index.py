"""Make a large index of a smaller one, to measure serving at sizes that take hours to embed.

    python -m benchmarks.large_index --source INDEX --paragraphs 544000 --out DIR

The source is copied until there are enough paragraphs; the first copy is exact, each further one is
altered, seeded by its number, so that texts differ as those of a real archive do:

- a vector is turned until its cosine with the original is 0.85 to 0.95 (drawn evenly), towards the
  difference of two other vectors of the source, so that it stays where vectors of texts lie;
- each number of a word piece moves by up to 4 of 127; rare pieces (in up to 20 texts) swap places;
- rare terms (in up to 20 releases) change places, the same way in releases and paragraphs;
- the publish date moves a year back for each copy; areas and the stored texts stay.

What comes out is an index like any other, written and published by the project's own code. Its
answers mean nothing beyond the first copy; times, bytes and nearness do.
"""

import argparse
import hashlib
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.errors import QAError
from qa.index.columns import Columns, load_columns, write_columns
from qa.index.files import CheckedFiles, FileRecord, Records, write_file
from qa.index.lexical import Lexical, load_lexical, write_lexical
from qa.index.manifest import Counts, Manifest
from qa.index.pieces import Pieces, load_pieces, write_pieces
from qa.index.segment import CATALOGUE, VECTORS, write_dense
from qa.index.sources import Source, load_sources, write_sources
from qa.index.store import Pinned, pin_current, publish, sequence_of, staging, writing

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

RARE = 20  # texts
COSINES = (0.85, 0.95)
STIR = 4  # of 127


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of the source, or of its beginning.

    Attributes:
        number: 0 is exact.
        releases: How many of the source's releases it holds, from the first on.
        rows: How many paragraphs they have.
    """

    number: int
    releases: int
    rows: int

    @property
    def random(self) -> np.random.Generator:
        """Random numbers of its own, from the start."""
        return np.random.default_rng([7, self.number])


def main(arguments: list[str] | None = None) -> int:
    """Make the index; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="the index that is copied")
    parser.add_argument("--out", type=Path, required=True, help="folder of the index to make")
    parser.add_argument("--paragraphs", type=int, default=544_000, help="at least so many")
    options = parser.parse_args(arguments)
    try:
        name = make_large_index(options.source, options.out, options.paragraphs)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stderr.write(f"{name} is written\n")
    return 0


def make_large_index(source: Path, out: Path, paragraphs: int) -> str:
    """Write and publish an index of at least so many paragraphs; gives its generation's name."""
    with closing(pin_current(source)) as pinned, writing(out) as root, staging(root) as stage:
        files = pinned.base  # what an update wrote beside it, or left dead in it, is not looked at
        columns = load_columns(files)
        copies = planned(columns, paragraphs)
        pieces, made = _pieces(load_pieces(files), copies), _columns(columns, copies)
        records = {
            **write_dense(_vectors(files.large_array(VECTORS), copies), stage),
            **write_pieces(pieces, stage),
            **_write_terms(files, stage, copies),
            **write_columns(made, stage),
            **write_sources(_sources(files, copies), stage),
            CATALOGUE: _write_catalogue(files.read(CATALOGUE), stage / CATALOGUE, copies),
        }
        counts = Counts(
            releases=made.n_releases,
            paragraphs=len(made.release_of),
            pieces=len(pieces.ids),
            dated=int((made.published[:, 0] > 0).sum()),
        )
        manifest = _manifest(pinned, copies, counts, records)
        return publish(root, stage, replace(manifest, sequence=sequence_of(root) + 1))


def planned(columns: Columns, paragraphs: int) -> list[Copy]:
    """Plan copies until there are enough paragraphs; the last holds only what is still needed."""
    copies: list[Copy] = []
    there, n = 0, len(columns.release_of)
    while there < paragraphs:
        releases = int(np.searchsorted(columns.starts, min(n, paragraphs - there)))
        copies.append(Copy(len(copies), releases, int(columns.starts[releases])))
        there += copies[-1].rows
    return copies


def _vectors(source: Floats, copies: list[Copy]) -> Floats:
    made = np.empty((sum(copy.rows for copy in copies), source.shape[1]), dtype=np.float32)
    start = 0
    for copy in copies:
        rows = source[: copy.rows].astype(np.float32)
        made[start : start + copy.rows] = _turned(rows, source, copy) if copy.number else rows
        start += copy.rows
    return made


def _turned(rows: Floats, source: Floats, copy: Copy) -> Floats:
    random = copy.random
    one, other = random.integers(0, len(source), size=(2, len(rows)))
    aside = source[one].astype(np.float32) - source[other].astype(np.float32)
    aside -= (aside * rows).sum(axis=1, keepdims=True) * rows
    aside /= np.maximum(np.linalg.norm(aside, axis=1, keepdims=True), 1e-6)
    cosine = random.uniform(*COSINES, size=(len(rows), 1)).astype(np.float32)
    turned = cosine * rows + np.sqrt(1 - cosine**2) * aside
    unit: Floats = turned / np.linalg.norm(turned, axis=1, keepdims=True)
    return unit


def _pieces(source: Pieces, copies: list[Copy]) -> Pieces:
    vectors, ids, sentences, spans, end = [], [], [], [], 0
    for copy in copies:
        held, inverse = _distinct(source.spans[: copy.rows])
        lengths = held[:, 1] - held[:, 0]
        ends = end + np.cumsum(lengths)
        places = np.repeat(held[:, 0] - (ends - lengths - end), lengths) + np.arange(lengths.sum())
        spans.append(np.stack([ends - lengths, ends], axis=1)[inverse])
        vectors.append(_stirred(source.vectors[places], copy))
        ids.append(
            _swap(np.flatnonzero(source.df <= RARE), len(source.df), copy)[source.ids[places]]
        )
        sentences.append(source.sentences[places])
        end = int(ends[-1])
    return Pieces(
        source.projection,
        np.concatenate(vectors),
        np.concatenate(ids),
        np.concatenate(sentences),
        np.concatenate(spans),
        source.df * np.int32(len(copies)),
    )


def _distinct(spans: Rows) -> tuple[Rows, Rows]:
    """Give each span once, in the order first met, and where each paragraph's is among them."""
    _, first, inverse = np.unique(spans, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return spans[first[order]], place[inverse.reshape(-1)]


def _stirred(vectors: NDArray[np.int8], copy: Copy) -> NDArray[np.int8]:
    if not copy.number:
        return vectors
    stir = copy.random.integers(-STIR, STIR, size=vectors.shape, dtype=np.int8, endpoint=True)
    # -127 to 127 is what the format holds.
    stirred: NDArray[np.int8] = np.clip(np.add(vectors, stir, dtype=np.int16), -127, 127).astype(
        np.int8
    )
    return stirred


def _swap(rare: Rows, n: int, copy: Copy) -> NDArray[np.int32]:
    """Give the number that each of n takes in a copy: the rare ones change places."""
    numbers = np.arange(n, dtype=np.int32)
    if copy.number:
        numbers[rare] = rare[copy.random.permutation(len(rare))]
    return numbers


def _write_terms(source: CheckedFiles, stage: Path, copies: list[Copy]) -> Records:
    releases, paragraphs = (load_lexical(source, name) for name in ("releases", "paragraphs"))
    common = sorted(
        term
        for term, number in releases.vocabulary.items()
        if term in paragraphs.vocabulary
        and releases.indptr[number + 1] - releases.indptr[number] <= RARE
    )
    records: dict[str, FileRecord] = {}
    for name, lexical, sizes in (
        ("releases", releases, [copy.releases for copy in copies]),
        ("paragraphs", paragraphs, [copy.rows for copy in copies]),
    ):
        rare = np.array([lexical.vocabulary[term] for term in common], dtype=np.int64)
        records.update(write_lexical(_terms(lexical, rare, copies, sizes), stage, name))
    return records


def _terms(source: Lexical, rare: Rows, copies: list[Copy], sizes: list[int]) -> Lexical:
    n = len(source.vocabulary)
    term_of = np.repeat(np.arange(n), np.diff(source.indptr))
    terms, rows, scores, start = [], [], [], 0
    for copy, size in zip(copies, sizes, strict=True):
        held = source.rows < size
        terms.append(_swap(rare, n, copy)[term_of[held]])
        rows.append(source.rows[held] + np.int32(start))
        scores.append(source.scores[held])
        start += size
    every_term, every_row = np.concatenate(terms), np.concatenate(rows)
    order = np.lexsort((every_row, every_term))
    counts = np.bincount(every_term, minlength=n)
    return Lexical(
        source.vocabulary,
        np.append(0, np.cumsum(counts)).astype(np.int32),
        every_row[order],
        np.concatenate(scores)[order],
        start,
        source.mean_length,
    )


def _columns(source: Columns, copies: list[Copy]) -> Columns:
    before = np.cumsum([0, *(copy.releases for copy in copies)])
    published = []
    for copy in copies:
        days = source.published[: copy.releases]
        published.append(np.where(days > 0, days - 365 * copy.number, 0))
    salt = [np.uint64(copy.number * 0x9E3779B97F4A7C15 % 2**64) for copy in copies]
    return Columns(
        source.areas,
        np.concatenate(
            [
                source.release_of[: c.rows] + np.int32(b)
                for c, b in zip(copies, before[:-1], strict=True)
            ]
        ),
        np.concatenate(published).astype(np.int32),
        np.concatenate([source.in_area[: copy.releases] for copy in copies]),
        np.concatenate([source.traits[: copy.rows] for copy in copies]),
        np.concatenate([source.text_hash[: c.rows] ^ s for c, s in zip(copies, salt, strict=True)]),
        np.concatenate(
            [source.passage_hash[: copy.rows] ^ np.uint8(copy.number) for copy in copies]
        ),
        np.concatenate(
            [source.repeat_hash[: c.rows] ^ s for c, s in zip(copies, salt, strict=True)]
        ),
    )


def _sources(files: CheckedFiles, copies: list[Copy]) -> list[Source]:
    sources = load_sources(files)
    return [
        replace(source, path=f"{copy.number:02}/{source.path}" if copy.number else source.path)
        for copy in copies
        for source in sources[: copy.releases]
    ]


def _write_catalogue(source: bytes, target: Path, copies: list[Copy]) -> FileRecord:
    with closing(sqlite3.connect(":memory:")) as new:
        new.execute("ATTACH ':memory:' AS source")
        new.deserialize(source, name="source")
        tables = "SELECT sql FROM source.sqlite_master WHERE sql IS NOT NULL"
        for (statement,) in new.execute(tables).fetchall():
            new.execute(statement)
        releases = rows = 0
        for copy in copies:
            prefix = f"{copy.number:02}/" if copy.number else ""
            new.execute(
                "INSERT INTO releases SELECT row + ?, ? || id, title, areas, url, first, last, "
                "published_source, text, encoding, size, sha256 FROM source.releases WHERE row < ?",
                [releases, prefix, copy.releases],
            )
            new.execute(
                "INSERT INTO paragraphs SELECT row + ?, release + ?, number, start, length, kind, "
                "sentences, speaker FROM source.paragraphs WHERE row < ?",
                [rows, releases, copy.rows],
            )
            releases, rows = releases + copy.releases, rows + copy.rows
        new.commit()
        return write_file(target, new.serialize())


def _manifest(pinned: Pinned, copies: list[Copy], counts: Counts, files: Records) -> Manifest:
    source = pinned.manifest
    return replace(
        source,
        reading="",  # the copies were not read from files
        counts=counts,
        base=counts,
        delta=None,
        dead=(),
        corpus=hashlib.sha256(f"{source.corpus} {copies}".encode()).hexdigest(),
        files=files,
    )


if __name__ == "__main__":
    sys.exit(main())
