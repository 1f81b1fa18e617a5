"""Dates and counts as a British reader expects them: "7 December 2020", "6,920 releases".

The shell speaks English only; the page says the same through `qa.web.texts`.

Reads    ISO dates and months, as the records carry them, and whole numbers
Gives    text for people
"""

from qa.records import ReadAs, StatedPeriod
from qa.releases.understanding import Understood
from qa.web.texts import ENGLISH, say_date, say_span

CLOSEST = ENGLISH.nearest


def spoken_date(iso: str) -> str:
    """Say an ISO day, month, or first/last pair in words; anything else is given back as it is.

    >>> spoken_date("2020-12-07"), spoken_date("2020-12")
    ('7 December 2020', 'December 2020')
    """
    return say_date(ENGLISH, iso)


def spoken_span(first: str | None, last: str | None) -> str:
    """Say a span of publish days, either end of which may be open; empty if both are.

    >>> spoken_span("2020-10-01", "2020-10-31"), spoken_span("2020-01-01", None)
    ('in October 2020', 'on or after 1 January 2020')
    """
    return say_span(ENGLISH, first, last)


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


def understood_words(one: Understood) -> str:
    """Say what was understood of a release: date and what told it, area, paragraphs, address."""
    date = "no date"
    if one.published is not None:
        date = f"{spoken_date(one.published.iso)} (told by {one.published_source})"
    paragraphs = counted(one.paragraphs, "paragraph")
    parts = (date, ", ".join(one.areas) or "no area", paragraphs, one.url)
    return "; ".join(part for part in parts if part)
