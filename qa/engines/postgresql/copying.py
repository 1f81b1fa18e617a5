"""Copy the rows of a segment into its tables, by PostgreSQL's binary COPY.

What is stored are the bytes of the files, not numbers that were printed and read again.
"""

from collections.abc import Iterable
from typing import Any, LiteralString

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from qa.engines.far.tables import Row, Table, rows_of
from qa.engines.postgresql.server import within
from qa.index.files import CheckedFiles
from qa.index.segment import VECTORS

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
    with rows_of(files) as tables:
        for table, rows in tables.items():
            total += _copy(connection, schema, table, rows)
    return total


def _copy(
    connection: psycopg.Connection[Any], schema: str, table: Table, rows: Iterable[Row]
) -> int:
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT binary)")
    number = 0
    with (
        connection.cursor() as cursor,
        cursor.copy(statement.format(sql.Identifier(schema, table.name))) as copy,
    ):
        copy.set_types(["int8", "bytea", "bytea"])
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
