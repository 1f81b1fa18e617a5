"""Days and spells that people name instead of dating them: Christmas, a season, a lockdown.

Reads    a name in small letters and a year
Gives    a `Period`
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from qa.records import Period

OfYear = Callable[[int], Period]

# England: announced on 23 March 2020, in force on the 26th, first eased on 1 June; in force from
# 5 November to 2 December 2020; announced on 4 January 2021, "stay at home" ended on 29 March.
# Source: Institute for Government, "Timeline of UK government coronavirus lockdowns and measures,
# March 2020 to December 2021".
LOCKDOWNS = {
    "first": Period(date(2020, 3, 23), date(2020, 5, 31)),
    "second": Period(date(2020, 11, 5), date(2020, 12, 2)),
    "third": Period(date(2021, 1, 4), date(2021, 3, 28)),
}
ORDINALS = {"1st": "first", "2nd": "second", "3rd": "third"}

# Meteorological, as the Met Office counts; a winter begins in the year that names it.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


def season(name: str, year: int) -> Period:
    """Give a season.

    >>> season("winter", 2019).iso
    '2019-12-01/2020-02-29'
    """
    month = _SEASONS[name]
    end = month + 2
    return Period(date(year, month, 1), Period.of_month(year + (end > 12), (end - 1) % 12 + 1).last)


def easter_sunday(year: int) -> date:
    """Give Easter Sunday by the anonymous Gregorian computus (Meeus, Jones and Butcher).

    >>> easter_sunday(2020)
    datetime.date(2020, 4, 12)
    """
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def _days(month: int, first: int, last: int | None = None) -> OfYear:
    return lambda year: Period(date(year, month, first), date(year, month, last or first))


def _easter(first: int, last: int) -> OfYear:
    def period(year: int) -> Period:
        sunday = easter_sunday(year)
        return Period(sunday + timedelta(first), sunday + timedelta(last))

    return period


def _new_year(year: int) -> Period:
    return Period(date(year - 1, 12, 31), date(year, 1, 1))


def _bank_holiday(month: int, *, is_last: bool) -> OfYear:
    """Give the weekend and the Monday, the first or last of a month."""

    def period(year: int) -> Period:
        near = Period.of_month(year, month).last if is_last else date(year, month, 7)
        monday = near - timedelta(near.weekday())
        return Period(monday - timedelta(2), monday)

    return period


def _remembrance(year: int) -> Period:
    second = date(year, 11, 14)
    sunday = second - timedelta((second.weekday() + 1) % 7)
    return Period(sunday, sunday)


def _fathers_day(year: int) -> Period:
    """Give the third Sunday of June."""
    sunday = date(year, 6, 21) - timedelta((date(year, 6, 21).weekday() + 1) % 7)
    return Period(sunday, sunday)


def _black_friday(year: int) -> Period:
    """Give the day after the fourth Thursday of November."""
    thursday = date(year, 11, 28) - timedelta((date(year, 11, 28).weekday() - 3) % 7)
    return Period(thursday + timedelta(1), thursday + timedelta(1))


_BANK = r"(?: bank holiday(?: (?:weekend|monday))?)"
HOLIDAYS: tuple[tuple[str, OfYear], ...] = (
    (r"christmas eve|xmas eve", _days(12, 24)),
    (r"christmas day|xmas day", _days(12, 25)),
    (r"boxing day", _days(12, 26)),
    (r"new year['’]?s eve", _days(12, 31)),
    (r"new year['’]?s day", _days(1, 1)),
    (r"christmas|xmas", _days(12, 24, 26)),
    (r"new year", _new_year),
    (r"good friday", _easter(-2, -2)),
    (r"shrove tuesday|pancake (?:day|tuesday)", _easter(-47, -47)),
    (r"ash wednesday", _easter(-46, -46)),
    (r"mother['’]?s['’]? day|mothering sunday", _easter(-21, -21)),
    (r"palm sunday", _easter(-7, -7)),
    (r"maundy thursday", _easter(-3, -3)),
    (r"father['’]?s['’]? day", _fathers_day),
    (r"easter sunday", _easter(0, 0)),
    (r"easter monday", _easter(1, 1)),
    (r"easter(?: weekend| bank holiday(?: weekend)?)?", _easter(-2, 1)),
    (r"hallowe['’]?en", _days(10, 31)),
    (r"bonfire night|guy fawkes(?: night)?", _days(11, 5)),
    (r"valentine['’]?s(?: day)?", _days(2, 14)),
    (r"st patrick['’]?s day", _days(3, 17)),
    (r"st david['’]?s day", _days(3, 1)),
    (r"st george['’]?s day", _days(4, 23)),
    (r"st andrew['’]?s day", _days(11, 30)),
    (r"burns night", _days(1, 25)),
    (r"ve day", _days(5, 8)),
    (r"remembrance sunday", _remembrance),
    (r"armistice day", _days(11, 11)),
    (r"black friday", _black_friday),
    (rf"early may{_BANK}|may day{_BANK}", _bank_holiday(5, is_last=False)),
    (rf"(?:late may|spring){_BANK}", _bank_holiday(5, is_last=True)),
    (rf"(?:late )?(?:august|summer){_BANK}", _bank_holiday(8, is_last=True)),
)
_NAMES = tuple((re.compile(name), of_year) for name, of_year in HOLIDAYS)
HOLIDAY = "|".join(name for name, _ in HOLIDAYS)


def holiday(name: str) -> OfYear:
    """Give what makes a named day or spell of a year; a New Year's is the year that begins.

    Raises:
        KeyError: The name is none of `HOLIDAY`.
    """
    for pattern, of_year in _NAMES:
        if pattern.fullmatch(name):
            return of_year
    raise KeyError(name)
