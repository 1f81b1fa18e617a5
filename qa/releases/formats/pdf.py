"""PDF files: the text layer, its lines joined to paragraphs again.

A PDF holds words at places, and no paragraphs; see `pdf_lines` for how they are told. A file
without a text layer, or with letters that no one can map to characters, is refused.

Reads    bytes of a PDF file
Gives    one `Document`
"""

import io
import logging
import re
from collections.abc import Iterator
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Document, Part, Source
from qa.releases.formats.known_formats import made_by
from qa.releases.formats.pdf_lines import Line, paragraphs_of
from qa.releases.head import Head

MAX_PAGES = 2000
_UNMAPPED = re.compile(r"[\ue000-\uf8ff\ufffd]|/(?:gid|g|cid:?)\d+|\(cid:\d+\)")


def parts(source: Source) -> Iterator[Part]:
    """Give the one part of a PDF file."""
    yield Part("", lambda: [_document(source.data)])


def _document(data: bytes) -> Document:
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%PDF-" not in data[:1024]:
        raise UnreadableRelease("it is no PDF file", "save it anew as PDF, or as plain text")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableRelease("it is locked with a password", "save it without one")
        lines = list(_lines(reader))
        text = paragraphs_of(lines)
        title = str((reader.metadata or {}).get("/Title") or "")
    except DependencyError:
        raise UnreadableRelease(
            "it is locked in a way that needs another package to unlock",
            "save it without a password, or pip install 'pypdf[crypto]'",
        ) from None
    except NotImplementedError as error:
        raise UnreadableRelease(
            f"it has what is not read: {str(error)[:120]}", "save it anew, or as plain text"
        ) from None
    except PyPdfError as error:
        said = " ".join(str(error).split())[:120]
        raise UnreadableRelease(
            f"it is a damaged PDF file: {said}", "save it anew, or as plain text"
        ) from None
    if not re.search(r"\w", text):
        raise UnreadableRelease(
            "it has no text layer: its pages are pictures", "run text recognition over it first"
        )
    if len(_UNMAPPED.findall(text)) * 20 > len(text.split()):
        raise UnreadableRelease(
            "its letters cannot be told: its fonts have no Unicode map", "save it as plain text"
        )
    head = Head({"title": _worded(title)} if _worded(title) else {}, 0)
    return Document("", text, head, made_by("pdf", "pypdf"))


def _lines(reader: Any) -> Iterator[Line]:
    if len(reader.pages) > MAX_PAGES:
        raise UnreadableRelease(f"it has over {MAX_PAGES:,} pages", "split it")
    for number, page in enumerate(reader.pages):
        gathered: list[tuple[float, float, float, bool, str]] = []

        def visit(text: str, cm: Any, tm: Any, font: Any, size: float, to: Any = gathered) -> None:
            if text:
                x, y = tm[4] * cm[0] + tm[5] * cm[2] + cm[4], tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
                scale = abs(tm[3] * cm[3]) or abs(tm[1] * cm[1]) or 1.0
                name = str((font or {}).get("/BaseFont") or "")
                to.append((float(x), float(y), float(size) * scale, "Bold" in name, text))

        page.extract_text(visitor_text=visit)
        yield from _joined(number, gathered)


def _joined(page: int, pieces: list[tuple[float, float, float, bool, str]]) -> Iterator[Line]:
    """Join the pieces of each line: a line ends where one of its pieces does."""
    words, place = "", None
    bold = True
    for x, y, size, is_bold, text in pieces:
        for step, piece in enumerate(text.split("\n")):
            if step and words.strip() and place:
                yield Line(page, *place, bold, words.strip())
            if step:
                words, place, bold = "", None, True
            if piece.strip():
                place = place or (x, y, size)
                bold = bold and is_bold
            words += piece
    if words.strip() and place:
        yield Line(page, *place, bold, words.strip())


def _worded(title: str) -> str:
    """Give a title that a person wrote; programs put file names and numbers there."""
    line = " ".join(title.split())
    is_file = re.search(
        r"\.(?:docx?|pdf|indd|rtf|odt)$|^(?:microsoft word|untitled)", line, re.IGNORECASE
    )
    return "" if is_file or len(line.split()) < 3 else line
