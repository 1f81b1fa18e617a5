"""Verify what a server has: its rows make the very bytes of the build's files, and all quotes.

Reads    every row of the generation that serves
Gives    `Verification`, as `qa.index.verify` does
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import numpy as np

from qa.engines.far.catalogue import FarCatalogue
from qa.engines.far.files import FarFiles, far_files
from qa.engines.far.source import Source, Stored
from qa.engines.far.tables import (
    COLUMNS,
    LEFT_OUT,
    PARAGRAPH_TERMS,
    PARAGRAPHS,
    PIECES,
    RELEASE_TERMS,
    RELEASES,
    SENTENCES,
    Table,
    piece_starts,
)
from qa.errors import IndexDamaged
from qa.index.columns import load_columns
from qa.index.files import FileRecord, Records
from qa.index.manifest import Counts
from qa.index.pieces import VECTORS as PIECE_VECTORS
from qa.index.segment import CATALOGUE, CODES, VECTORS
from qa.index.verify import Verification, text_faults

_AT_ONCE = 5000  # rows that are brought together


def verify_source(source: Source) -> Verification:
    """Verify the generation that serves on a server; no model and no folder is needed.

    Raises:
        IndexFault: There is none, or it cannot be read.
    """
    with closing(source):
        current = source.current()
        manifest = current.read()
        checked, faults, releases, quotes = 0, [], 0, 0
        for number, (segment, records) in enumerate(current.records(manifest)):
            dimension = manifest.model.dimension
            stored = source.stored(segment, vector_type(records), dimension)
            files, counts = far_files(stored, records), manifest.segments[number]
            names = sorted(set(records) - {*LEFT_OUT, CATALOGUE})
            checked += len(names)
            faults += _faults(files, names, counts, dimension)
            if faults:
                continue
            catalogue = FarCatalogue(stored, load_columns(files))
            dead = frozenset(manifest.dead if number == 0 else ())
            for found, wrong in text_faults(catalogue, counts.releases, dead):
                releases, quotes = releases + 1, quotes + found
                faults += wrong
        return Verification(current.name, checked, releases, quotes, tuple(faults), ())


def vector_type(records: Records) -> np.dtype[Any]:
    """Give the type of the vectors of a segment: 16 bits a number in a large one."""
    return np.dtype(np.float16 if CODES in records else np.float32)


def _faults(files: FarFiles, names: Sequence[str], counts: Counts, dimension: int) -> list[str]:
    faults = []
    for name in names:
        try:
            if name not in COLUMNS and name != VECTORS:
                files.read(name)
            elif _record(files, name, counts, dimension) != files.records[name]:
                faults.append(f"{files.stored.name}: the rows of {name} are not those loaded")
        except IndexDamaged as error:
            faults.append(str(error))
    return faults or _surplus(files, counts)


def _surplus(files: FarFiles, counts: Counts) -> list[str]:
    """Tell of rows that are nobody's: they are in no file, but a search would find them."""
    tables: dict[Table | None, int] = {
        table: len(_numbers(files, table)) for table in (PIECES, RELEASE_TERMS, PARAGRAPH_TERMS)
    }
    tables |= {RELEASES: counts.releases, PARAGRAPHS: counts.paragraphs, None: counts.paragraphs}
    return [
        f"{files.stored.name}: {table.name if table else 'vectors'} has {found:,} rows, "
        f"not {expected:,}"
        for table, expected in tables.items()
        if (found := files.stored.count(table)) != expected
    ]


def _record(files: FarFiles, name: str, counts: Counts, dimension: int) -> FileRecord:
    """Give the record of a file as its rows would write it."""
    head = _head(files, name, counts, dimension)
    digest, size = hashlib.sha256(head), len(head)
    for data in _rows(files, name, counts):
        digest.update(data)
        size += len(data)
    return FileRecord(size, digest.hexdigest())


def _head(files: FarFiles, name: str, counts: Counts, dimension: int) -> bytes:
    if name == VECTORS:
        dtype = vector_type(files.records)
        shape: tuple[int, ...] = (counts.paragraphs, dimension)
    elif name == PIECE_VECTORS:
        width = files.array("pieces-projection.npy").shape[1]
        dtype, shape = np.dtype(np.int8), (counts.pieces, width)
    elif name == SENTENCES:
        dtype, shape = np.dtype(np.uint8), (counts.pieces,)
    else:
        texts, _, part = name.removesuffix(".npy").partition("-")
        dtype = np.dtype(np.int32 if part == "rows" else np.float32)
        shape = (int(files.array(f"{texts}-indptr.npy")[-1]),)
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        head,
        {
            "descr": np.lib.format.dtype_to_descr(dtype),
            "fortran_order": False,
            "shape": shape,
        },
    )
    return head.getvalue()


def _rows(files: FarFiles, name: str, counts: Counts) -> Iterator[bytes]:
    stored: Stored = files.stored
    if name == VECTORS:
        for start in range(0, counts.paragraphs, _AT_ONCE):
            rows = np.arange(start, min(start + _AT_ONCE, counts.paragraphs))
            try:
                yield stored.vectors(rows).tobytes()
            except IndexError:
                return  # fewer bytes than the record says
        return
    table, column = COLUMNS[name]
    numbers = _numbers(files, table)
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        for row in stored.fetch(table, some, first=column == 1, second=column == 2):
            yield row[column]


def _numbers(files: FarFiles, table: Table) -> Sequence[int]:
    if table is PIECES:
        starts: list[int] = piece_starts(files.array("pieces-spans.npy")).tolist()
        return starts
    texts = "releases" if table is RELEASE_TERMS else "paragraphs"
    return range(len(files.array(f"{texts}-indptr.npy")) - 1)
