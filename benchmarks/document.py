"""Put a table that a program made into a document, between two marks."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path


def write_table(document: Path, marks: tuple[str, str], lines: Sequence[str]) -> None:
    """Put lines between the two marks, which must be there once each; else the program ends."""
    begin, end = marks
    text = document.read_text(encoding="utf-8")
    table = "\n".join([begin, *lines, end])
    mended, n = re.subn(f"{begin}.*?{end}", lambda _: table, text, flags=re.DOTALL)
    if n != 1:
        sys.exit(f"{document} lacks the marks {begin} and {end}, once each")
    document.write_text(mended, encoding="utf-8")
