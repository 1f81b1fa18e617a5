"""A conversation as a Word document (DOCX), by python-docx."""

import io
from collections.abc import Sequence
from typing import Any

from qa.language.markup import plain
from qa.records import Hit
from qa.web.escape import visible
from qa.web.export.taken import Taken, source_line


def word_file(taken: Sequence[Taken]) -> bytes:
    """Give a conversation as a DOCX file."""
    from docx import Document

    document = Document()
    document.core_properties.title = "Release QA"
    document.add_heading("Release QA", 0)
    for one in taken:
        _add(document, one)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add(document: Any, one: Taken) -> None:
    answer = one.answer
    document.add_heading(visible(answer.question), 1)
    if answer.refusal is not None:
        document.add_paragraph(visible(answer.refusal.message))
    for number, quote in zip(one.numbers, answer.quotes, strict=True):
        _add_quote(document.add_paragraph(style="Quote"), quote)
        document.add_paragraph(visible(f"[{number}] {source_line(quote)}"))
    document.add_paragraph(f"{one.when:%Y-%m-%d %H:%M} UTC, index {answer.generation}")


def _add_quote(paragraph: Any, hit: Hit) -> None:
    text = plain(hit.text)
    start, end = text.place(hit.sentence.start - hit.start, hit.sentence.end - hit.start)
    paragraph.add_run(visible(text.text[:start]))
    marked = paragraph.add_run(visible(text.text[start:end]))
    marked.bold = marked.underline = True
    paragraph.add_run(visible(text.text[end:]))
