"""What passes between a file and the reader of its format: `Source` in, `Document`s out.

Each format is a module with one function, `parts(source)`. A part is one release of the file, or
one file of an archive; what costs time and may fail is done by its `read`, one part after another,
so that a part which is faulty costs only itself.

    page.html ─► parts ─► Part "" ─► Document
    feed.xml  ─► parts ─► Part "first-item-5d1c9a02" ─► Document, Part ...
    all.zip   ─► parts ─► Part "north/a.md" ─► Document, Part "b.mbox" ─► Document, Document, ...
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.head import Head
from qa.releases.slugs import short_digest, slug

INSIDE = "!/"  # stands in an id between a file and what is inside it

_UNFIT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff]")
_MAX_WORDS = 60  # characters of a name inside a file, its digest apart
_MAX_VALUE = 2000  # characters of a title or an area, or of an address


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read.

    Attributes:
        name: Its name; the ending tells its format.
        data: Its bytes.
        max_bytes: Largest text file that is read; other formats may have a multiple.
        columns: What its owner says of its columns: a YAML map, if it is a table.
        depth: How many archives it is in.
    """

    name: str
    data: bytes
    max_bytes: int
    columns: bytes | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One release, as the reader of a format makes it.

    Attributes:
        inner: Its name inside the file, `/`-separated; empty if the file is one release.
        text: What is kept, and what quotes count in: paragraphs with blank lines between them.
        head: What the file says of it, by the keys of a YAML head.
        made: How the text was made, e.g. "pdf by pypdf 7.1.1".
        dates: Further dates of publication and what told them, the best first.
    """

    inner: str
    text: str
    head: Head
    made: str
    dates: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {
            "inner": self.inner,
            "text": self.text,
            "values": self.head.values,
            "body_start": self.head.body_start,
            "made": self.made,
            "dates": self.dates,
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Document":
        """Make one of what `to_dict` gave."""
        return cls(
            values["inner"],
            values["text"],
            Head(values["values"], values["body_start"]),
            values["made"],
            tuple((source, text) for source, text in values["dates"]),
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A part that cannot be read: its name inside the file, why, and what to do."""

    inner: str
    reason: str
    cure: str


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file, not read yet.

    Attributes:
        inner: Its name inside the file; empty if it is the whole file.
        read: Reads it; may raise `UnreadableRelease`.
    """

    inner: str
    read: Callable[[], Iterable[Document | Refused]]


def bounded(document: Document, most: int) -> Document:
    """Give a document whose head is no longer than heads are.

    Args:
        document: As a reader made it: a small file can unfold to a text without end.
        most: Characters of text that it may have.

    Raises:
        UnreadableRelease: It has more.
    """
    if len(document.text) > most:
        raise UnreadableRelease(
            f"its text has {len(document.text):,} characters; at most {most:,} are read",
            "split it, or raise max_file_kb in qa.yaml",
        )
    values = {
        key: value[:_MAX_VALUE] if isinstance(value, str) else value
        for key, value in document.head.values.items()
        if key != "url" or len(value) <= _MAX_VALUE  # half an address leads elsewhere
    }
    dates = tuple((source, text[:_MAX_VALUE]) for source, text in document.dates)
    return replace(document, head=Head(values, document.head.body_start), dates=dates)


def fit_text(text: str) -> str:
    r"""Take out of an extracted text what no text holds, and make the ends of its lines alike.

    >>> fit_text("a\r\nb\x00\x0cc")
    'a\nb\nc'
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    return _UNFIT.sub("", lines)


def inner_name(key: str, words: str) -> str:
    """Name a release inside a file, the same in every build: readable, and told apart by `key`.

    Args:
        key: What tells it from all others: an address, an id, the bytes of a message.
        words: What a reader knows it by.

    >>> inner_name("https://x.example/1", "Two men held!")
    'two-men-held-1f0aaa98'
    """
    return "-".join(filter(None, (_first_words(slug(words)), short_digest(key))))


def _first_words(whole: str) -> str:
    if len(whole) <= _MAX_WORDS:
        return whole
    return whole[:_MAX_WORDS].rpartition("-")[0] or whole[:_MAX_WORDS]


def told_apart(names: Sequence[str]) -> list[str]:
    """Number the later ones of names that are the same.

    >>> told_apart(["a", "b", "a"])
    ['a', 'b', 'a-2']
    """
    seen: dict[str, int] = {}
    apart = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        apart.append(name if seen[name] == 1 else f"{name}-{seen[name]}")
    return apart
