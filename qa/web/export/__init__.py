"""Answers as files: Markdown, CSV, JSON and Word, with the same numbers and offsets in each.

taken           what is exported of one exchange
table, markdown, word   one format each
batch           many questions from a table, and their answers as one
"""

import json
from collections.abc import Callable, Mapping, Sequence

from qa.web.export.markdown import markdown_file
from qa.web.export.table import conversation_table
from qa.web.export.taken import Taken
from qa.web.export.word import word_file

__all__ = ["WRITERS", "Taken", "json_file"]


def json_file(taken: Sequence[Taken]) -> bytes:
    """Give the answers as the shell's JSON, each with its citation numbers and time."""
    values = [
        {"asked": one.when.isoformat(), "citations": one.numbers, "answer": one.answer.to_dict()}
        for one in taken
    ]
    return json.dumps(values, ensure_ascii=False, indent=2).encode("utf-8", "replace")


WRITERS: Mapping[str, Callable[[Sequence[Taken]], bytes]] = {
    "md": markdown_file,
    "csv": conversation_table,
    "json": json_file,
    "docx": word_file,
}
