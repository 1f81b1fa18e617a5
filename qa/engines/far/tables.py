"""The tables of a segment on a server: what is in them, made of the files of a build.

    files            its small files, byte for byte as a build wrote them, in parts
    pieces           word pieces of each distinct text, by the number of the first
    release_terms    BM25: texts and scores of each term, by its number; computed by the build,
    paragraph_terms  so with the statistics of all texts
    releases         values and text, by row
    paragraphs       values and text, by row
    vectors          of paragraphs, by row

Each row but those of vectors is a number and two byte strings, found by the number alone.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from qa.index.catalogue import Catalogue, load_catalogue
from qa.index.files import CheckedFiles, FileRecord, Records
from qa.index.manifest import Manifest
from qa.index.pieces import VECTORS as PIECE_VECTORS
from qa.index.segment import CATALOGUE, CODES, VECTORS
from qa.index.store import DELTA

Row = tuple[int, bytes, bytes]
Column = Literal[1, 2]  # which of the byte strings of a row

LAYOUT = 2  # of the tables; another one gives other names, so that no program reads another's
PART = 8 << 20  # bytes of a file that are one row
TEXT = 7  # place of the text in `qa.index.catalogue_rows.RELEASE`
SENTENCES = "pieces-sentences.npy"


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and what its columns are called.

    Attributes:
        name: Of the table.
        key: The number.
        first: A byte string.
        second: Another one, mostly the longer.
    """

    name: str
    key: str
    first: str
    second: str


FILES = Table("files", "number", "name", "data")
PIECES = Table("pieces", "start", "sentences", "vectors")
RELEASE_TERMS = Table("release_terms", "term", "rows", "scores")
PARAGRAPH_TERMS = Table("paragraph_terms", "term", "rows", "scores")
RELEASES = Table("releases", "row", "facts", "text")
PARAGRAPHS = Table("paragraphs", "row", "facts", "text")
TABLES = (FILES, PIECES, RELEASE_TERMS, PARAGRAPH_TERMS, RELEASES, PARAGRAPHS)

# Files whose bytes are in the other tables, and files that serving does without.
COLUMNS: Mapping[str, tuple[Table, Column]] = {
    PIECE_VECTORS: (PIECES, 2),
    SENTENCES: (PIECES, 1),
    "releases-rows.npy": (RELEASE_TERMS, 1),
    "releases-scores.npy": (RELEASE_TERMS, 2),
    "paragraphs-rows.npy": (PARAGRAPH_TERMS, 1),
    "paragraphs-scores.npy": (PARAGRAPH_TERMS, 2),
}
LEFT_OUT = (CODES, "pieces-ids.npy")


def digests_of(manifest: Manifest) -> Iterator[tuple[str, Records]]:
    """Give a digest of what is in base and delta, if there is one, and the records of its files.

    A segment is named by its digest, so one that two generations share is there once, and one that
    is there need not be loaded again.
    """
    for within in ("", f"{DELTA}/") if manifest.delta is not None else ("",):
        records = {
            name.removeprefix(within): record
            for name, record in manifest.files.items()
            if name.startswith(within) and "/" not in name.removeprefix(within)
        }
        lines = [f"{name} {record.sha256}\n" for name, record in sorted(records.items())]
        yield hashlib.sha256(f"{LAYOUT}\n{''.join(lines)}".encode()).hexdigest()[:16], records


def kept_files(records: Records) -> list[str]:
    """Give the names of the files that are in `FILES`, in the order of their numbers."""
    return sorted(set(records) - {*COLUMNS, *LEFT_OUT, VECTORS, CATALOGUE})


def part_numbers(records: Records, name: str) -> range:
    """Give the numbers of the parts of a file, in order."""
    record: FileRecord = records[name]
    first = kept_files(records).index(name) << 32
    return range(first, first + -(-record.size // PART))


def piece_starts(spans: Any) -> Any:
    """Give the number of the first piece of each distinct text, ascending."""
    return np.unique(spans[spans[:, 1] > spans[:, 0], 0])


@contextmanager
def rows_of(files: CheckedFiles) -> Iterator[dict[Table, Iterator[Row]]]:
    """Give the rows of every table but that of vectors; good until the end.

    Args:
        files: Of the segment; each is compared with the manifest as it is read.
    """
    catalogue = load_catalogue(files, CATALOGUE)
    try:
        yield {table: make(files, catalogue) for table, make in _MAKERS.items()}
    finally:
        catalogue.close()


def as_bytes(text: str) -> bytes:
    """Give the bytes that stand for a text: all of it, even what the servers' own texts refuse."""
    return text.encode("utf-8", "surrogatepass")


def as_text(data: bytes) -> str:
    """Give the text that bytes stand for; see `as_bytes`."""
    return data.decode("utf-8", "surrogatepass")


def _files(files: CheckedFiles, _: Catalogue) -> Iterator[Row]:
    for name in kept_files(files.records):
        data = files.read(name)
        for part, number in enumerate(part_numbers(files.records, name)):
            yield number, as_bytes(name), data[part * PART : (part + 1) * PART]


def _pieces(files: CheckedFiles, _: Catalogue) -> Iterator[Row]:
    vectors, sentences = files.large_array(PIECE_VECTORS), files.large_array(SENTENCES)
    spans = np.unique(files.array("pieces-spans.npy"), axis=0)
    for start, end in spans[spans[:, 1] > spans[:, 0]].tolist():
        yield start, sentences[start:end].tobytes(), vectors[start:end].tobytes()


def _terms_of(texts: str) -> Callable[[CheckedFiles, Catalogue], Iterator[Row]]:
    def terms(files: CheckedFiles, _: Catalogue) -> Iterator[Row]:
        indptr, rows, scores = (
            files.array(f"{texts}-{part}.npy") for part in ("indptr", "rows", "scores")
        )
        ends = zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True)
        for term, (start, end) in enumerate(ends):
            yield term, rows[start:end].tobytes(), scores[start:end].tobytes()

    return terms


def _releases(_: CheckedFiles, catalogue: Catalogue) -> Iterator[Row]:
    for row, starts, *facts in catalogue.release_rows():
        text, facts[TEXT] = facts[TEXT], ""
        yield row, _facts([starts, *facts]), as_bytes(text)


def _paragraphs(_: CheckedFiles, catalogue: Catalogue) -> Iterator[Row]:
    for row, _release, number, start, text, *facts in catalogue.paragraph_rows():
        yield row, _facts([number, start, *facts]), as_bytes(text)


def _facts(values: Iterable[Any]) -> bytes:
    return json.dumps(list(values)).encode()


_MAKERS: Mapping[Table, Callable[[CheckedFiles, Catalogue], Iterator[Row]]] = {
    FILES: _files,
    PIECES: _pieces,
    RELEASE_TERMS: _terms_of("releases"),
    PARAGRAPH_TERMS: _terms_of("paragraphs"),
    RELEASES: _releases,
    PARAGRAPHS: _paragraphs,
}
