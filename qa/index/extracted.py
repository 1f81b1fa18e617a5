"""Compare what an index keeps of release files with the files as they are now.

The text of a text file is in the file, so its hash tells all. A text that was extracted, from PDF
or HTML, is compared with what the same file gives when it is extracted again.

Reads    a folder of release files
Gives    what differs
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa.errors import UnreadableRelease
from qa.index.sources import Source
from qa.records import Release, Skipped
from qa.releases.extraction import Extraction
from qa.releases.folder import file_of
from qa.releases.formats.document import INSIDE
from qa.releases.formats.known_formats import COLUMNS_ENDING, TEXT, format_of
from qa.releases.one_file import ReleaseFile, read_file
from qa.releases.walk import read_bytes

Files = Mapping[str, Path]  # where each file is, by its id


@dataclass(frozen=True, slots=True)
class Extracted:
    """Of a release whose text was extracted: id, hash of its file, how it was made, text's hash."""

    id: str
    file_sha256: str
    made: str
    text_sha256: str

    @classmethod
    def of(cls, release: Release) -> "Extracted":
        """Take it from a release."""
        text = hashlib.sha256(release.text.encode()).hexdigest()
        return cls(release.id, release.sha256, release.encoding, text)


@dataclass(slots=True)
class Unlike:
    """What differs when it is extracted again: faults, and what explains itself."""

    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def is_extracted(release: Release) -> bool:
    """Tell whether the text of a release is not simply that of its file."""
    return INSIDE in release.id or format_of(release.id) not in (None, TEXT)


def changed_files(records: Iterable[Source], files: Files) -> list[str]:
    """Tell which releases have a file that changed, or is gone; one line for each."""
    digests: dict[str, str | None] = {}
    changed = []
    for record in records:
        file = file_of(record.path, files.__contains__)
        if file not in digests:
            digests[file] = _digest(files.get(file))
        if digests[file] is None:
            changed.append(f"{record.path}: no longer there")
        elif digests[file] != record.sha256:
            changed.append(f"{record.path}: changed since the index was built")
    return changed


def compare_extracted(
    stored: Iterable[Extracted], folder: Path, files: Files, max_file_bytes: int
) -> Unlike:
    """Extract again what was extracted, of every file that is the same, and compare the texts."""
    found = Unlike()
    by_file: dict[str, list[Extracted]] = {}
    for one in stored:
        file = file_of(one.id, files.__contains__)
        if _digest(files.get(file)) == one.file_sha256:
            by_file.setdefault(file, []).append(one)
    with Extraction() as extraction:
        for name, releases in by_file.items():
            try:
                now = _again(name, folder, files, max_file_bytes, extraction)
            except UnreadableRelease as error:
                found.notes.append(f"{name}: its text cannot be compared: {error}")
                continue
            _compare(releases, now, found)
    return found


def _again(
    name: str, folder: Path, files: Files, max_file_bytes: int, extraction: Extraction
) -> dict[str, Extracted]:
    def data(ending: str = "") -> bytes:
        return read_bytes(str(files[name + ending]), folder, max_file_bytes)

    columns = data(COLUMNS_ENDING) if name + COLUMNS_ENDING in files else None
    outcomes = read_file(ReleaseFile(name, data(), data), columns, max_file_bytes, extraction)
    releases = [one.release for one in outcomes if not isinstance(one, Skipped)]
    return {release.id: Extracted.of(release) for release in releases}


def _compare(releases: Sequence[Extracted], now: dict[str, Extracted], found: Unlike) -> None:
    for then in releases:
        same = now.get(then.id)
        if same is None:
            found.notes.append(f"{then.id}: is not found in its file any more; build again")
        elif same.made != then.made:
            found.notes.append(
                f"{then.id}: was read as {then.made}, would now be as {same.made}; build again"
            )
        elif same.text_sha256 != then.text_sha256:
            found.faults.append(
                f"{then.id}: the stored text is not what {then.made} makes of its file"
            )


def _digest(place: Path | None) -> str | None:
    if place is None:
        return None
    try:
        with place.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
