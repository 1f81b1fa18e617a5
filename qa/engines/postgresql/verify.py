"""Verify what a server has: its rows make the very bytes of the build's files, and all quotes.

Reads    every row of the generation that serves
Gives    `Verification`, as `qa.index.verify` does
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import closing

import numpy as np
from psycopg import sql

from qa.engines.postgresql.catalogue import FarCatalogue
from qa.engines.postgresql.copying import IN_TABLES, LEFT_OUT, SENTENCES
from qa.engines.postgresql.files import FarFiles, far_files
from qa.engines.postgresql.server import Server
from qa.engines.postgresql.serving import read_current
from qa.errors import IndexDamaged
from qa.index.files import FileRecord
from qa.index.manifest import Counts, Manifest
from qa.index.pieces import VECTORS as PIECE_VECTORS
from qa.index.segment import CATALOGUE, CODES, VECTORS
from qa.index.verify import Verification, text_faults

_AT_ONCE = 5000  # rows that are brought together


def verify_server(address: str) -> Verification:
    """Verify the generation that serves on a server; no model and no folder is needed.

    Raises:
        IndexFault: There is none, or it cannot be read.
    """
    with closing(Server(address)) as server:
        current = read_current(server)
        manifest = current.read()
        files, faults, releases, quotes = 0, [], 0, 0
        for number, (schema, records) in enumerate(current.segments(manifest)):
            segment = far_files(server, schema, records)
            counts = manifest.segments[number]
            names = sorted(set(records) - {*LEFT_OUT, CATALOGUE})
            files += len(names)
            faults += [fault for name in names for fault in _fault(segment, name, counts, manifest)]
            if faults:
                continue
            dead = manifest.dead if number == 0 else ()
            catalogue = FarCatalogue(server, schema)
            for checked, wrong in text_faults(catalogue, counts.releases, frozenset(dead)):
                releases, quotes = releases + 1, quotes + checked
                faults += wrong
        return Verification(current.name, files, releases, quotes, tuple(faults), ())


def _fault(files: FarFiles, name: str, counts: Counts, manifest: Manifest) -> Iterator[str]:
    try:
        if name not in IN_TABLES:
            files.read(name)
        elif _digest(files, name, counts, manifest) != files.records[name]:
            yield f"{files.schema}: the rows of {name} are not those that were loaded"
    except IndexDamaged as error:
        yield str(error)


def _digest(files: FarFiles, name: str, counts: Counts, manifest: Manifest) -> FileRecord:
    """Give the record of a file as its rows would write it."""
    digest = hashlib.sha256()
    head = _head(files, name, counts, manifest)
    digest.update(head)
    size = len(head)
    for data in _rows(files, name):
        digest.update(data)
        size += len(data)
    return FileRecord(size, digest.hexdigest())


def _head(files: FarFiles, name: str, counts: Counts, manifest: Manifest) -> bytes:
    if name == VECTORS:
        dtype = np.dtype(np.float16 if CODES in files.records else np.float32)
        shape: tuple[int, ...] = (counts.paragraphs, manifest.model.dimension)
    elif name == PIECE_VECTORS:
        width = files.array("pieces-projection.npy").shape[1]
        dtype, shape = np.dtype(np.int8), (counts.pieces, width)
    elif name == SENTENCES:
        dtype, shape = np.dtype(np.uint8), (counts.pieces,)
    else:
        texts, _, part = name.removesuffix(".npy").partition("-")
        entries = int(files.array(f"{texts}-indptr.npy")[-1])
        dtype = np.dtype(np.int32 if part == "rows" else np.float32)
        shape = (entries,)
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


def _rows(files: FarFiles, name: str) -> Iterator[bytes]:
    table, key, column = {
        VECTORS: ("vectors", "row", "vec"),
        PIECE_VECTORS: ("pieces", "start", "vectors"),
        SENTENCES: ("pieces", "start", "sentences"),
        "releases-rows.npy": ("release_terms", "term", "rows"),
        "releases-scores.npy": ("release_terms", "term", "scores"),
        "paragraphs-rows.npy": ("paragraph_terms", "term", "rows"),
        "paragraphs-scores.npy": ("paragraph_terms", "term", "scores"),
    }[name]
    statement = sql.SQL(
        "SELECT {key}, {column} FROM {table} WHERE {key} > %s ORDER BY {key} LIMIT %s"
    ).format(
        key=sql.Identifier(key),
        column=sql.Identifier(column),
        table=sql.Identifier(files.schema, table),
    )
    last = -1
    while brought := files.server.fetch(statement, [last, _AT_ONCE]):
        last = brought[-1][0]
        data = b"".join(_plain(one) if name == VECTORS else one for _, one in brought)
        yield _turned(data, files) if name == VECTORS else data


def _plain(vector: bytes) -> bytes:
    return vector[4:]  # behind dimension and two bytes that are not used


def _turned(data: bytes, files: FarFiles) -> bytes:
    """Give numbers as files have them, from those that the server sends: largest byte first."""
    number = ">f2" if CODES in files.records else ">f4"
    return np.frombuffer(data, dtype=number).astype(number.replace(">", "<")).tobytes()
