"""What is understood of a file of releases: title, date and who says so, area, paragraphs.

Reads    a `ReleaseFile`, by the same readers and within the same limits as a build
Gives    an `Understood` for each release in it, and what is left out
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from qa.records import Period, Release, Skipped
from qa.releases.doubts import doubts
from qa.releases.extraction import Extraction
from qa.releases.formats.document import Document
from qa.releases.one_file import ReleaseFile, read_documents
from qa.releases.published import stated_dates
from qa.releases.reader import Reading


@dataclass(frozen=True, slots=True)
class Understood:
    """What is understood of one release.

    Attributes:
        path: Below the releases folder; `file!/inner` if it is inside a file.
        title: For display.
        areas: Who published it, if it says so.
        url: Its web address, if it is known.
        published: When, if it is known.
        published_source: What told the date.
        doubts: Reasons to doubt the date.
        paragraphs: How many it has.
    """

    path: str
    title: str
    areas: tuple[str, ...]
    url: str | None
    published: Period | None
    published_source: str | None
    doubts: tuple[str, ...]
    paragraphs: int

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {
            "path": self.path,
            "title": self.title,
            "areas": list(self.areas),
            "url": self.url,
            "published": self.published.iso if self.published else None,
            "published_source": self.published_source,
            "doubts": list(self.doubts),
            "paragraphs": self.paragraphs,
        }


@dataclass(frozen=True, slots=True)
class Look:
    """One release as it was looked at: what was understood, and what people read of it."""

    understood: Understood
    texts: tuple[str, ...]


def looks(
    file: ReleaseFile,
    columns: bytes | None,
    *,
    max_file_bytes: int,
    extraction: Extraction,
    today: date,
) -> Iterator[Look | Skipped]:
    """Look at each release of a file.

    Args:
        file: The file.
        columns: The map of its columns, if there is one.
        max_file_bytes: Largest text file; other formats may have a multiple.
        extraction: Reads what is not text.
        today: Decides which dates are in the future.

    Raises:
        UnreadableRelease: It cannot be read as a whole, or not to its end.
    """
    for one in read_documents(file, columns, max_file_bytes, extraction):
        yield one if isinstance(one, Skipped) else _look(*one, today)


def _look(document: Document, reading: Reading, today: date) -> Look:
    release: Release = reading.release
    body = document.text[document.head.body_start :]
    stated = tuple(stated_dates(document.head, release.url, body, document.dates))
    understood = Understood(
        release.id,
        release.title,
        release.areas,
        release.url,
        release.published,
        release.published_source,
        tuple(doubts(stated, today)),
        len(release.paragraphs),
    )
    return Look(understood, reading.texts)
