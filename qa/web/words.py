"""Dates and counts as a British reader expects them: "7 December 2020", "6,920 releases".

Reads    ISO dates and months, as the records carry them, and whole numbers
Gives    text for people
"""

from calendar import monthrange
from datetime import date

from qa.language.dates import MONTHS
from qa.records import ReadAs, StatedPeriod

CLOSEST = "Closest passage, may not answer:"


def spoken_date(iso: str) -> str:
    """Say an ISO day, month, or first/last pair in words; anything else is given back as it is.

    >>> spoken_date("2020-12-07"), spoken_date("2020-12")
    ('7 December 2020', 'December 2020')
    """
    if "/" in iso:
        return " to ".join(spoken_date(part) for part in iso.split("/"))
    try:
        first = date.fromisoformat(iso if len(iso) > len("2020-12") else f"{iso}-01")
    except ValueError:
        return iso
    month = f"{MONTHS[first.month - 1].capitalize()} {first.year}"
    return f"{first.day} {month}" if len(iso) > len("2020-12") else month


def spoken_span(first: str | None, last: str | None) -> str:
    """Say a span of publish days, either end of which may be open; empty if both are.

    >>> spoken_span("2020-10-01", "2020-10-31"), spoken_span("2020-01-01", None)
    ('in October 2020', 'on or after 1 January 2020')
    """
    if first is None and last is None:
        return ""
    if first is None:
        return f"on or before {spoken_date(str(last))}"
    if last is None:
        return f"on or after {spoken_date(first)}"
    return _closed_span(first, last)


def _closed_span(first: str, last: str) -> str:
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return f"from {spoken_date(first)} to {spoken_date(last)}"
    if begin == end:
        return f"on {spoken_date(first)}"
    if (begin, end) == (date(begin.year, 1, 1), date(begin.year, 12, 31)):
        return f"in {begin.year}"
    if begin.day == 1 and end == begin.replace(day=monthrange(begin.year, begin.month)[1]):
        return f"in {spoken_date(first[: len('2020-12')])}"
    return f"from {spoken_date(first)} to {spoken_date(last)}"


def read_as_words(read: ReadAs) -> list[str]:
    """Say how a question was understood, a sentence each; empty if nothing was read in it."""
    filters = [
        f"of {', '.join(read.areas)}" if read.areas else "",
        f"published {span}"
        if (span := spoken_span(read.published_from, read.published_to))
        else "",
    ]
    said = [f"Only releases {', '.join(part for part in filters if part)}."] if any(filters) else []
    if read.period is not None and read.period.kind != "published":
        said.append(_period_words(read.period))
    if read.places:
        said.append(f"Releases of {', '.join(read.places)} first.")
    return [*said, *read.notes]


def _period_words(period: StatedPeriod) -> str:
    if not period.is_bounded:
        return f"Newer releases first (“{period.words}”)."
    first, last = (day.isoformat() if day else None for day in (period.first, period.last))
    return f"What happened {spoken_span(first, last)} first (“{period.words}”)."


def counted(number: int, noun: str) -> str:
    """Say how many there are of a regular noun.

    >>> counted(1, "release"), counted(6920, "release")
    ('1 release', '6,920 releases')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
