"""Which formats are read: by the ending of a name, with the module and the library for each.

Nothing is imported before a file of the format is read.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from types import ModuleType

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Document, Part, Refused, Source, bounded


@dataclass(frozen=True, slots=True)
class Format:
    """A format.

    Attributes:
        name: Of its module in this package, and what people call it.
        endings: Of file names, in small letters.
        times: How many times larger than a text file one may be.
        extra: Which extra of the project installs its libraries, if it needs any.
        libraries: Distributions that make the text.
    """

    name: str
    endings: tuple[str, ...]
    times: int
    extra: str | None = None
    libraries: tuple[str, ...] = ()


TEXT = Format("text", (".md", ".markdown", ".txt"), 1)
TABLE = Format("table", (".csv", ".tsv", ".jsonl", ".ndjson"), 64)
ARCHIVE = Format(
    "archive",
    (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"),
    64,
)
FORMATS = (
    TEXT,
    Format("html", (".html", ".htm", ".xhtml"), 4, "html", ("trafilatura", "lxml")),
    Format("pdf", (".pdf",), 16, "pdf", ("pypdf",)),
    Format("docx", (".docx",), 16, "docx", ("mammoth", "lxml")),
    Format("feed", (".rss", ".atom", ".xml"), 16, "feeds", ("feedparser", "lxml")),
    Format("mail", (".eml",), 16),
    Format("mailbox", (".mbox",), 64),
    TABLE,
    ARCHIVE,
)
ENDINGS = tuple(ending for one in FORMATS for ending in one.endings)
UNKNOWN = "its format is not one that is read"
COLUMNS_ENDING = ".columns.yaml"  # beside a table, for its columns: `export.csv.columns.yaml`


def format_of(name: str) -> Format | None:
    """Tell the format of a file by its name; None if it is not one that is read."""
    small = name.lower()
    return next((one for one in FORMATS if small.endswith(one.endings)), None)


def is_columns(name: str) -> bool:
    """Tell whether a file is a map of columns, not of releases."""
    return name.lower().endswith(COLUMNS_ENDING)


def parts(source: Source) -> Iterator[Part]:
    """Give the parts of a file of any format.

    Raises:
        UnreadableRelease: The format is unknown, or its library is missing.
    """
    yield from known(source.name, source.depth).parts(source)


def read_parts(source: Source) -> Iterator[Document | Refused]:
    """Read every part of a file, here and now; see `qa.releases.extraction` for safety.

    Raises:
        UnreadableRelease: The file as a whole cannot be read.
    """
    for part in guarded(source):
        yield from read_part(part, source.max_bytes)


def guarded(source: Source) -> Iterator[Part]:
    """Give the parts of a file; whatever a parser makes of a stranger's file is one error.

    Raises:
        UnreadableRelease: The file as a whole cannot be read.
    """
    try:
        yield from parts(source)
    except Exception as error:
        raise fault_of(error) from None


def read_part(part: Part, most: int) -> Iterator[Document | Refused]:
    """Read one part; a part of many that fails is refused by itself.

    Args:
        part: The part.
        most: Characters that the text of a document may have.

    Raises:
        UnreadableRelease: It is the whole file.
    """
    try:
        for item in part.read():
            yield bounded(item, most) if isinstance(item, Document) else item
    except Exception as error:
        fault = fault_of(error)
        if not part.inner:
            raise fault from None
        yield Refused(part.inner, fault.reason, fault.cure)


def fault_of(error: Exception) -> UnreadableRelease:
    """Make one error of whatever was raised while a file was parsed; ours stay as they are.

    Raises:
        MemoryError: There was no more; lxml has no words for it.
    """
    if isinstance(error, MemoryError):
        raise error
    if isinstance(error, UnreadableRelease):
        return error
    if type(error).__module__ == "lxml.etree" and "unknown error" in str(error):
        raise MemoryError from None
    said = " ".join(str(error).split())[:120]
    return UnreadableRelease(
        f"it is damaged, or not what its name says ({type(error).__name__}: {said})",
        "save it anew, or as plain text",
    )


@lru_cache
def known(name: str, depth: int = 0) -> ModuleType:
    """Load the reader for files of a name.

    Raises:
        UnreadableRelease: The format is unknown, or its library is missing.
    """
    found = format_of(name)
    if found is None:
        raise UnreadableRelease(UNKNOWN, f"save it as one of: {', '.join(ENDINGS)}")
    if found is ARCHIVE and depth:
        raise UnreadableRelease("it is an archive inside an archive", "unpack the inner one")
    needs(found.extra, *found.libraries)
    return import_module(f"qa.releases.formats.{found.name}")


def needs(extra: str | None, *libraries: str) -> None:
    """See that libraries are there.

    Raises:
        UnreadableRelease: One is missing; the cure names the extra that installs it.
    """
    for library in libraries:
        if library_version(library) is None:
            raise UnreadableRelease(
                f"reading its format needs the package {library}, which is not installed",
                f"pip install 'release-qa[{extra}]'",
            )


@lru_cache
def library_version(library: str) -> str | None:
    """Give the version of a distribution, or None if it is not installed."""
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def table_made(columns: bytes | None) -> str:
    """Say how the texts of a table were made: by which map of its columns, or by their names."""
    return f"table by map {hashlib.sha256(columns).hexdigest()[:16]}" if columns else "table"


def of_this_map(name: str, made: str, columns: bytes | None) -> bool:
    """Tell whether a text would be made by the same map of columns now; so it is if it has none.

    Args:
        name: Of the file.
        made: How its text was made.
        columns: The map as it is now, if there is one.
    """
    if format_of(name) is not TABLE:
        return True
    now = table_made(columns)
    return made in (now, made_by(now, "lxml"))


def made_by(name: str, library: str) -> str:
    """Say how a text was made.

    >>> made_by("pdf", "pypdf").split()[:3]
    ['pdf', 'by', 'pypdf']
    """
    return f"{name} by {library} {library_version(library)}"
