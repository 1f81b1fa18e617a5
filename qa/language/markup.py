r"""Take markup off a text for reading, and remember where every character came from.

Releases reach us as Markdown that was made from web pages, with `**bold**`, `### headings`,
list markers, escapes such as `\-` and entities such as `&#163;`. People and the model read
the plain text; quotes are cut from the source. `Plain` is the bridge between the two.

Only what is surely markup goes. `2*3*4`, `f***`, `snake_case` and a lone `*` stay.

Reads    a slice of a release file
Gives    `Plain`: the text to read, with a map back to the slice
"""

import html
import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

# Markers that open a line. Each is followed by `[ \t]*` only, so there is one way to match.
_LINE_MARKERS = r"(?m:^)[ \t]*(?:(?:>|\#{1,6}(?=[ \t\n]|$)|\\?[*+-](?=[ \t]+\S))[ \t]*)+"
# html2text writes "**Jo Bloggs** , 40": the blank before the comma came with the bold.
# Three stars or more after a single small letter mask a word: "f*** off".
_STRONG = (
    r"(?:(?<![\w*])\*{2,}(?!\*)|(?<!\*)(?:\*\*|(?<!\b[a-z])\*{3,})(?![\w*]))(?:[ ](?=[,.;:!?)’']))?"
)
# Begun only where a run of them begins, so a long run is walked once.
_UNDERLINE = r"(?<!\w)__+|(?:(?<!_)|(?<=\\_))__+(?!\w)"
_LINK = r"!?\[(?P<label>[^\[\]\n]{0,300})\]\([^()\s]{1,2000}\)"
_ESCAPE = r"\\(?P<escaped>[!-/:-@\[-`{-~])"
_ENTITY = r"&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
# Format characters that nobody sees but that can hide or reorder words. The joiners that
# shape letters and emoji are not among them.
_FORMAT = (
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000e0001\U000e0020-\U000e007f"
)
_INVISIBLE = f"[{_FORMAT}]+"
_UNSEEN = re.compile(_INVISIBLE)
_TOKEN = re.compile(
    rf"(?P<line>{_LINE_MARKERS})|(?P<strong>{_STRONG})|(?P<underline>{_UNDERLINE})"
    rf"|(?P<link>{_LINK})|(?P<escape>{_ESCAPE})|(?P<entity>{_ENTITY})"
    rf"|(?P<invisible>{_INVISIBLE})"
)
# What any of these begins with. Most paragraphs have none of it, and are walked no further.
_MARKUP = re.compile(rf"[*_\[\\&{_FORMAT}]|^[ \t]*[>\#+-]", re.MULTILINE)
# *emphasis* and _emphasis_: a pair on one line, with words on the inside and none outside.
_EMPHASIS = re.compile(
    r"(?<![\w*\\])\*(?=[^\s*])[^*\n]{1,300}(?<=[^\s*\\])\*(?![\w*])"
    r"|(?<![\w\\])_(?=[^\s_])[^_\n]{1,300}(?<=[^\s_\\])_(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without its markup, mapped to the source it was read from.

    Attributes:
        text: What people read.
        offsets: offsets[i] is where character i begins in the source, from 0.
        ends: ends[i] is where it ends there; an entity is several source characters long.
    """

    text: str
    offsets: tuple[int, ...]
    ends: tuple[int, ...]

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Give the span of `text` that source characters `start` to `end` became."""
        return bisect_left(self.offsets, start), bisect_left(self.offsets, end)

    def source(self, start: int, end: int) -> tuple[int, int]:
        """Give the source span that characters `start` to `end` of `text` came from.

        Raises:
            ValueError: The span is empty, so it has no place in the source.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"no characters at {start} to {end} of {len(self.text)}")
        return self.offsets[start], self.ends[end - 1]


@lru_cache(maxsize=1024)  # each step of reading asks for the same few paragraphs again
def plain(text: str) -> Plain:
    """Take the markup off `text`.

    >>> plain("**Two** men &amp; a van").text
    'Two men & a van'
    """
    if _MARKUP.search(text) is None:
        return Plain(text, tuple(range(len(text))), tuple(range(1, len(text) + 1)))
    emphasis = sorted(
        place for match in _EMPHASIS.finditer(text) for place in (match.start(), match.end() - 1)
    )
    reader = _Reader(text, emphasis)
    at = 0
    for match in _TOKEN.finditer(text):
        reader.copy(at, match.start())
        reader.token(match)
        at = match.end()
    reader.copy(at, len(text))
    return Plain("".join(reader.parts), tuple(reader.offsets), tuple(reader.ends))


class _Reader:
    """Collects plain text with the place of each character while the source is walked."""

    def __init__(self, text: str, emphasis: list[int]) -> None:
        self.text = text
        self.emphasis = emphasis
        self.parts: list[str] = []
        self.offsets: list[int] = []
        self.ends: list[int] = []

    def copy(self, start: int, end: int) -> None:
        marks = self.emphasis[bisect_left(self.emphasis, start) : bisect_left(self.emphasis, end)]
        for mark in (*marks, end):
            self.parts.append(self.text[start:mark])
            self.offsets.extend(range(start, mark))
            self.ends.extend(range(start + 1, mark + 1))
            start = mark + 1

    def token(self, match: re.Match[str]) -> None:
        if match["link"] is not None:
            self.copy(*match.span("label"))
        elif match["escape"] is not None:
            self.replace(match["escaped"], match)
        elif match["entity"] is not None:
            self.replace(_UNSEEN.sub("", _decoded(match[0])), match)

    def replace(self, characters: str, match: re.Match[str]) -> None:
        if characters == match[0]:
            self.copy(*match.span())
            return
        self.parts.append(characters)
        self.offsets.extend([match.start()] * len(characters))
        self.ends.extend([match.end()] * len(characters))


def _decoded(entity: str) -> str:
    if entity.startswith("&#"):
        return html.unescape(entity)
    return html5.get(entity[1:], entity)  # "&copying;" is no name of anything: it stays
