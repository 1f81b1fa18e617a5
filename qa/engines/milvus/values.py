"""Byte strings in a collection, each pair found by table and number.

Milvus has no column of bytes: they go as base64 into columns of text, in parts, since a text has
65,535 bytes at most. A row is found by its primary key alone, of table, number and part.

    key    table * 2^56 + number * 2^16 + part
    part   of the pair, from 0
    parts  how many there are
    first, second
    at     a vector that nothing asks for, since every collection must have one
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from qa.engines.far.tables import TABLES, Row, Table
from qa.engines.milvus.server import Server

RECORD = Table("record", "number", "facts", "manifest")  # of a generation
PART = 49_149  # bytes, which are 65,532 letters
_ALL = (RECORD, *TABLES)
_NUMBER, _TABLE = 16, 56  # bits below each
_AT_ONCE = 500  # rows of one request: of the longest, 64 MB


class Values:
    """Pairs of byte strings in a collection that is never written to again."""

    def __init__(self, server: Server, collection: str) -> None:
        self._server, self._collection = server, collection

    def fetch(
        self, table: Table, numbers: Sequence[int], *, first: bool = True, second: bool = True
    ) -> list[Row]:
        """Give the pairs with some numbers, ascending; see `Stored.fetch`."""
        columns = [name for name, wanted in (("first", first), ("second", second)) if wanted]
        keys = [key_of(table, number) for number in numbers]
        heads = self._rows(keys, columns)
        others = [
            key + part for key in keys if key in heads for part in range(1, heads[key]["parts"])
        ]
        rows = heads | self._rows(others, columns)
        return [
            (number, *self._pair(rows, key, columns))
            for number, key in zip(numbers, keys, strict=True)
            if key in heads
        ]

    def count(self, table: Table | None, consistency: str = "Bounded") -> int:
        """Count the pairs of a table, or all rows of the collection."""
        which = ""
        if table is not None:
            low, high = key_of(table, 0), key_of(table, 0) + (1 << _TABLE)
            which = f"key >= {low} and key < {high} and part == 0"
        return count_rows(self._server, self._collection, which, consistency)

    def _rows(self, keys: Sequence[int], columns: list[str]) -> dict[int, dict[str, Any]]:
        found = {}
        for start in range(0, len(keys), _AT_ONCE):
            for row in self._server.query(
                self._collection,
                filter=f"key in {list(keys[start : start + _AT_ONCE])}",
                output_fields=["key", "parts", *columns],
            ):
                found[row["key"]] = row
        return found

    def _pair(self, rows: dict[int, Any], key: int, columns: list[str]) -> tuple[bytes, bytes]:
        parts = [rows.get(key + part, {}) for part in range(rows[key]["parts"])]
        first, second = (
            b"".join(b64decode(part.get(name, "")) for part in parts) if name in columns else b""
            for name in ("first", "second")
        )
        return first, second


def key_of(table: Table, number: int) -> int:
    """Give the primary key of the first part of a pair.

    >>> from qa.engines.far.tables import FILES
    >>> key_of(FILES, 3) == (1 << 56) + (3 << 16)
    True
    """
    return (_ALL.index(table) << _TABLE) + (number << _NUMBER)


def rows_of_pairs(table: Table, pairs: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Give the rows that hold some pairs."""
    for number, first, second in pairs:
        parts = max(1, -(-max(len(first), len(second)) // PART))
        for part in range(parts):
            cut = slice(part * PART, (part + 1) * PART)
            yield {
                "key": key_of(table, number) + part,
                "part": part,
                "parts": parts,
                "first": b64encode(first[cut]).decode(),
                "second": b64encode(second[cut]).decode(),
                "at": [1.0, 0.0],
            }


def count_rows(server: Server, collection: str, which: str, consistency: str) -> int:
    """Count the rows of a collection; with consistency "Strong" none that was written is missed."""
    found = server.query(
        collection, filter=which, output_fields=["count(*)"], consistency_level=consistency
    )
    return int(found[0]["count(*)"])
