"""What words before a date make of it: "early", "the last week of", "just before", "weekend of".

An annotator's conventions, stated here once: early, mid and late are tens of days of a month, and
January to March, May to August and October to December of a year; just before and just after
reach `NEAR` days.

Reads    the words, in small letters, that end where the date begins
Gives    the days that are meant
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from qa.language.atoms import WEEKDAYS
from qa.records import Period

Change = Callable[[Period], Period]
NEAR = 14  # days that "just before" and "just after" reach


def _thirds(which: int) -> Change:
    """Give what takes the first, middle or last part: ten days of a month, months of a year."""

    def change(days: Period) -> Period:
        if _is_month(days):
            first = days.first.replace(day=(1, 11, 21)[which])
            return Period(first, days.last if which == 2 else first + timedelta(9))
        if _is_year(days):
            months = ((1, 3), (5, 8), (10, 12))[which]
            year = days.first.year
            return Period(date(year, months[0], 1), Period.of_month(year, months[1]).last)
        length = (days.last - days.first).days
        if length < 2:  # "late last night": a day or two have no parts
            return days
        third = length // 3
        first = min(days.last, days.first + timedelta((third + 1) * which))
        return Period(first, days.last if which == 2 else min(days.last, first + timedelta(third)))

    return change


def _is_month(days: Period) -> bool:
    return days == Period.of_month(days.first.year, days.first.month)


def _is_year(days: Period) -> bool:
    year = days.first.year
    return days == Period(date(year, 1, 1), date(year, 12, 31))


def _week(number: int) -> Change:
    """Give what takes seven days of a longer period, counted from its first or its last day."""

    def change(days: Period) -> Period:
        if number < 0:
            return Period(max(days.first, days.last - timedelta(6)), days.last)
        first = min(days.first + timedelta(7 * number), days.last)
        return Period(first, min(days.last, first + timedelta(6)))

    return change


def _week_from(days: Period) -> Period:
    """Take the seven days from a day, or the week (from Monday) of a longer or named one."""
    if days.first == days.last:
        return Period(days.first, days.first + timedelta(6))
    return days


def _weekend(days: Period) -> Period:
    """Take the Saturday and Sunday at or after a day; of a longer period its first weekend."""
    saturday = days.first + timedelta((5 - days.first.weekday()) % 7)
    if days.first.weekday() == 6:
        saturday = days.first - timedelta(1)
    return Period(saturday, saturday + timedelta(1))


def _last_weekend(days: Period) -> Period:
    sunday = days.last - timedelta((days.last.weekday() + 1) % 7)
    return Period(sunday - timedelta(1), sunday)


def _half(which: int) -> Change:
    def change(days: Period) -> Period:
        middle = days.first + (days.last - days.first) // 2
        if _is_year(days):
            middle = date(days.first.year, 6, 30)
        elif _is_month(days):
            middle = days.first.replace(day=15)
        return Period(middle + timedelta(1), days.last) if which else Period(days.first, middle)

    return change


def _months(count: int, *, is_last: bool) -> Change:
    def change(days: Period) -> Period:
        if not _is_year(days):
            return days
        year = days.first.year
        if is_last:
            return Period(date(year, 13 - count, 1), days.last)
        return Period(days.first, Period.of_month(year, count).last)

    return change


def _quarter(which: int) -> Change:
    def change(days: Period) -> Period:
        if not _is_year(days):
            return days
        year = days.first.year
        return Period(date(year, 3 * which + 1, 1), Period.of_month(year, 3 * which + 3).last)

    return change


def _just_before(days: Period) -> Period:
    return Period(days.first - timedelta(NEAR), days.first - timedelta(1))


def _just_after(days: Period) -> Period:
    return Period(days.last + timedelta(1), days.last + timedelta(NEAR))


def _weekday_beside(weekday: int, *, is_after: bool) -> Change:
    """Give what takes the nearest such weekday before or after a date."""

    def change(days: Period) -> Period:
        if is_after:
            day = days.last + timedelta((weekday - days.last.weekday()) % 7 or 7)
        else:
            day = days.first - timedelta((days.first.weekday() - weekday) % 7 or 7)
        return Period(day, day)

    return change


def _weekend_beside(*, is_after: bool) -> Change:
    def change(days: Period) -> Period:
        saturday = _weekday_beside(5, is_after=is_after)(days).first
        if not is_after and saturday == days.first - timedelta(1):
            saturday -= timedelta(7)  # a weekend that reaches into the days is not before them
        return Period(saturday, saturday + timedelta(1))

    return change


def _days_from(count: int) -> Change:
    """Give what takes one day so many days after the last day; before the first, if negative."""

    def change(days: Period) -> Period:
        if (days.last - days.first).days == 2:  # Christmas: they count from its middle day
            days = Period(days.first + timedelta(1), days.last - timedelta(1))
        day = (days.first if count < 0 else days.last) + timedelta(count)
        return Period(day, day)

    return change


def _weekday_of(weekday: int, number: int) -> Change:
    """Give what takes one weekday of a month or year, counted from 0; the last if negative."""

    def change(days: Period) -> Period:
        if not (_is_month(days) or _is_year(days)):
            return days
        first = days.first + timedelta((weekday - days.first.weekday()) % 7)
        last = days.last - timedelta((days.last.weekday() - weekday) % 7)
        day = last if number < 0 else first + timedelta(7 * number)
        return Period(day, day)

    return change


def _single_days() -> Iterator[tuple[str, Change]]:
    """Give the words that take one day: "Friday before", "two days after", "first Monday in"."""
    ordinals = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1}
    for number, name in enumerate(WEEKDAYS):
        yield (
            rf"{name} (?:night |evening |morning )?before",
            _weekday_beside(number, is_after=False),
        )
        yield rf"{name} (?:night |evening |morning )?after", _weekday_beside(number, is_after=True)
        for word, which in ordinals.items():
            yield rf"{word} {name} (?:of|in)", _weekday_of(number, which)
    yield "weekend before", _weekend_beside(is_after=False)
    yield "weekend after", _weekend_beside(is_after=True)
    for count, word in enumerate(("one", "two", "three", "four", "five", "six"), 1):
        yield rf"(?:{word}|{count}) days? before", _days_from(-count)
        yield rf"(?:{word}|{count}) days? after", _days_from(count)
    yield r"the (?:day|night|evening) before|(?<=on )the eve of", _days_from(-1)
    yield r"the (?:day|morning) after", _days_from(1)


_JUST = (
    r"(?:just|shortly|soon|right|immediately|(?:in )?the days|a few days|(?:in )?the weeks?|days)"
)
_PART_WORDS: tuple[tuple[str, Change], ...] = (
    (rf"{_JUST} before|(?:the |in the )?run[- ]up to|in the lead[- ]up to|ahead of", _just_before),
    (rf"{_JUST} (?:after|following)|in the wake of", _just_after),
    (r"first (?:full )?week (?:of|in)", _week(0)),
    (r"second week (?:of|in)", _week(1)),
    (r"third week (?:of|in)", _week(2)),
    (r"fourth week (?:of|in)", _week(3)),
    (r"(?:last|final) week (?:of|in)|last (?:few )?days (?:of|in)", _week(-1)),
    (r"first (?:few )?days (?:of|in)", _week(0)),
    (r"week (?:of|commencing|beginning|starting|from)", _week_from),
    (r"week ending", lambda days: Period(days.last - timedelta(6), days.last)),
    (r"(?:last|final) weekend (?:of|in)", _last_weekend),
    (r"(?:first )?weekend (?:of|in)", _weekend),
    (r"first half of", _half(0)),
    (r"(?:second|latter|last) half of", _half(1)),
    (r"first three months of|first quarter of", _quarter(0)),
    (r"second quarter of", _quarter(1)),
    (r"third quarter of", _quarter(2)),
    (r"(?:fourth|last|final) quarter of|(?:last|final) three months of", _quarter(3)),
    (r"first six months of", _months(6, is_last=False)),
    (r"(?:last|final) six months of", _months(6, is_last=True)),
    (r"first two months of", _months(2, is_last=False)),
    (r"(?:early|earlier)(?: in| on in)?|(?:very )?(?:start|beginning) of|opening of", _thirds(0)),
    (r"mid(?:dle of|[- ]?way through)?|the middle of", _thirds(1)),
    (r"(?:late|later|towards the end)(?: in| on in| of)?|(?:very )?end of|close of", _thirds(2)),
)
CHANGES = tuple(
    (re.compile(rf"\b(?:{words})[ -](?:the )?$"), change)
    for words, change in (*_single_days(), *_PART_WORDS)
)
