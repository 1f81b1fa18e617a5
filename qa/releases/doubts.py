"""What makes a publish date doubtful: said in words, for whoever can look it up.

A date is doubted for what can be seen in the file alone: it states two that are far apart, or one
that no press release on the web can have. Sites put a release up some days after it was sent, and
file it under the month before or after; such gaps are no reason to doubt.

Reads    the dates that a release states, and what day it is
Gives    reasons
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from qa.records import Period

FIRST_YEAR = 1990  # the web is of 1991; the dates before it that files state are mostly slips
DAYS_APART = 7  # between two days that both may be right: sent, and put up after a weekend
MONTH_APART = 31  # where one of the two states only a month

Stated = Sequence[tuple[Period, str]]


def doubts(stated: Stated, today: date) -> Iterator[str]:
    """Give what is doubtful about the date of a release; nothing if it states none.

    Args:
        stated: Dates and their sources; the first is taken for the date.
        today: A day after the next is in the future, wherever on earth this is read.

    >>> day, other = (Period(one, one) for one in (date(2020, 7, 12), date(2020, 12, 7)))
    >>> list(doubts([(day, "publish.date"), (other, "url")], date(2021, 1, 1)))
    ['publish.date says 2020-07-12 and url says 2020-12-07: day and month may be swapped']
    """
    if not stated:
        return
    taken, source = stated[0]
    if taken.first > today + timedelta(days=1):
        yield f"{source} says {taken.iso}, which is in the future"
    if taken.last.year < FIRST_YEAR:
        nothing = " (a date of zero)" if taken.first == date(1970, 1, 1) else ""
        yield f"{source} says {taken.iso}, which is before {FIRST_YEAR}{nothing}"
    sources = [name for _, name in stated]
    for other, name in stated[1:]:
        if name == "url.month" and "url" in sources:
            continue  # the same words of the address
        if _gap(taken, other) > (DAYS_APART if _is_day(taken) and _is_day(other) else MONTH_APART):
            swapped = ": day and month may be swapped" if _are_swapped(taken, other) else ""
            yield f"{source} says {taken.iso} and {name} says {other.iso}{swapped}"


def _gap(one: Period, other: Period) -> int:
    """Give the days between two periods, 0 if they meet."""
    return max(0, (one.first - other.last).days, (other.first - one.last).days)


def _is_day(period: Period) -> bool:
    return period.first == period.last


def _are_swapped(one: Period, other: Period) -> bool:
    a, b = one.first, other.first
    both_days = _is_day(one) and _is_day(other)
    return both_days and a.year == b.year and (a.day, a.month) == (b.month, b.day)
