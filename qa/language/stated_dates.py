"""Whether a text states a day of a period: "on Saturday (12/12)", "3 May", "yesterday".

Only the months of the period are looked for, so that a question can ask it of some fifty texts: a
release of three thousand characters takes some ten microseconds. What lacks a year or a date is
resolved against the publish date.

Reads    the text of a release, when it was published, a first and a last day
Gives    True or False
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from qa.language.dates import MONTHS
from qa.records import Period

MANY_MONTHS = 4  # a longer period is told by its years
_BEFORE, _AFTER = 14, 24  # characters around a month's name that may belong to the date
_DAY_BEFORE = re.compile(r"(?<![\d.:£])(\d{1,2})(?:st|nd|rd|th)?(?: of)?\s+$")
_AFTER_NAME = re.compile(
    r"(?P<rest>[a-z]*)\.?(?:\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?(?![\d:]))?"
    r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
)
_NUMERIC = re.compile(
    r"(?<![\d/])(?!24/7\b)(?P<day>\d{1,2})/0?(?P<month>\d{1,2})(?:/(?P<year>\d{4}|\d\d))?(?!\d)"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_BACK = {
    "yesterday": (1, 1),
    "overnight": (0, 1),
    "last night": (0, 1),
    "today": (0, 0),
    "this morning": (0, 0),
    "tonight": (0, 0),
}


def states_day_in(text: str, published: Period | None, first: date, last: date) -> bool:
    """Tell whether a text states a day from `first` to `last`.

    A month without its day counts if it lies in the period whole or in part.

    >>> saturday, monday = date(2020, 12, 12), date(2020, 12, 14)
    >>> states_day_in("He fell on Saturday (12/12).", Period(monday, monday), saturday, saturday)
    True
    """
    if (last.year - first.year) * 12 + last.month - first.month >= MANY_MONTHS:
        return any(str(year) in text for year in range(first.year, last.year + 1))
    stated = (*_named(text, published, first, last), *_numeric(text, published, first, last))
    if any(one.first <= last and first <= one.last for one in stated):
        return True
    return published is not None and _says_lately(text, published, first, last)


def _months(first: date, last: date) -> Iterator[int]:
    count = (last.year - first.year) * 12 + last.month - first.month
    return ((first.month - 1 + i) % 12 + 1 for i in range(count + 1))


def _named(text: str, published: Period | None, first: date, last: date) -> Iterator[Period]:
    for month in _months(first, last):
        name = MONTHS[month - 1][:3].capitalize()
        place = text.find(name)
        while place >= 0:
            end = place + len(name)
            before = _DAY_BEFORE.search(text[max(0, place - _BEFORE) : place])
            after = _AFTER_NAME.match(text, end, end + _AFTER)
            if after and _is_month(month, after) and (before or after["day"] or after["year"]):
                day = int(before[1] if before else after["day"] or 0)
                yield from _resolved(after["year"], month, day, published, (first, last))
            place = text.find(name, end)


def _is_month(month: int, after: re.Match[str]) -> bool:
    """Tell March and Mar. from "12 Marsh Road"."""
    return after["rest"] in ("", MONTHS[month - 1][3:]) or f"{month}{after['rest']}" == "9t"


def _numeric(text: str, published: Period | None, first: date, last: date) -> Iterator[Period]:
    months = set(_months(first, last))
    place = text.find("/")
    while place >= 0:
        found = _NUMERIC.search(text, max(0, place - 2), place + 8)
        if found and int(found["month"]) in months:
            month, day = int(found["month"]), int(found["day"])
            yield from _resolved(found["year"], month, day, published, (first, last))
        place = text.find("/", place + 1)


def _resolved(
    year: str | None, month: int, day: int, published: Period | None, asked: tuple[date, date]
) -> Iterator[Period]:
    """Give the day or month; without its year the one nearest to the publish date."""
    if year:
        years = [int(year) if len(year) == len("2020") else 2000 + int(year)]
    elif published is None:
        years = [asked[0].year, asked[1].year]
    else:
        years = [published.first.year - 1, published.first.year, published.first.year + 1]
    periods = [period for one in years if (period := _period(one, month, day))]
    if year or published is None:
        yield from periods
    elif periods:
        yield min(periods, key=lambda one: abs((one.first - published.first).days))


def _period(year: int, month: int, day: int) -> Period | None:
    try:
        return (
            Period(date(year, month, day), date(year, month, day))
            if day
            else Period.of_month(year, month)
        )
    except ValueError:
        return None


def _says_lately(text: str, published: Period, first: date, last: date) -> bool:
    """Tell whether "yesterday", "overnight" or a weekday says a day of the period."""
    if (
        published.first != published.last
        or not 0 <= (published.first - first).days < 8 + (last - first).days
    ):
        return False
    day, small = published.first, text.lower()
    for words, (least, most) in _DAYS_BACK.items():
        if first <= day - timedelta(least) and day - timedelta(most) <= last and words in small:
            return True
    days = (day - timedelta(back) for back in range(7))
    return any(first <= one <= last and _WEEKDAYS[one.weekday()] in text for one in days)
