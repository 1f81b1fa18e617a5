"""What is read: releases, their paragraphs and sentences, and files that were left out.

Offsets count characters (code points) of the release file decoded as its recorded
encoding, with newlines untouched, from 0; spans are half open.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a paragraph is to its release; found by form and repetition, never by topic."""

    BODY = "body"
    HEADING = "heading"
    LIST_ITEM = "list item"
    CAPTION = "caption"
    NOTE = "note to editors"
    BOILERPLATE = "boilerplate"
    SIGNATURE = "signature"
    DATE_LINE = "date line"


@dataclass(frozen=True, slots=True)
class Period:
    """A span of whole days, first and last included: a day, a month, or longer.

    >>> Period(date(2020, 11, 1), date(2020, 11, 30)).iso
    '2020-11'
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @classmethod
    def of_month(cls, year: int, month: int) -> "Period":
        """Give the whole month, e.g. (2020, 2) is 1 to 29 February 2020."""
        next_month = date(year + month // 12, month % 12 + 1, 1)
        return cls(date(year, month, 1), next_month - timedelta(days=1))

    @property
    def iso(self) -> str:
        """`YYYY-MM-DD` for a day, `YYYY-MM` for a whole month, else first/last."""
        if self.first == self.last:
            return self.first.isoformat()
        if self == Period.of_month(self.first.year, self.first.month):
            return self.first.strftime("%Y-%m")
        return f"{self.first.isoformat()}/{self.last.isoformat()}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who is quoted, in the words of the release.

    Attributes:
        name: e.g. "Jo Bloggs"; None where only a role is given ("a spokesperson").
        role: Rank or office before or after the name, e.g. "Superintendent"; None if not given.
        organisation: e.g. "Serious Crime Unit", as written; None if not given.
    """

    name: str | None
    role: str | None = None
    organisation: str | None = None

    def __str__(self) -> str:
        named = " ".join(part for part in (self.role, self.name) if part)
        return ", ".join(part for part in (named, self.organisation) if part)

    def to_dict(self) -> dict[str, Any]:
        """Give the three attributes as JSON values."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Span:
    """Some words of a paragraph: a verbatim slice of the release file."""

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        _check_span(self.start, self.end, self.text)

    def to_dict(self) -> dict[str, Any]:
        """Give start, end and text."""
        return dataclasses.asdict(self)


class Sentence(Span):
    """One sentence of a paragraph, or a run of them: what is marked is always whole."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of one release: what is indexed, ranked and quoted.

    Attributes:
        number: Its place in the release, counted from 1, as a reader counts.
        start: Offset of its first character in the release file.
        end: Offset one past its last character.
        text: The characters as published, markup included.
        kind: What it is to the release.
        sentences: In order; empty only if the paragraph holds no sentence.
        speaker: Who speaks, where it is (part of) a quotation.
    """

    number: int
    start: int
    end: int
    text: str
    kind: Kind = Kind.BODY
    sentences: tuple[Sentence, ...] = ()
    speaker: Speaker | None = None

    def __post_init__(self) -> None:
        _check_span(self.start, self.end, self.text)


@dataclass(frozen=True, slots=True)
class Release:
    """One press release, read from a file.

    Attributes:
        id: Path below the releases folder, `/`-separated; `file!/inner` if it is inside a file.
        title: For display; entities decoded, markup taken off.
        areas: Forces or districts that published it; often one, empty if unknown.
        url: Web address it was published at; None if unknown.
        published: When, as far as the file tells; None if unknown.
        published_source: Which part of the file told, e.g. "publish.date"; None if unknown.
        text: The whole file as decoded, newlines untouched; of a format that is not text, what
            was extracted.
        encoding: How the text was made: the Python codec that decodes the file, or the format and
            what extracted it, e.g. "pdf by pypdf 7.1.1".
        size: Bytes of the file.
        sha256: Hex digest of those bytes.
        paragraphs: In reading order, numbered from 1.
    """

    id: str
    title: str
    areas: tuple[str, ...]
    url: str | None
    published: Period | None
    published_source: str | None
    text: str
    encoding: str
    size: int
    sha256: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def area(self) -> str:
        """All its areas in one line, empty if unknown."""
        return ", ".join(self.areas)


@dataclass(frozen=True, slots=True)
class Skipped:
    r"""A file that was left out of a build.

    Attributes:
        path: Below the releases folder; bytes that are no UTF-8 shown as `\xNN`.
        reason: What is wrong with it.
        cure: What its owner can do.
    """

    path: str
    reason: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; {self.cure}"

    def to_dict(self) -> dict[str, Any]:
        """Give path, reason and cure."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one build did.

    Attributes:
        generation: Name of the generation that now serves.
        changed: False where nothing had changed and the old one goes on serving.
        releases: Releases in it.
        paragraphs: Paragraphs in it.
        dated: Releases with a known publish date.
        embedded: Texts the model was run on.
        reused: Paragraphs whose vectors were already known.
        awaiting_purge: Releases that were removed or changed, whose text is in no answer and still
            in a file of the index.
        skipped: Files left out.
        seconds: Wall time.
    """

    generation: str
    changed: bool
    releases: int
    paragraphs: int
    dated: int
    embedded: int
    reused: int
    awaiting_purge: int
    skipped: tuple[Skipped, ...]
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self)


def _check_span(start: int, end: int, text: str) -> None:
    if start < 0 or end - start != len(text):
        raise ValueError(f"characters {start} to {end} cannot hold {len(text)} characters")
