"""British dates as they stand in releases: day first, month by name or number.

`07/12/2020` is 7 December. A date that no calendar has (31/02/2020) is no date, and
neither is a two-digit year: `46/223143/20` is a crime reference.

Reads    a short text, such as a head field or one line
Gives    a `datetime.date`, a `Period`, or None
"""

import re
from datetime import date

from qa.records import Period

MONTHS = (
    "january february march april may june july august september october november december"
).split()

_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?(?![a-z])"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_DAY = r"(?<![\d/.-])(?P<day>\d{1,2})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_DAY}\s?(?:st|nd|rd|th)?\s+(?:of\s+)?{_NAME},?\s+{_YEAR}",  # 25th October 2020
        rf"(?<![a-z]){_NAME}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+{_YEAR}",  # Mar 25, 2021
        rf"{_DAY}[/.-](?P<month>\d{{1,2}})[/.-]{_YEAR}",  # 07/12/2020
        rf"(?<!\d){_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)",  # 2020-12-07
    )
)
# What may stand beside the date on a line that holds nothing else.
_BESIDE = re.compile(
    r"published|posted|updated|issued|released|date|on|at|of|from|the|gmt|bst|utc|[ap]\.?m\.?"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|\d{1,2}[:.]\d\d(?:[:.]\d\d)?|\d{1,2}(?=\s*[ap]m)|[\s,.:;|\-–—()*_]",
    re.IGNORECASE,
)


def find_date(text: str) -> date | None:
    """Give the first whole date in `text`, or None.

    >>> find_date("Posted at 22:49 on 30th September 2020")
    datetime.date(2020, 9, 30)
    """
    found = _first_date(text)
    return found[0] if found else None


def date_line(text: str) -> date | None:
    """Give the date if `text` is one line with a date and nothing else but its trimmings.

    >>> date_line("Published on Monday 21 December 2020, 15:06")
    datetime.date(2020, 12, 21)
    >>> date_line("He was arrested on 21 December 2020") is None
    True
    """
    if len(text) > 80:
        return None
    found = _first_date(text)
    if found is None:
        return None
    day, start, end = found
    rest = _BESIDE.sub("", text[:start]) + _BESIDE.sub("", text[end:])
    return day if rest == "" else None


def month_number(word: str) -> int | None:
    """Give 1 to 12 for a month's name, its first three letters or its number; else None."""
    word = word.strip().lower()
    if word.isdecimal() and 1 <= int(word) <= 12:
        return int(word)
    for number, month in enumerate(MONTHS, start=1):
        if len(word) >= 3 and month.startswith(word.rstrip(".")):
            return number
    return 9 if word == "sept" else None


def whole_month(year: str, month: str) -> Period | None:
    """Give the month that two head fields name, or None if they name none.

    >>> whole_month("2020", "november").iso
    '2020-11'
    """
    number = month_number(month)
    if number is None or not re.fullmatch(r"\s*(?:19|20)\d\d\s*", year):
        return None
    return Period.of_month(int(year), number)


def one_day(day: date) -> Period:
    """Give the period that is just `day`."""
    return Period(day, day)


def _first_date(text: str) -> tuple[date, int, int] | None:
    found = [
        (day, match.start(), match.end())
        for form in _FORMS
        for match in form.finditer(text)
        if (day := _calendar_day(match)) is not None
    ]
    return min(found, key=lambda item: item[1], default=None)


def _calendar_day(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = month_number(parts.get("name") or parts["month"])
    if month is None:
        return None
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None
