"""Make and fill the collections of a segment, and of a generation.

Rows are written, sealed and indexed, and only then is a collection loaded for those who ask; it is
counted before anything names it, so one that a load left half made is never read.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from qa.engines.far.tables import Row, Table, rows_of
from qa.engines.milvus.driver import DataType, MilvusClient
from qa.engines.milvus.server import Server
from qa.engines.milvus.serving import pair_of
from qa.engines.milvus.stored import LISTS
from qa.engines.milvus.values import count_rows, rows_of_pairs
from qa.index.files import CheckedFiles
from qa.index.segment import VECTORS

LISTS_ABOVE = 1_000_000  # vectors; fewer are compared one and all
_ROWS, _BYTES = 2_000, 4 << 20  # of one request
_LONGEST = 65_535  # bytes of a text


class RowsDiffer(Exception):
    """A collection has not the rows that were written."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


def load_segment(server: Server, segment: str, files: CheckedFiles, dimension: int) -> int:
    """Make the collections of a segment.

    Args:
        server: Takes them.
        segment: Their name.
        files: Of the segment; each is compared with the manifest as it is read.
        dimension: Of its vectors.

    Returns:
        How many pairs and vectors were loaded.

    Raises:
        RowsDiffer: The server has other rows than it was given.
        EngineUnavailable: The server cannot be asked, or refuses.
    """
    values, vectors = pair_of(segment)
    array = files.large_array(VECTORS)
    _make_vectors(server, vectors, array, dimension)
    with rows_of(files) as tables:
        return len(array) + make_values(server, values, tables)


def make_values(server: Server, collection: str, tables: dict[Table, Iterator[Row]]) -> int:
    """Make a collection of pairs; gives how many there are. Raises as `load_segment`."""
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.INT64, is_primary=True)
    schema.add_field("part", DataType.INT32)
    schema.add_field("parts", DataType.INT32)
    schema.add_field("first", DataType.VARCHAR, max_length=_LONGEST)
    schema.add_field("second", DataType.VARCHAR, max_length=_LONGEST)
    schema.add_field("at", DataType.FLOAT_VECTOR, dim=2)
    pairs = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal pairs
        for table, given in tables.items():
            for row in rows_of_pairs(table, given):
                pairs += row["part"] == 0
                yield row

    _make(server, collection, schema, rows(), {"field_name": "at", "index_type": "FLAT"})
    return pairs


def _make_vectors(server: Server, collection: str, vectors: Any, dimension: int) -> None:
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("row", DataType.INT64, is_primary=True)
    schema.add_field("vec", DataType.FLOAT_VECTOR, dim=dimension)
    index: dict[str, Any] = {"field_name": "vec", "index_type": "FLAT"}
    if len(vectors) > LISTS_ABOVE:
        index |= {"index_type": "IVF_FLAT", "params": {"nlist": LISTS}}
    rows = ({"row": row, "vec": np.float32(vector)} for row, vector in enumerate(vectors))
    _make(server, collection, schema, rows, index)


def _make(
    server: Server,
    collection: str,
    schema: Any,
    rows: Iterable[dict[str, Any]],
    index: dict[str, Any],
) -> None:
    server.write("create_collection", collection, schema=schema, consistency_level="Bounded")
    written = 0
    for some in _in_requests(rows):
        server.write("insert", collection, data=some)
        written += len(some)
    server.write("flush", collection)
    parameters = MilvusClient.prepare_index_params()
    parameters.add_index(metric_type="IP", **index)
    server.write("create_index", collection, index_params=parameters)
    server.write("load_collection", collection)
    found = count_rows(server, collection, "", "Strong")
    if found != written:
        raise RowsDiffer(f"it has {found:,} rows in {collection} of {written:,} that it was given")


def _in_requests(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        some.append(row)
        size += sum(map(_size, row.values()))
        if len(some) == _ROWS or size >= _BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some


def _size(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    return len(value) if isinstance(value, str) else 8
