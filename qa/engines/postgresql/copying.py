"""The rows of each table of a segment, made of the files of a build, and their copying.

Rows go by PostgreSQL's binary COPY: what is stored are the bytes of the files, not numbers that
were printed and read again.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import Any, LiteralString

import numpy as np
import psycopg
from numpy.typing import NDArray

from qa.engines.postgresql.server import within
from qa.index.catalogue import load_catalogue
from qa.index.files import CheckedFiles
from qa.index.pieces import VECTORS as PIECE_VECTORS
from qa.index.segment import CATALOGUE, CODES, VECTORS

# Files whose rows are in tables, and files that serving does without.
SENTENCES = "pieces-sentences.npy"
IN_TABLES = (
    VECTORS,
    PIECE_VECTORS,
    SENTENCES,
    CATALOGUE,
    "releases-rows.npy",
    "releases-scores.npy",
    "paragraphs-rows.npy",
    "paragraphs-scores.npy",
)
LEFT_OUT = (CODES, "pieces-ids.npy")
PART = 8 << 20  # bytes of a file that are one row
_BLOCK = 4096  # vectors that are laid out at once
_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = (-1).to_bytes(2, "big", signed=True)


def copy_segment(connection: psycopg.Connection[Any], schema: str, files: CheckedFiles) -> int:
    """Copy every row of a segment into its tables, in the transaction that is open.

    Args:
        connection: To a server that takes writes.
        schema: Of the segment, with empty tables.
        files: Of the segment; each is compared with the manifest as it is read.

    Returns:
        How many rows were copied.
    """
    total = _copy_vectors(connection, schema, files.large_array(VECTORS))
    with closing(load_catalogue(files, CATALOGUE)) as catalogue:
        for statement, types, rows in (
            ("COPY {s}.pieces FROM STDIN (FORMAT binary)", "int8 bytea bytea", _pieces(files)),
            (
                "COPY {s}.release_terms FROM STDIN (FORMAT binary)",
                "int4 bytea bytea",
                _terms(files, "releases"),
            ),
            (
                "COPY {s}.paragraph_terms FROM STDIN (FORMAT binary)",
                "int4 bytea bytea",
                _terms(files, "paragraphs"),
            ),
            (
                "COPY {s}.releases FROM STDIN (FORMAT binary)",
                "int4 int4 text bytea",
                _releases(catalogue.release_rows()),
            ),
            (
                "COPY {s}.paragraphs FROM STDIN (FORMAT binary)",
                "int4 int4 text bytea",
                _paragraphs(catalogue.paragraph_rows()),
            ),
            ("COPY {s}.files FROM STDIN (FORMAT binary)", "text int4 bytea", _parts(files)),
        ):
            total += _copy(connection, within(schema, statement), types.split(), rows)
    return total


def as_bytes(text: str) -> bytes:
    """Give the bytes that stand for a text: all of it, even what PostgreSQL's own text refuses."""
    return text.encode("utf-8", "surrogatepass")


def _copy(
    connection: psycopg.Connection[Any],
    statement: Any,
    types: list[str],
    rows: Iterable[tuple[Any, ...]],
) -> int:
    number = 0
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
            number += 1
    return number


def _copy_vectors(connection: psycopg.Connection[Any], schema: str, vectors: NDArray[Any]) -> int:
    """Copy vectors as whole blocks of memory: some 100,000 a second."""
    n, d = len(vectors), vectors.shape[1]
    number = ">f4" if vectors.dtype == np.float32 else ">f2"
    row = np.dtype(
        [
            ("fields", ">i2"),
            ("of_row", ">i4"),
            ("row", ">i4"),
            ("of_vec", ">i4"),
            ("dimension", ">i2"),
            ("unused", ">i2"),
            ("vec", number, (d,)),
        ]
    )
    statement: LiteralString = "COPY {s}.vectors FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(within(schema, statement)) as copy:
        copy.write(_HEAD)
        for start in range(0, n, _BLOCK):
            some = vectors[start : start + _BLOCK]
            block = np.zeros(len(some), dtype=row)
            block["fields"], block["of_row"], block["row"] = 2, 4, np.arange(len(some)) + start
            block["of_vec"], block["dimension"] = 4 + row["vec"].itemsize, d
            block["vec"] = some
            copy.write(block.tobytes())
        copy.write(_TAIL)
    return n


def _pieces(files: CheckedFiles) -> Iterator[tuple[int, bytes, bytes]]:
    """Give the word pieces of each distinct text, by the number of the first."""
    vectors, sentences = files.large_array(PIECE_VECTORS), files.large_array(SENTENCES)
    spans = np.unique(files.array("pieces-spans.npy"), axis=0)
    for start, end in spans[spans[:, 1] > spans[:, 0]].tolist():
        yield start, sentences[start:end].tobytes(), vectors[start:end].tobytes()


def _terms(files: CheckedFiles, texts: str) -> Iterator[tuple[int, bytes, bytes]]:
    indptr, rows, scores = (
        files.array(f"{texts}-{part}.npy") for part in ("indptr", "rows", "scores")
    )
    for term, (start, end) in enumerate(
        zip(indptr[:-1].tolist(), indptr[1:].tolist(), strict=True)
    ):
        yield term, rows[start:end].tobytes(), scores[start:end].tobytes()


def _releases(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int, str, bytes]]:
    for row, starts, *facts in rows:
        text, facts[7] = facts[7], ""  # of `RELEASE`
        yield row, starts, json.dumps(facts), as_bytes(text)


def _paragraphs(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, int, str, bytes]]:
    for row, release, number, start, text, *facts in rows:
        yield row, release, json.dumps([number, start, *facts]), as_bytes(text)


def _parts(files: CheckedFiles) -> Iterator[tuple[str, int, bytes]]:
    for name in sorted(set(files.records) - {*IN_TABLES, *LEFT_OUT}):
        data = files.read(name)
        for part, start in enumerate(range(0, len(data), PART)):
            yield name, part, data[start : start + PART]
