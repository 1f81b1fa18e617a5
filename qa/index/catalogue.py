"""The catalogue: releases and paragraphs by row, with the text they are cut from.

A SQLite database, made in memory and written as one file; read as one and held in memory, so
that what was compared with the manifest is what answers. Only a large one is read by SQLite from
the file that was compared, as it is needed. The text of every release is kept as it was read, so
a quote can be checked even if its file changes later.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from qa.errors import IndexDamaged
from qa.index.catalogue_rows import (
    RELEASE,
    TABLES,
    paragraph_values,
    reading_values,
    release_values,
    to_paragraph,
    to_period,
    to_reading,
    to_release,
)
from qa.index.files import CheckedFiles, FileRecord, write_file
from qa.records import Paragraph, Period, Release
from qa.releases.reader import Reading

_PARAGRAPH = "row, release, number, start, length, kind, sentences, speaker"
AT_ONCE = 1000  # rows a statement may name: SQLite takes only so many


@dataclass(frozen=True, slots=True)
class ReleaseHead:
    """A release without its text and paragraphs: what a citation needs."""

    id: str
    title: str
    areas: tuple[str, ...]
    url: str | None
    published: Period | None
    sha256: str


def write_catalogue(
    releases: Sequence[Release], place: Path, readings: Sequence[Reading] | None = None
) -> FileRecord:
    """Write releases, row i is releases[i], and their paragraphs in the same order.

    Args:
        releases: As they are shown.
        place: The file to make.
        readings: What each was before it was compared with the others. Without them, no later
            build may take releases from this catalogue.

    Returns:
        The record of the file.

    Raises:
        OSError: The disk is full or failing.
    """
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(TABLES)
        connection.executemany(
            "INSERT INTO releases VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            ((row, *release_values(release)) for row, release in enumerate(releases)),
        )
        connection.executemany(
            "INSERT INTO paragraphs VALUES (?,?,?,?,?,?,?,?)",
            ((row, *values) for row, values in enumerate(paragraph_values(releases))),
        )
        if readings is not None:
            connection.executemany(
                "INSERT INTO readings VALUES (?,?,?)", reading_values(releases, readings)
            )
        connection.commit()
        data = connection.serialize()
    return write_file(place, data)


class Catalogue:
    """Reads rows of a catalogue, given as its bytes or as its place; safe under threads.

    Raises:
        IndexDamaged: It is no catalogue.
    """

    def __init__(self, data: bytes | Path) -> None:
        self._connection = _connected(data)
        self._lock = threading.Lock()
        try:
            if isinstance(data, bytes):
                self._connection.deserialize(data)
            self._connection.execute("PRAGMA query_only = ON")
            self._connection.execute("PRAGMA trusted_schema = OFF")
            self._connection.execute("PRAGMA schema_version")  # reads the head of a file
        except sqlite3.Error as error:
            self._connection.close()
            raise IndexDamaged("the catalogue", f"cannot be opened ({error})") from None

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()

    def counts(self) -> tuple[int, int]:
        """Give how many releases and paragraphs there are."""
        statement = "SELECT (SELECT count(*) FROM releases), (SELECT count(*) FROM paragraphs)"
        releases, paragraphs = self._query(statement, [])[0]
        return int(releases), int(paragraphs)

    def heads(self, rows: Iterable[int]) -> dict[int, ReleaseHead]:
        """Give the heads of some releases, by row."""
        found = self._of_rows(
            "SELECT row, id, title, areas, url, first, last, sha256 FROM releases WHERE row", rows
        )
        return {
            row: ReleaseHead(id_, title, tuple(json.loads(areas)), url, to_period(first, last), sha)
            for row, id_, title, areas, url, first, last, sha in found
        }

    def paragraphs(self, rows: Iterable[int]) -> dict[int, Paragraph]:
        """Give some paragraphs, by row, their text cut from the release's."""
        found = self._of_rows(f"SELECT {_PARAGRAPH} FROM paragraphs WHERE row", rows)
        return {row: to_paragraph(*values) for row, _, *values in self._cut(found)}

    def release(self, row: int) -> Release:
        """Give one release with its text, without its paragraphs.

        Raises:
            KeyError: There is no such row.
        """
        for values in self._query(f"SELECT {RELEASE} FROM releases WHERE row = ?", [row]):
            return to_release(*values)
        raise KeyError(row)

    def bodies(self, rows: Iterable[int]) -> dict[int, str]:
        """Give the texts of some releases from their first paragraph on, by row."""
        found = self._of_rows(
            "SELECT r.row, substr(r.text, 1 + (SELECT min(p.start) FROM paragraphs p "
            "WHERE p.release = r.row)) FROM releases r WHERE r.row",
            rows,
        )
        return {row: text or "" for row, text in found}

    def count_of(self, release: int) -> int:
        """Give how many paragraphs a release has."""
        found = self._query("SELECT count(*) FROM paragraphs WHERE release = ?", [release])
        return int(found[0][0])

    def readings(self, wanted: Container[str]) -> Iterator[Reading]:
        """Give what was read of the files of some SHA-256, in order of rows.

        Raises:
            ValueError: Releases and paragraphs do not belong together.
        """
        releases = self._connection.execute(f"SELECT {RELEASE} FROM releases ORDER BY row")
        paragraphs = self._connection.execute(
            "SELECT p.release, p.number, p.start, p.length, coalesce(r.form, p.kind), p.sentences, "
            "p.speaker, r.text FROM paragraphs p LEFT JOIN readings r ON r.row = p.row "
            "ORDER BY p.row"
        )
        by_release = groupby(paragraphs, itemgetter(0))
        for row, (values, (of, rows)) in enumerate(zip(releases, by_release, strict=True)):
            if row != of:
                raise ValueError(f"paragraphs of release {of} stand where those of {row} should")
            if values[-1] in wanted:
                yield to_reading(values, rows)

    def release_rows(self) -> Iterator[tuple[Any, ...]]:
        """Give of every release its row, where its first paragraph starts, and its `RELEASE`."""
        return self._connection.execute(
            "SELECT row, coalesce((SELECT min(start) FROM paragraphs WHERE release = r.row), "
            f"length(text)), {RELEASE} FROM releases r ORDER BY row"
        )

    def paragraph_rows(self) -> Iterator[tuple[Any, ...]]:
        """Give of every paragraph its row, its release's, and what `to_paragraph` takes."""
        return self._cut(
            self._connection.execute(f"SELECT {_PARAGRAPH} FROM paragraphs ORDER BY row")
        )

    def _cut(self, found: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Put texts for lengths into rows of `_PARAGRAPH`, which come release by release.

        By `substr`, SQLite would go through a long text from its start for each of them.
        """
        for release, rows in groupby(found, itemgetter(1)):
            [(text,)] = self._query("SELECT text FROM releases WHERE row = ?", [release])
            for row, _, number, start, length, *facts in rows:
                yield row, release, number, start, text[start : start + length], *facts

    def _of_rows(self, statement: str, rows: Iterable[int]) -> list[tuple[Any, ...]]:
        """Run a statement that ends with what must be one of some rows, in order of rows."""
        wanted, found = sorted(set(rows)), []
        for first in range(0, len(wanted), AT_ONCE):
            some = wanted[first : first + AT_ONCE]
            found += self._query(f"{statement} IN ({','.join('?' * len(some))})", some)
        return found

    def _query(self, statement: str, values: Sequence[int]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def load_catalogue(files: CheckedFiles, name: str) -> Catalogue:
    """Open what `write_catalogue` wrote: in memory, or where it is if it is large.

    Raises:
        IndexDamaged: It is other than recorded, or no catalogue.
    """
    if not files.is_large(name):
        return Catalogue(files.read(name))
    place = files.folder / name
    with files.opened(name) as compared:
        catalogue = Catalogue(place)
        # SQLite opens files by name only: it must be the one that was compared.
        if not os.path.samestat(os.fstat(compared.fileno()), place.stat()):
            catalogue.close()
            raise IndexDamaged(str(place), "was replaced while it was opened")
    return catalogue


def _connected(data: bytes | Path) -> sqlite3.Connection:
    if isinstance(data, bytes):
        return sqlite3.connect(":memory:", check_same_thread=False)
    # Immutable: nothing is locked, and no journal is looked for.
    place = f"{data.absolute().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(place, uri=True, check_same_thread=False)
