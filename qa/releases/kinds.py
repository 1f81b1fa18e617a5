"""Tell what each paragraph is to its release by its form and place.

Boilerplate cannot be told from one release alone; `boilerplate.py` finds it by repetition.

Reads    the paragraphs of one release as published
Gives    a `Kind` for each
"""

import re
from collections.abc import Sequence

from qa.language.dates import date_line
from qa.language.markup import plain
from qa.records import Kind

_HEADING = re.compile(r"\s*(?:>\s*)?#{1,6}(?:\s|$)")
_BOLD_LINE = re.compile(r"\s*\*\*[^*\n]{1,120}\*\*\s*")
_LIST_ITEM = re.compile(r"\s*(?:(?:[*+•·▪-]|\\[-+*])\s*(?=[^\s*-])|\d{1,2}[.)]\s)")
_SIGNATURE = re.compile(r"\W*(?:[A-Z]{2,3}|E[Nn][Dd][Ss])\W*")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif)\b|\bDownload \(|^\[[^\]]{1,200}\]$", re.IGNORECASE)
_NOTES = re.compile(r"(?:media )?notes? (?:to|for) (?:the )?(?:editors?|media|newsdesks?)\b", re.I)
_SENTENCE_END = re.compile(r"[.!?:;…][\s\"'”’)\]*_]*$")
_ADDRESS_END = re.compile(r"(?:www\.|https?://|@|\.uk|\.org|\.com)\S*$")
_CAPTION_WORDS = 30


def kinds(paragraphs: Sequence[str]) -> list[Kind]:
    """Give the kind of each paragraph of one release, in order."""
    readings = [plain(text).text.strip() for text in paragraphs]
    found = [_by_form(text, reading) for text, reading in zip(paragraphs, readings, strict=True)]
    _mark_trailing_captions(found, readings)
    _mark_notes(found, readings)
    return found


def _by_form(text: str, reading: str) -> Kind:
    if date_line(reading) is not None:
        return Kind.DATE_LINE
    if _SIGNATURE.fullmatch(reading):
        return Kind.SIGNATURE
    if _PICTURE.search(reading) and len(reading.split()) <= _CAPTION_WORDS:
        return Kind.CAPTION
    if _HEADING.match(text):
        return Kind.HEADING
    if _BOLD_LINE.fullmatch(text) and not _ends_a_sentence(reading):
        return Kind.HEADING
    if _LIST_ITEM.match(text):
        return Kind.LIST_ITEM
    return Kind.BODY


def _mark_trailing_captions(found: list[Kind], readings: Sequence[str]) -> None:
    """Mark the lines after the last sentence: pictures stood there on the page."""
    for place in reversed(range(1, len(found))):
        short = len(readings[place].split()) <= _CAPTION_WORDS and "\n" not in readings[place]
        if found[place] is Kind.BODY:
            if not short or _ends_a_sentence(readings[place]):
                return
            found[place] = Kind.CAPTION
        elif found[place] is not Kind.SIGNATURE:
            return


def _mark_notes(found: list[Kind], readings: Sequence[str]) -> None:
    inside = False
    for place, reading in enumerate(readings):
        inside = inside or (_NOTES.match(reading) is not None)
        if inside and found[place] in (Kind.BODY, Kind.LIST_ITEM):
            found[place] = Kind.NOTE


def _ends_a_sentence(reading: str) -> bool:
    return any(end.search(reading) for end in (_SENTENCE_END, _ADDRESS_END))
