"""Check a folder of releases before it is built: dates, doubles, and what cannot be read.

No index and no model is needed, and nothing is changed.

Reads    a folder of releases
Gives    `Checked`: counts, and a `Finding` for each thing that is worth mending
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from qa.errors import UnreadableRelease
from qa.records import Skipped
from qa.releases.extraction import Extraction
from qa.releases.folder import MAX_FILE_BYTES, load_files
from qa.releases.formats.known_formats import COLUMNS_ENDING, UNKNOWN, is_columns
from qa.releases.one_file import ReleaseFile
from qa.releases.reader import NO_TEXT
from qa.releases.similar import Similarity
from qa.releases.understanding import Look, Understood, looks


class Fault(StrEnum):
    """What may be found; the order is that of reports."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    UNKNOWN = "unknown"
    DUPLICATE = "duplicate"
    SIMILAR = "similar"
    UNDATED = "undated"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is worth mending.

    Attributes:
        fault: What kind of thing.
        path: Of the file or release, below the folder.
        said: What was found.
        cure: What its owner can do.
    """

    fault: Fault
    path: str
    said: str
    cure: str

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {
            "fault": str(self.fault), "path": self.path, "said": self.said, "cure": self.cure,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a folder.

    Attributes:
        files: Files that were looked at.
        releases: Releases that can be read.
        paragraphs: Of all of them.
        dated: Releases with a date.
        findings: By kind, then by path.
    """

    files: int
    releases: int
    paragraphs: int
    dated: int
    findings: tuple[Finding, ...]

    def count(self) -> Counter[Fault]:
        """Count the findings of each kind."""
        return Counter(one.fault for one in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {
            "well": not self.findings,
            "files": self.files,
            "releases": self.releases,
            "paragraphs": self.paragraphs,
            "dated": self.dated,
            "findings": [one.to_dict() for one in self.findings],
        }


def check_folder(
    folder: str | Path,
    *,
    only: Collection[Fault] = (),
    max_file_bytes: int = MAX_FILE_BYTES,
    today: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Checked:
    """Check every file of a folder.

    Args:
        folder: Where the releases lie.
        only: Kinds to report; all, if it is empty.
        max_file_bytes: Larger text files cannot be read; other formats may have a multiple.
        today: Decides which dates are in the future.
        progress: Called with (files read, files in all).

    Raises:
        ReleasesError: There is no such folder, or it cannot be listed.
    """
    files, skipped = load_files(folder, max_file_bytes=max_file_bytes)
    seen = _Seen([_unreadable(one) for one in skipped])
    columns = {file.id: file.data for file in files if is_columns(file.id)}
    # As the summary counts: a map of columns goes with its table, and what cannot be read is done.
    done, total = len(skipped), len(files) - len(columns) + len(skipped)
    with Extraction() as extraction:
        for file in files:
            if is_columns(file.id):
                continue
            if not seen.is_double(file):
                try:
                    for one in looks(
                        file,
                        columns.get(file.id + COLUMNS_ENDING),
                        max_file_bytes=max_file_bytes,
                        extraction=extraction,
                        today=today or date.today(),
                    ):
                        seen.note(one, file.size)
                except UnreadableRelease as error:
                    seen.note(Skipped(file.id, error.reason, error.cure), file.size)
            done += 1
            if progress is not None:
                progress(done, total)
    return seen.checked(total, only)


class _Seen:
    """What was seen of the folder so far."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        self.found: list[Understood] = []
        self.similarity = Similarity()
        self.first_with: dict[str, str] = {}

    def is_double(self, file: ReleaseFile) -> bool:
        """Tell whether a file is the very same as an earlier one, and note it."""
        first = self.first_with.setdefault(file.sha256, file.id)
        if first == file.id or not file.size:
            return False
        said = f"the very same as {first}"
        self.findings.append(Finding(Fault.DUPLICATE, file.id, said, "remove one of the two"))
        return True

    def note(self, one: Look | Skipped, size: int) -> None:
        """Take note of a release, or of what cannot be read."""
        if isinstance(one, Skipped):
            self.findings.append(_unreadable(one, size))
            return
        self.similarity.note(one.texts)
        self.found.append(one.understood)
        self.findings += _of_date(one.understood)

    def checked(self, files: int, only: Collection[Fault]) -> Checked:
        self.findings += self._alike()
        order = list(Fault)
        kept = [one for one in self.findings if not only or one.fault in only]
        return Checked(
            files,
            len(self.found),
            sum(one.paragraphs for one in self.found),
            sum(one.published is not None for one in self.found),
            tuple(sorted(kept, key=lambda one: (order.index(one.fault), one.path, one.said))),
        )

    def _alike(self) -> Iterator[Finding]:
        for pair in self.similarity.alike():
            path, other = self.found[pair.later].path, self.found[pair.earlier].path
            if pair.share == 1:
                said = f"its text is the same as that of {other}"
                yield Finding(Fault.DUPLICATE, path, said, "remove one of the two")
            else:
                said = f"{pair.share:.0%} of its text is that of {other}"
                yield Finding(
                    Fault.SIMILAR, path, said, "keep the later one, if it corrects the other"
                )


def _of_date(release: Understood) -> Iterator[Finding]:
    if release.published is None:
        yield Finding(
            Fault.UNDATED, release.path, "it states no date",
            "add a head with a line such as 'date: 2021-01-31'",
        )  # fmt: skip
    for doubt in release.doubts:
        yield Finding(Fault.DOUBTFUL, release.path, doubt, "correct what is wrong in the file")


def _unreadable(one: Skipped, size: int | None = None) -> Finding:
    is_empty = size == 0 or one.reason == NO_TEXT
    fault = {UNKNOWN: Fault.UNKNOWN}.get(one.reason, Fault.UNREADABLE)
    return Finding(Fault.EMPTY if is_empty else fault, one.path, one.reason, one.cure)
