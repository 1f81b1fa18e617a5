"""Dates that count from the day a question is asked: "yesterday", "last week", "on Sunday".

A week begins on Monday; last week, month and year are whole ones of the calendar.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from qa.language.atoms import BACK, WEEKDAYS, Atom, Make, fixed
from qa.records import Period

_FULL_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"


def _forms() -> Iterator[tuple[str, Make]]:
    yield (
        rf"(?:(?<=\bon )|(?<=\blast )|(?<=\bon the )|(?<=\bthis past )){_FULL_WEEKDAY}\b"
        r"(?! (?:times|market|league|mirror|express))",
        _weekday,
    )
    yield (
        rf"\b{_FULL_WEEKDAY},? (?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b"
        r"(?! [a-z]+ (?:of )?20\d\d)",
        _weekday_and_day,
    )
    yield (
        r"\bthe day before yesterday\b|\byesterday evening\b|\byesterday\b"
        r"|\blast night\b|\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b",
        _relative,
    )
    yield (
        r"\b(?P<which>last|previous|this) (?P<unit>week|weekend|month|year)\b(?! (?:of|in) )",
        _last_unit,
    )
    yield (
        r"\b(?:in |over |during |within )?(?:the )?(?:last|past|previous) "
        r"(?P<count>\d{1,3}|a|one|two|three|four|five|six|ten|twelve)? ?"
        r"(?P<unit>day|night|week|fortnight|month|year|decade)s?\b(?! (?:of|in) )",
        _past_units,
    )


def _weekday(match: re.Match[str], today: date) -> Atom:
    behind = (today.weekday() - WEEKDAYS.index(match["weekday"])) % 7 or 7
    day = today - timedelta(behind)
    return fixed(match, Period(day, day), is_vague=True)


def _weekday_and_day(match: re.Match[str], today: date) -> Atom | None:
    wanted = (WEEKDAYS.index(match["weekday"]), int(match["day"]))
    days = (today - timedelta(back) for back in range(366 * BACK))
    day = next((day for day in days if (day.weekday(), day.day) == wanted), None)
    return fixed(match, Period(day, day)) if day else None


def _relative(match: re.Match[str], today: date) -> Atom:
    back = {"yesterday": 1, "last night": 1, "yesterday evening": 1}.get(match[0], 0)
    if match[0].startswith("the day before"):
        back = 2
    day = today - timedelta(back)
    return fixed(match, Period(day, day))


def _last_unit(match: re.Match[str], today: date) -> Atom:
    """Read "last week", "this month": whole ones of the calendar, a week from Monday."""
    back = 1 if match["which"] in ("last", "previous") else 0
    unit = match["unit"]
    if unit == "year":
        year = today.year - back
        return fixed(match, Period(date(year, 1, 1), date(year, 12, 31)))
    if unit == "month":
        month = Period.of_month(today.year, today.month)
        if back:
            before = month.first - timedelta(1)
            month = Period.of_month(before.year, before.month)
        return fixed(match, month)
    monday = today - timedelta(today.weekday() + 7 * back)
    if unit == "weekend":
        # The weekend of this week has not come yet, except on its own days.
        return fixed(match, Period(monday + timedelta(5), monday + timedelta(6)))
    return fixed(match, Period(monday, monday + timedelta(6)))


_COUNTS = dict(
    zip(
        "a one two three four five six ten twelve".split(),
        (1, 1, 2, 3, 4, 5, 6, 10, 12),
        strict=True,
    )
)
_LENGTHS = {
    "day": 1,
    "night": 1,
    "week": 7,
    "fortnight": 14,
    "month": 30,
    "year": 365,
    "decade": 3652,
}


def _past_units(match: re.Match[str], today: date) -> Atom:
    """Read "the past two weeks": that many days up to today."""
    said = match["count"] or "one"
    count = int(said) if said.isdecimal() else _COUNTS[said]
    days = count * _LENGTHS[match["unit"]]
    return fixed(match, Period(today - timedelta(min(days, 36_500)), today))


RELATIVE = tuple(_forms())
