"""A conversation as Markdown: rendered, every quote reads as in its release without markup."""

import re
from collections.abc import Iterator, Sequence

from qa.language.markup import plain
from qa.records import Hit
from qa.web.escape import visible
from qa.web.export.taken import Taken, source_line

_MARKUP = re.compile(r"[!-/:-@\[-`{-~]")  # each ASCII mark may be escaped, and is


def markdown_file(taken: Sequence[Taken]) -> bytes:
    """Give a conversation as Markdown."""
    lines = (line for one in taken for line in _lines(one))
    return "\n".join(["# Release QA", "", *lines]).encode("utf-8", "replace")


def as_text(text: str) -> str:
    """Write text such that Markdown shows it as it is, in one line."""
    escaped = _MARKUP.sub(r"\\\g<0>", visible(text))
    return re.sub(r"\s*\n\s*", " ", escaped).strip(" ")


def _lines(one: Taken) -> Iterator[str]:
    answer = one.answer
    yield f"## {as_text(answer.question)}"
    yield ""
    if answer.refusal is not None:
        yield as_text(answer.refusal.message)
        yield ""
    for number, quote in zip(one.numbers, answer.quotes, strict=True):
        yield f"> {_quoted(quote)}"
        yield ""
        yield f"\\[{number}\\] {as_text(source_line(quote))}"
        yield ""
    asked = f"{one.when:%Y-%m-%d %H:%M} UTC, index {answer.generation}"
    yield f"*{as_text(asked)}*"
    yield ""


def _quoted(hit: Hit) -> str:
    text = plain(hit.text)
    start, end = text.place(hit.sentence.start - hit.start, hit.sentence.end - hit.start)
    before, marked, after = text.text[:start], text.text[start:end], text.text[end:]
    inner = marked.strip()
    if not inner:
        return as_text(text.text)
    # Stars hold only where no blank is inside them.
    left, right = marked.partition(inner)[0], marked.rpartition(inner)[2]
    parts = (before + left, inner, right + after)
    first, bold, last = (_kept(part) for part in parts)
    return f"{first}**{bold}**{last}".strip(" ")


def _kept(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", _MARKUP.sub(r"\\\g<0>", visible(text)))
