"""Many questions at once: a table of them in, a table of answers out.

The table is CSV with a column `question` and, if wanted, `area`, `from` and `to`; a text without
such a column is taken as one question a line. What cannot be asked gets its error in its row.

Reads    text
Gives    CSV
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import UsageError
from qa.records import Answer
from qa.web.export.table import QUOTE, answer_cells, quote_cells, table

_COLUMNS = (
    *("question", "area", "from", "to", "answered", *QUOTE),
    *("probability", "refusal", "generation", "error"),
)


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One row of the table: the question, its area, first and last publish day; empty for none."""

    question: str
    area: str = ""
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What came of one row: an answer, or why it could not be asked."""

    asked: BatchQuestion
    answer: Answer | None
    error: str = ""


def read_batch(text: str) -> list[BatchQuestion]:
    """Read a table or lines of questions.

    Raises:
        UsageError: There is no question in it, or it is no table.
    """
    text = text.removeprefix("\ufeff")
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise UsageError(f"the table of questions is no CSV: {error}") from None
    names = [name.strip().casefold() for name in rows[0]] if rows else []
    if "question" in names:
        found = [_row(dict(zip(names, row, strict=False))) for row in rows[1:]]
    else:
        found = [BatchQuestion(line.strip()) for line in text.splitlines()]
    questions = [one for one in found if one.question]
    if not questions:
        raise UsageError("there is no question: write one a line, or a column named 'question'")
    return questions


def answer_line(ask: Callable[..., Answer], asked: BatchQuestion) -> BatchLine:
    """Ask one row."""
    try:
        answer = ask(
            asked.question,
            areas=[asked.area] if asked.area else [],
            published_from=asked.first or None,
            published_to=asked.last or None,
        )
    except UsageError as error:
        return BatchLine(asked, None, str(error))
    return BatchLine(asked, answer)


def batch_table(lines: Sequence[BatchLine]) -> bytes:
    """Give the answers as CSV, one row a question, with its first quote."""
    return table(_COLUMNS, (_cells(line) for line in lines))


def _row(values: dict[str, str]) -> BatchQuestion:
    cells = (values.get(name, "").strip() for name in ("question", "area", "from", "to"))
    return BatchQuestion(*cells)


def _cells(line: BatchLine) -> dict[str, Any]:
    asked = {"question": line.asked.question, "area": line.asked.area}
    asked |= {"from": line.asked.first, "to": line.asked.last}
    if line.answer is None:
        return asked | {"error": line.error}
    cells = answer_cells(line.answer) | {"probability": line.answer.probability}
    quote = quote_cells(line.answer.quotes[0]) if line.answer.quotes else {}
    return cells | quote | asked | {"area": quote.get("area") or line.asked.area}
