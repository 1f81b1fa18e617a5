"""Answers as CSV, one row a quote; no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from qa.cells import guarded
from qa.records import Answer, Hit, Quote
from qa.web.export.taken import Taken

QUOTE = (
    *("sentence", "words", "passage", "speaker", "title", "area", "published", "url", "release"),
    *("paragraph", "start", "end", "sentence_start", "sentence_end", "sha256", "also_in"),
)
_COLUMNS = ("citation", "asked", "question", "answered", *QUOTE, "refusal", "generation")


def conversation_table(taken: Sequence[Taken]) -> bytes:
    """Give a conversation as CSV."""
    rows = (row for one in taken for row in _rows(one))
    return table(_COLUMNS, ([row.get(name, "") for name in _COLUMNS] for row in rows))


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Write rows as CSV in UTF-8, with the mark that spreadsheets look for."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    for row in (columns, *rows):
        writer.writerow([guarded(value) for value in row])
    return written.getvalue().encode("utf-8-sig", "replace")


def quote_cells(hit: Hit) -> dict[str, Any]:
    """Give the values of `QUOTE`; texts are verbatim slices of the release."""
    return {
        "sentence": hit.sentence.text,
        "words": hit.answer.text if hit.answer else "",
        "passage": hit.text,
        "speaker": str(hit.speaker) if hit.speaker else "",
        "title": hit.title,
        "area": hit.area,
        "published": hit.published or "",
        "url": hit.url or "",
        "release": hit.release,
        "paragraph": hit.paragraph,
        "start": hit.start,
        "end": hit.end,
        "sentence_start": hit.sentence.start,
        "sentence_end": hit.sentence.end,
        "sha256": hit.sha256,
        "also_in": "; ".join(hit.also_in) if isinstance(hit, Quote) else "",
    }


def answer_cells(answer: Answer) -> dict[str, Any]:
    """Give what a row says of the answer as a whole."""
    return {
        "question": answer.question,
        "answered": "yes" if answer.answered else "no",
        "refusal": answer.refusal.message if answer.refusal else "",
        "generation": answer.generation,
    }


def _rows(one: Taken) -> list[dict[str, Any]]:
    common = {"asked": one.when.isoformat(), **answer_cells(one.answer)}
    if not one.answer.quotes:
        return [common]
    return [
        {"citation": number, **common, **quote_cells(quote)}
        for number, quote in zip(one.numbers, one.answer.quotes, strict=True)
    ]
