"""What of the generation before need not be read again: releases whose files are the same.

A reading is taken from the catalogue before if the very same code made it of the very same
bytes. Boilerplate is not part of it: that is told from all releases, in every build.

Reads    the catalogue of the generation before
Gives    `KnownReleases`: readings by the SHA-256 of the file
"""

import sqlite3
from collections.abc import Container, Iterable, Sequence
from contextlib import closing
from dataclasses import replace

from qa.errors import IndexFault
from qa.index.catalogue import load_catalogue
from qa.index.files import CheckedFiles
from qa.index.segment import CATALOGUE
from qa.index.store import Pinned
from qa.records import Skipped
from qa.releases.decode import decode
from qa.releases.fingerprint import reading_fingerprint
from qa.releases.formats.document import INSIDE
from qa.releases.formats.known_formats import of_this_map
from qa.releases.one_file import ReleaseFile
from qa.releases.reader import Reading


class KnownReleases:
    """Readings of an earlier build."""

    def __init__(
        self,
        readings: Iterable[Reading],
        skipped: Sequence[Skipped] = (),
        again: Container[str] = (),
    ) -> None:
        """Take them in, what was skipped beside them, and which files are to be read again."""
        self._of: dict[str, Reading] = {}
        self._in: dict[str, list[Reading]] = {}
        for reading in readings:
            self._of[reading.release.sha256] = reading
            self._in.setdefault(reading.release.sha256, []).append(reading)
        self._skipped = skipped
        self._again = again

    def reading_of(self, file: ReleaseFile) -> Reading | None:
        """Give what reading this file would give, under its name; None if that is not known."""
        reading = self._of.get(file.sha256)
        if reading is None:
            return None
        release, decoded = reading.release, decode(file.data)
        # Cheap beside reading, and it shows that every span counts in this very text.
        if (decoded.text, decoded.encoding) != (release.text, release.encoding):
            return None
        return replace(reading, release=replace(release, id=file.id))

    def readings_in(
        self, file: ReleaseFile, columns: bytes | None
    ) -> list[Reading | Skipped] | None:
        """Give what reading this file gave under this name; None if that is not known.

        The fingerprint of reading covers what extracted it; the map of a table's columns is beside
        the file, so it is compared.
        """

        def belongs(place: str) -> bool:
            return place == file.id or place.startswith(file.id + INSIDE)

        if file.id in self._again:
            return None
        held = [one for one in self._in.get(file.sha256, ()) if belongs(one.release.id)]
        if not all(of_this_map(file.id, one.release.encoding, columns) for one in held):
            return None
        return [*held, *(one for one in self._skipped if belongs(one.path))] if held else None


def known_releases(
    before: Pinned | None,
    files: Iterable[ReleaseFile],
    again: Container[str] = (),
    segments: Iterable[CheckedFiles] | None = None,
) -> KnownReleases | None:
    """Give what is known of some files; None if everything is to be read.

    Args:
        before: The generation that serves, whole and held.
        files: The files.
        again: Those of them that are read again though they are the same.
        segments: Those of its segments that are looked into; all if None.
    """
    if before is None or not before.manifest.reading:
        return None
    if before.manifest.reading != reading_fingerprint():
        return None
    try:
        wanted = {file.sha256 for file in files}
        known: list[Reading] = []
        for segment in before.segments if segments is None else segments:
            with closing(load_catalogue(segment, CATALOGUE)) as catalogue:
                known += catalogue.readings(wanted)
        return KnownReleases(known, before.manifest.skipped, again)
    except (IndexFault, sqlite3.Error, ValueError, TypeError, KeyError):
        return None  # whatever is wrong with it, the files are here
