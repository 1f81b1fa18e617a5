"""Many questions at once: a table of them in, a table of answers out.

The table is CSV, its cells separated as in tables of releases, with a column `question` and, if
wanted, `area`, `from` and `to`; a text without such a column is taken as one question a line. All
of its columns come back as they were, with the answer's beside them. What cannot be asked gets its
error in its row.

Reads    text
Gives    CSV
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.errors import QuestionError
from qa.records import Answer
from qa.releases.formats.table import delimiter_of
from qa.web.export.table import QUOTE, answer_cells, quote_cells, table

_COLUMNS = ("answered", *QUOTE, "probability", "refusal", "generation", "error")


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One row of the table: the question, its area, first and last publish day; empty for none.

    Attributes:
        cells: The whole row as it was, for each column of the table.
    """

    question: str
    area: str = ""
    first: str = ""
    last: str = ""
    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """A table of questions: the names of its columns, as they were written, and its rows."""

    head: tuple[str, ...]
    questions: tuple[BatchQuestion, ...]


@dataclass(frozen=True, slots=True)
class BatchLine:
    """What came of one row: an answer, or why it could not be asked."""

    asked: BatchQuestion
    answer: Answer | None
    error: str = ""


def read_batch(text: str) -> Batch:
    """Read a table or lines of questions.

    Raises:
        QuestionError: There is no question in it, or it is no table.
    """
    text = text.removeprefix("\ufeff")
    try:
        read = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
        rows = [row for row in read if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise QuestionError(f"the table of questions is no CSV: {error}") from None
    names = [_known(name) for name in rows[0]] if rows else []
    if "question" in names:
        width = max(map(len, rows))  # a row may have more cells than the head
        head, *rows = ([*row, *[""] * (width - len(row))] for row in rows)
        found = [_row(names, row) for row in rows]
    else:
        head = ["question"]
        found = [
            BatchQuestion(line.strip(), cells=(line,)) for line in text.splitlines() if line.strip()
        ]
    if not any(one.question for one in found):
        raise QuestionError("there is no question: write one a line, or a column named 'question'")
    return Batch(tuple(head), tuple(found))


def answer_line(ask: Callable[..., Answer], asked: BatchQuestion) -> BatchLine:
    """Ask one row."""
    try:
        answer = ask(
            asked.question,
            areas=[asked.area] if asked.area else [],
            published_from=asked.first or None,
            published_to=asked.last or None,
        )
    except QuestionError as error:
        return BatchLine(asked, None, str(error))
    return BatchLine(asked, answer)


def counts(lines: Sequence[BatchLine]) -> tuple[int, int]:
    """Count the rows that were answered, and those that could not be asked."""
    answers = [line.answer for line in lines]
    return sum(one is not None and one.answered for one in answers), answers.count(None)


def batch_table(head: Sequence[str], lines: Sequence[BatchLine]) -> bytes:
    """Give the answers as CSV: each row as it was, then its answer with the first quote.

    A column of ours whose name the table has already is called answer_..., e.g. answer_area.

    Args:
        head: Names of the columns of the table.
        lines: What came of its rows.
    """
    return table([*head, *_apart(head)], (_cells(line) for line in lines))


def _known(name: str) -> str:
    return name.strip().casefold()


def _row(names: Sequence[str], row: Sequence[str]) -> BatchQuestion:
    question, area, first, last = (
        row[names.index(name)].strip() if name in names else ""
        for name in ("question", "area", "from", "to")
    )
    return BatchQuestion(question, area, first, last, tuple(row))


def _apart(head: Sequence[str]) -> Iterator[str]:
    """Give the names of our columns, apart from those of the table."""
    taken = {_known(name) for name in head}
    for name in _COLUMNS:
        own = name
        while own in taken:
            own = f"answer_{own}"
        taken.add(own)
        yield own


def _cells(line: BatchLine) -> list[Any]:
    own: dict[str, Any] = {"error": line.error}
    if line.answer is not None:
        own |= answer_cells(line.answer) | {"probability": line.answer.probability}
        own |= quote_cells(line.answer.quotes[0]) if line.answer.quotes else {}
    return [*line.asked.cells, *(own.get(name, "") for name in _COLUMNS)]
