"""Verify an index: every byte against its manifest, every quote against its release.

Reads    the generation that serves, and the release files it was built from if they are there
Gives    `Verification`: what was checked, and every fault found
"""

import codecs
import hashlib
from collections.abc import Container, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from qa.errors import IndexDamaged
from qa.index.catalogue import load_catalogue
from qa.index.extracted import Extracted, changed_files, compare_extracted, is_extracted
from qa.index.files import check_file
from qa.index.garbage import MANIFEST
from qa.index.read_back import files_below
from qa.index.reads import SegmentTexts
from qa.index.segment import CATALOGUE
from qa.index.sources import alive_sources
from qa.index.store import Pinned, pin_current
from qa.records import Paragraph, Release
from qa.releases.folder import MAX_FILE_BYTES, files_by_id


class CheckedTexts(SegmentTexts, Protocol):
    """Texts of a segment whose paragraphs can be counted."""

    def count_of(self, release: int) -> int:
        """Give how many paragraphs a release has."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found.

    Attributes:
        generation: Name of the generation.
        files: Files of it that were compared byte for byte.
        releases: Releases whose stored text was compared with the SHA-256 of its file.
        quotes: Paragraphs and sentences compared with their release's text.
        faults: One line for each thing that is wrong; empty if all is well.
        changed: Releases whose file differs from, or is gone since, the build, or would be
            extracted by another version; not a fault.
    """

    generation: str
    files: int
    releases: int
    quotes: int
    faults: tuple[str, ...]
    changed: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return asdict(self)


def verify_index(
    index: str | Path,
    releases: str | Path | None = None,
    *,
    max_file_bytes: int = MAX_FILE_BYTES,
) -> Verification:
    """Verify the generation that serves; no model is needed.

    Args:
        index: The index folder.
        releases: The folder it was built from: to tell which files changed since, and to extract
            anew the texts of formats that are not text.
        max_file_bytes: Largest text file that is read.

    Raises:
        IndexFault: There is no index, or its manifest cannot be read.
        ReleasesError: There is no such folder of releases.
    """
    pinned = pin_current(index)
    try:
        faults = list(_byte_faults(pinned))
        checked_releases = checked_quotes = 0
        extracted: list[Extracted] = []
        if not faults:
            for release, quotes, wrong in _releases_with_quotes(pinned):
                checked_releases += 1
                checked_quotes += len(quotes)
                faults += wrong + _release_faults(release) + _quote_faults(release, quotes)
                if is_extracted(release):
                    extracted.append(Extracted.of(release))
        changed: list[str] = []
        if releases is not None:
            files = files_by_id(releases)
            changed += changed_files(alive_sources(pinned), files)
            unlike = compare_extracted(extracted, Path(releases), files, max_file_bytes)
            faults += unlike.faults
            changed += unlike.notes
        return Verification(
            pinned.name,
            len(pinned.manifest.files),
            checked_releases,
            checked_quotes,
            tuple(faults),
            tuple(changed),
        )
    finally:
        pinned.close()


def is_text_of_its_file(release: Release) -> bool:
    """Tell whether the stored text has the SHA-256 of the file that it was read from."""
    return any(hashlib.sha256(data).hexdigest() == release.sha256 for data in _encoded(release))


def _byte_faults(pinned: Pinned) -> Iterator[str]:
    there = set(files_below(pinned.folder))
    for name in sorted(there - {MANIFEST, *pinned.manifest.files}):
        yield f"{pinned.folder / name}: is not listed in the manifest"
    for name, record in pinned.manifest.files.items():
        try:
            check_file(pinned.folder / name, record)
        except IndexDamaged as error:
            yield str(error)


def _releases_with_quotes(
    pinned: Pinned,
) -> Iterator[tuple[Release, list[tuple[int, int, str]], list[str]]]:
    """Give each release that may be found with its quotes."""
    manifest = pinned.manifest
    dead, counts = (frozenset(manifest.dead), frozenset[int]()), (manifest.base, manifest.delta)
    for files, held, without in zip(pinned.segments, counts, dead, strict=False):
        with closing(load_catalogue(files, CATALOGUE)) as catalogue:
            yield from _of_segment(catalogue, held.releases if held else 0, without)


def text_faults(
    catalogue: CheckedTexts, releases: int, dead: Container[int]
) -> Iterator[tuple[int, list[str]]]:
    """Compare the quotes of each release that may be found with its text, and that with its file.

    Args:
        catalogue: Has them.
        releases: How many there are.
        dead: Rows of those that may not be found.

    Yields:
        Of each release how many quotes were compared, and what is wrong.
    """
    for release, quotes, wrong in _of_segment(catalogue, releases, dead):
        yield len(quotes), wrong + _release_faults(release) + _quote_faults(release, quotes)


def _of_segment(
    catalogue: CheckedTexts, releases: int, dead: Container[int]
) -> Iterator[tuple[Release, list[tuple[int, int, str]], list[str]]]:
    row = 0
    for release_row in range(releases):
        if release_row in dead:
            row += catalogue.count_of(release_row)
            continue
        release = catalogue.release(release_row)
        count = catalogue.count_of(release_row)
        wrong: list[str] = []
        paragraphs: Iterable[Paragraph] = ()
        try:
            paragraphs = catalogue.paragraphs(range(row, row + count)).values()
        except ValueError as error:  # a span that does not fit its text
            wrong = [f"{release.id}: {error}"]
        row += count
        spans = [(p.start, p.end, p.text) for p in paragraphs]
        spans += [(s.start, s.end, s.text) for p in paragraphs for s in p.sentences]
        yield release, spans, wrong


def _release_faults(release: Release) -> list[str]:
    if is_extracted(release) or is_text_of_its_file(release):
        return []
    return [f"{release.id}: the stored text is not the text of the file it was read from"]


def _encoded(release: Release) -> Iterator[bytes]:
    """Give the bytes that decode to a release's text; UTF-16 comes in either byte order."""
    if release.encoding != "utf-16":
        yield release.text.encode(release.encoding)
        return
    yield codecs.BOM_UTF16_LE + release.text.encode("utf-16-le")
    yield codecs.BOM_UTF16_BE + release.text.encode("utf-16-be")


def _quote_faults(release: Release, quotes: list[tuple[int, int, str]]) -> list[str]:
    return [
        f"{release.id}: characters {start} to {end} are not the quote stored for them"
        for start, end, text in quotes
        if release.text[start:end] != text or not text
    ]
