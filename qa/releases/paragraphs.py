"""Cut the body of a release into paragraphs: the text between blank lines.

A line is blank if it holds nothing but white space. Every newline convention is followed,
and nothing is moved, joined or trimmed inside a paragraph: its span is cut from the file.
Blocks without a letter or digit, such as a rule or empty bold, are not paragraphs.

Reads    the decoded text of a file and where its body begins
Gives    spans [start, end) in the file, in order
"""

import re
from collections.abc import Iterator

from qa.language.markup import plain
from qa.language.sentences import sentence_spans

# Longer blocks are cut between sentences. The longest of 66,000 real ones has 7,000 characters.
MAX_CHARACTERS = 4000
_AHEAD = 200

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_WORD = re.compile(r"\w")


def paragraph_spans(text: str, body_start: int = 0) -> list[tuple[int, int]]:
    r"""Give the paragraphs of `text` from `body_start` on.

    >>> paragraph_spans("One.\r\n\r\n* * *\n\nTwo,\ntwo.\n")
    [(0, 4), (15, 24)]
    """
    return [
        (start, end)
        for block in _blocks(text, body_start)
        for start, end in _pieces(text, *block)
        if _WORD.search(plain(text[start:end]).text)
    ]


def _blocks(text: str, body_start: int) -> Iterator[tuple[int, int]]:
    start = end = body_start
    for line in _LINE.finditer(text, body_start):
        words = line[0].strip()
        if words:
            first = line.start() + line[0].index(words[0])
            start = first if end == start else start
            end = first + len(words)
        elif end > start:
            yield start, end
            start = end = line.end()
        else:
            start = end = line.end()


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if end - start <= MAX_CHARACTERS:
        yield start, end
        return
    while end - start > MAX_CHARACTERS:
        limit = start + MAX_CHARACTERS
        # As much as is cut off, and some to tell by where a sentence begins: blocks have no end.
        ahead = sentence_spans(text[start : min(end, limit + _AHEAD)])
        cut = max(
            (start + place for place, _ in ahead if 0 < place <= MAX_CHARACTERS), default=None
        )
        if cut is None:  # one endless sentence: between words, or where it must be
            cut = text.rfind(" ", start + 1, limit) + 1 or limit
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    yield start, end
