"""A day set by hand: a date, or what people type for one."""

from datetime import date, datetime

from qa.errors import QuestionError
from qa.language.dates import find_date

Day = date | str | None


def day_of(day: Day) -> date | None:
    """Give the day that is meant, if any.

    Raises:
        QuestionError: It is no date.
    """
    if isinstance(day, datetime):
        return day.date()
    if day is None or isinstance(day, date):
        return day
    found = find_date(day) if isinstance(day, str) else None
    if found is None:
        raise QuestionError(f"{day!r} is no date; write it as 2020-12-07 or 7 December 2020")
    return found
