"""Tell the paragraphs of a page from where its lines stand.

A paragraph ends where the next line stands lower than lines usually do, is of another size, or
opens with the mark of a list. Words that were parted at a line's end are joined again: the hyphen
goes unless the same word is written with it elsewhere.

Reads    lines with their places, in reading order
Gives    one text, its paragraphs apart by blank lines
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qa.releases.formats.document import fit_text

WIDER = 1.25  # times the usual distance of lines: there a paragraph ends

_ITEM = re.compile(r"[•·▪◦‣●*–-]\s+(?=\S)|\d{1,2}[.)]\s+(?=\S)")
_BULLET = re.compile(r"^[•·▪◦‣●]\s*(?=\S)")
_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
_PARTED = re.compile(r"(\w+)[-\u2010]$")
_PAGE_NUMBER = re.compile(r"(?:page\s+)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page.

    Attributes:
        page: Number of the page, from 0.
        x: Where it begins, in points from the left.
        y: Its base line, in points from below.
        size: Of its letters, in points.
        bold: Whether all of it is.
        text: Its words.
    """

    page: int
    x: float
    y: float
    size: float
    bold: bool
    text: str


def paragraphs_of(lines: Sequence[Line]) -> str:
    """Give the text of lines, a blank line between paragraphs."""
    kept = _without_margins(lines)
    usual = _usual_distance(kept)
    paragraphs: list[list[Line]] = []
    for line in kept:
        if paragraphs and _goes_on(paragraphs[-1], line, usual):
            paragraphs[-1].append(line)
        else:
            paragraphs.append([line])
    whole = {word for line in kept for word in re.findall(r"\w+-\w+", line.text)}
    texts: list[str] = []
    was_item = False
    for paragraph in paragraphs:
        text = _BULLET.sub("* ", _joined([line.text for line in paragraph], whole))
        is_item = text.startswith("* ")
        if is_item and was_item:
            texts[-1] += f"\n{text}"
        elif all(line.bold for line in paragraph) and "*" not in text:
            texts.append(f"**{text}**")
        else:
            texts.append(text)
        was_item = is_item
    return fit_text("\n\n".join(texts)) + "\n"


def _without_margins(lines: Sequence[Line]) -> list[Line]:
    """Leave out page numbers, and what the same place of most pages repeats."""
    pages: dict[int, list[float]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line.y)
    if len(pages) < 2:
        return list(lines)
    edges = {page: (min(heights), max(heights)) for page, heights in pages.items()}
    places = {(line.page, round(line.y), _form(line)) for line in lines}
    on_pages = Counter((y, form) for _, y, form in places)
    kept = []
    for line in lines:
        repeated = len(pages) > 2 and on_pages[round(line.y), _form(line)] * 2 > len(pages)
        numbered = line.y in edges[line.page] and _PAGE_NUMBER.fullmatch(line.text)
        if not repeated and not numbered:
            kept.append(line)
    return kept


def _form(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text)


def _usual_distance(lines: Sequence[Line]) -> float:
    """Give the distance of lines inside paragraphs, in sizes of their letters."""
    steps = sorted(
        (one.y - next_.y) / one.size
        for one, next_ in pairwise(lines)
        if one.page == next_.page and one.size > 0 and 0.8 < (one.y - next_.y) / one.size < 3
    )
    # Lines inside paragraphs are nearer than those between: the lower half tells of them.
    return median(steps[: len(steps) // 2 + 1]) if steps else 1.2


def _goes_on(paragraph: Sequence[Line], line: Line, usual: float) -> bool:
    last = paragraph[-1]
    if _ITEM.match(line.text) and (_END.search(last.text) or _BULLET.match(line.text)):
        return False
    if abs(last.size - line.size) > 0.15 * last.size or last.bold != line.bold:
        return False
    if last.page != line.page:
        return not _END.search(last.text)
    step = last.y - line.y
    if step < -0.5 * last.size:
        return not _END.search(last.text)  # a new column
    return step <= usual * WIDER * last.size


def _joined(texts: Sequence[str], whole: set[str]) -> str:
    joined = texts[0]
    for text in texts[1:]:
        parted = _PARTED.search(joined)
        first = re.match(r"\w+", text)
        if joined.endswith("\u00ad"):
            joined = joined[:-1] + text
        elif parted and first:
            compound = f"{parted[1]}-{first[0]}"
            keeps = compound in whole or not first[0][0].islower() or not parted[1][-1].isalpha()
            joined = (joined if keeps else joined[:-1]) + text
        else:
            joined += f" {text}"
    return joined
