"""Put a table that a program made into a document, between two marks."""

import re
from collections.abc import Sequence
from pathlib import Path

from qa.errors import UsageError


def write_table(document: Path, marks: tuple[str, str], lines: Sequence[str]) -> None:
    """Put lines between the two marks.

    Raises:
        UsageError: The document lacks them, once each.
    """
    check_marks(document, marks)
    begin, end = marks
    table = "\n".join([begin, *lines, end])
    text = document.read_text(encoding="utf-8")
    mended = re.sub(f"{begin}.*?{end}", lambda _: table, text, flags=re.DOTALL)
    document.write_text(mended, encoding="utf-8")


def check_marks(document: Path, marks: tuple[str, str]) -> None:
    """Look whether a document has the two marks; better before an hour's measuring than after.

    Raises:
        UsageError: It lacks them, once each.
    """
    text = document.read_text(encoding="utf-8")
    if [text.count(mark) for mark in marks] != [1, 1]:
        raise UsageError(f"{document} lacks the marks {' and '.join(marks)}, once each")
