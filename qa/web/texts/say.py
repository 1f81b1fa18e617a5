"""Dates, spans and counts in the words of a language.

Reads    ISO dates and months, as the records carry them, and whole numbers
Gives    text for people
"""

from calendar import monthrange
from datetime import date

from qa.web.texts.texts import Noun, Texts

_MONTH = len("2020-12")


def say_date(texts: Texts, iso: str) -> str:
    """Say an ISO day, month, or first/last pair in words; anything else is given back as it is."""
    if "/" in iso:
        first, _, last = iso.partition("/")
        return texts.pair.format(first=say_date(texts, first), last=say_date(texts, last))
    try:
        first_day = date.fromisoformat(iso if len(iso) > _MONTH else f"{iso}-01")
    except ValueError:
        return iso
    month = texts.months[first_day.month - 1]
    if len(iso) > _MONTH:
        return texts.day.format(day=first_day.day, month=month, year=first_day.year)
    return texts.month.format(month=month, year=first_day.year)


def say_span(texts: Texts, first: str | None, last: str | None) -> str:
    """Say a span of days, either end of which may be open; empty if both are."""
    if first is None and last is None:
        return ""
    if first is None:
        return texts.until.format(day=say_date(texts, str(last)))
    if last is None:
        return texts.since.format(day=say_date(texts, first))
    return _closed(texts, first, last)


def _closed(texts: Texts, first: str, last: str) -> str:
    both = texts.from_to.format(first=say_date(texts, first), last=say_date(texts, last))
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return both
    if begin == end:
        return texts.on.format(day=say_date(texts, first))
    if (begin, end) == (date(begin.year, 1, 1), date(begin.year, 12, 31)):
        return texts.in_year.format(year=begin.year)
    if begin.day == 1 and end == begin.replace(day=monthrange(begin.year, begin.month)[1]):
        return texts.in_month.format(month=say_date(texts, first[:_MONTH]))
    return both


def say_number(texts: Texts, number: int) -> str:
    """Write a whole number with its thousands apart."""
    return f"{number:,}".replace(",", texts.thousands)


def say_count(texts: Texts, number: int, noun: Noun) -> str:
    """Say how many there are of something."""
    return noun[number != 1].format(n=say_number(texts, number))
