"""When a release was published, as far as its file tells: never guessed, never today.

The sources are asked in a fixed order, and the one that told is recorded:

    what its format states     e.g. "mail Date", "article:published_time", "column Published"
    publish.date               head: "15:00 07/12/2020", "13 Jan 2021"
    article.published.time     head: "2021-01-21T14:32:58+00:00"
    publish.month              head: `publish: {year: 2020, month: november, day: 3}` or without day
    date                       head: `date:` or `published:`, as people write it by hand
    url                        a whole date in the web address: /07-12-2020/, /2020/12/07/
    top line                   a date alone on one of the first lines of the text
    url.month                  only year and month in the address: /2020/december/

The address's month comes last because sites file some releases under another month.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from qa.language.dates import MONTHS, date_line, find_date, one_day, whole_month
from qa.language.markup import plain
from qa.records import Period
from qa.releases.head import Head

# A date line stands under the title and a rule at most.
TOP_LINES = 6

_URL_DAY = re.compile(r"/(?P<year>(?:19|20)\d\d)/(?P<month>\d\d?)/(?P<day>\d\d?)(?=/|$)")
_URL_MONTH = re.compile(
    rf"/(?P<year>(?:19|20)\d\d)/(?P<month>{'|'.join(MONTHS)})(?=[/-]|$)", re.IGNORECASE
)


def published(
    head: Head, url: str | None, body: str, told: Sequence[tuple[str, str]] = ()
) -> tuple[Period | None, str | None]:
    """Give the publish date and the name of its source, or (None, None).

    Args:
        head: What the file says of itself.
        url: Its web address.
        body: Its text.
        told: What else states the date, where the format has a place for it: name and text.
    """
    return next(stated_dates(head, url, body, told), (None, None))


def stated_dates(
    head: Head, url: str | None, body: str, told: Sequence[tuple[str, str]] = ()
) -> Iterator[tuple[Period, str]]:
    """Give every date that a release states of its publication, with its source, in their order."""
    sources: tuple[tuple[str, Callable[[], Period | None]], ...] = (
        *((name, partial(_day, text)) for name, text in told),
        ("publish.date", lambda: _day(head.text("publish", "date") or head.text("publish"))),
        ("article.published.time", lambda: _day(head.text("article", "published", "time"))),
        ("publish.month", lambda: _parts(head)),
        ("date", lambda: _day(head.text("date") or head.text("published"))),
        ("url", lambda: _url_day(url)),
        ("top line", lambda: _top_line(body)),
        ("url.month", lambda: _url_month(url)),
    )
    for source, find in sources:
        period = find()
        if period is not None:
            yield period, source


def _day(text: str | None) -> Period | None:
    day = find_date(text) if text else None
    return one_day(day) if day else None


def _parts(head: Head) -> Period | None:
    for place in (("publish",), ()):
        year, month, day = (head.text(*place, part) for part in ("year", "month", "day"))
        if year and month:
            return (
                _day(f"{day} {month} {year}")
                or _day(f"{day}/{month}/{year}")
                or whole_month(year, month)
            )
    return None


def _url_day(url: str | None) -> Period | None:
    for segment in (url or "").split("/"):
        if re.fullmatch(r"\d{1,2}-\d{1,2}-(?:19|20)\d\d", segment):
            return _day(segment)
    match = _URL_DAY.search(url or "")
    return _day(f"{match['day']}/{match['month']}/{match['year']}") if match else None


def _url_month(url: str | None) -> Period | None:
    match = _URL_MONTH.search(url or "")
    return whole_month(match["year"], match["month"]) if match else None


def _top_line(body: str) -> Period | None:
    lines = [line for line in re.split(r"[\r\n]+", body[:2000]) if line.strip()]
    for line in lines[:TOP_LINES]:
        day = date_line(plain(line).text.strip())
        if day is not None:
            return one_day(day)
    return None
