"""The rows of a segment on a PostgreSQL server; see `qa.engines.far.source.Stored`.

Without an HNSW index, and under a narrow filter, every vector is compared; so a filter never costs
recall.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import sql

from qa.engines.far.tables import Row, Table
from qa.engines.postgresql.server import Server, within
from qa.index.dense import Floats, Rows

BY_ROW = 20_000  # rows allowed, up to which they are named one by one
BY_INDEX = 0.1  # share of rows allowed, from which the HNSW index is gone through


class StoredRows:
    """Rows in the tables of a schema."""

    def __init__(self, server: Server, schema: str, dtype: np.dtype[Any], dimension: int) -> None:
        self._server, self.name = server, schema
        number = ">f4" if dtype == np.float32 else ">f2"
        # As the server sends a vector: dimension, two bytes that are not used, numbers.
        self._form = np.dtype([("head", ">i4"), ("vec", number, (dimension,))])
        self._dtype = dtype
        self._kind = "vector" if dtype == np.float32 else "halfvec"

    def fetch(
        self, table: Table, numbers: Sequence[int], *, first: bool = True, second: bool = True
    ) -> list[Row]:
        """Give the rows with some numbers, ascending; see `Stored.fetch`."""
        nothing = sql.SQL("''::bytea")
        statement = sql.SQL(
            "SELECT {key}, {first}, {second} FROM {table} WHERE {key} = ANY(%s::bigint[]) "
            "ORDER BY {key}"
        ).format(
            key=sql.Identifier(table.key),
            first=sql.Identifier(table.first) if first else nothing,
            second=sql.Identifier(table.second) if second else nothing,
            table=sql.Identifier(self.name, table.name),
        )
        found: Any = self._server.fetch(statement, [list(numbers)])
        return list(found)

    def vectors(self, rows: Rows) -> NDArray[Any]:
        """Give the vectors of some rows; see `Stored.vectors`."""
        statement = "SELECT row, vec FROM {s}.vectors WHERE row = ANY(%s::int[]) ORDER BY row"
        found, vectors = self._read(
            self._server.fetch(within(self.name, statement), [rows.tolist()])
        )
        if len(found) != len(rows):
            raise IndexError(f"{len(rows) - len(found)} vectors are missing on the server")
        return vectors

    def search(
        self, query: Floats, asked: int, allowed: NDArray[np.bool_] | None
    ) -> tuple[Rows, NDArray[Any]]:
        """Have the server look for the nearest; exactly, unless the filter is wide or none."""
        point = "[" + ",".join(map(repr, query.tolist())) + "]"
        order = f"ORDER BY vec <#> %s::{self._kind}"
        if allowed is None:
            return self._nearest("TRUE", order, [point, asked])
        given: Any
        n, rows = len(allowed), np.flatnonzero(allowed)
        if len(rows) <= BY_ROW:
            which, given = "row = ANY(%s::int[])", rows.tolist()
        else:
            which = "get_bit(%s::bytea, row) = 1"
            given = np.packbits(allowed, bitorder="little").tobytes()
        if len(rows) <= BY_ROW or len(rows) < BY_INDEX * n:
            # The planner would go through the HNSW index, if there is one, and bring too few.
            order = f"ORDER BY (vec <#> %s::{self._kind}) + 0"
        return self._nearest(which, order, [given, point, asked])

    def count(self, table: Table | None) -> int:
        """Count the rows of a table; of vectors, if it is None."""
        name = sql.Identifier(self.name, table.name if table else "vectors")
        return int(self._server.fetch(sql.SQL("SELECT count(*) FROM {}").format(name))[0][0])

    def _nearest(self, which: str, order: str, values: list[Any]) -> tuple[Rows, NDArray[Any]]:
        statement = f"SELECT row, vec FROM {{s}}.vectors WHERE {which} {order} LIMIT %s"
        # Made of the words above alone.
        return self._read(self._server.fetch(_within(self.name, statement), values))

    def _read(self, brought: list[tuple[Any, ...]]) -> tuple[Rows, NDArray[Any]]:
        held = np.frombuffer(b"".join(vector for _, vector in brought), dtype=self._form)
        rows = np.array([row for row, _ in brought], dtype=np.int64)
        return rows, held["vec"].astype(self._dtype)


def _within(schema: str, statement: Any) -> sql.Composed:
    return within(schema, statement)
