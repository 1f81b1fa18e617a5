"""The single dates and spells that a question names, before "early", "since" or "between".

Each is an `Atom`: where it stands, the year if it is told, and how to make a `Period` of a year.
"May", "March", "Sun" or "second" as plain words are none: a month alone needs a word before it
such as "in", and a capital or nothing but such a word where it is also a verb.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.language.dates import MONTHS, month_number
from qa.language.holidays import HOLIDAY, LOCKDOWNS, ORDINALS, holiday, season
from qa.records import Period

OfYear = Callable[[int], Period | None]
BACK = 11  # years looked back for one in which weekday and date agree

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_YEAR = r"(?P<year>(?:19[5-9]|20[0-4])\d)(?![\d,]\d|\d)"
_ITS_YEAR = rf"(?:,?(?: of| in)? {_YEAR})?"
_DAY = r"(?<![\d/.:£-])(?P<day>[0-3]?\d) ?(?:st|nd|rd|th)?"
_LATER_DAY = r"(?<![\d.:£])(?P<day>[0-3]?\d) ?(?:st|nd|rd|th)?"  # as in "11-17 October"
_WEEKDAY = (
    r"(?:(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? (?:the )?)?"
)
_FULL_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_JOINED_MONTH = "".join(
    f"|(?<=\\b{name}{joint})"
    for name in (*MONTHS, *(month[:3] for month in MONTHS))
    for joint in (" and ", " to ", " or ", " until ", "-", " - ")
)
# What turns a month's name into a date where it stands alone.
_LEADS = (
    r"(?:(?<=\bin )|(?<=\bduring )|(?<=\bsince )|(?<=\buntil )|(?<=\btill )|(?<=\bbefore )"
    r"|(?<=\bafter )|(?<=\bearly )|(?<=\bmid[ -])|(?<=\blate )|(?<=\blast )|(?<=\bthis )"
    r"|(?<=\bbetween )|(?<=\bthroughout )|(?<=\bstart of )|(?<=\bend of )|(?<=\bbeginning of )"
    r"|(?<=\bmiddle of )|(?<=\bweek of )|(?<=\bweek in )|(?<=\bhalf of )|(?<=\bdays of )"
    r"|(?<=\bfrom )|(?<=\bweekend of )|(?<=\bweekend in )|(?<=\bmonth of )|(?<=\bback in )"
    rf"{_JOINED_MONTH})"
)
_VERB = r"(?! (?:have|be|not|also|well|still|need|get|contain|know|want|hold|include|know)\b)"
_NO_COUNT = (
    r"(?<!over )(?<!about )(?<!than )(?<!nearly )(?<!almost )(?<!some )(?<![£#$€\d.,/:])(?<!\d-)"
)
_NO_YEAR_AFTER = (
    r"(?![/-]\d|:\d| ?%| (?:people|pounds|grams|plants|officers|homes|cars|miles|hours|hrs"
    r"|metres|times|signatures|bikes|euros|calls|wraps|bottles|cigarettes)\b)"
)


@dataclass(frozen=True, slots=True)
class Atom:
    """One date or spell as named.

    Attributes:
        start: Offset in the text.
        end: Offset one past it.
        of_year: Makes its period of a year; None where that year has no such day.
        year: The year told; None if it is not, and 0 if it needs none.
        weekday: 0 to 6 for a weekday that must agree; None if none is told.
        is_vague: A weekday alone, which says less than any other date beside it.
    """

    start: int
    end: int
    of_year: OfYear
    year: int | None = None
    weekday: int | None = None
    is_vague: bool = False

    def period(self, by: date) -> Period | None:
        """Give its period: of the year told, else of the latest that began by a day and agrees."""
        if self.year is not None:
            return self.of_year(self.year)
        years = range(by.year + 1, by.year - BACK, -1)
        past = [some for year in years if (some := self.of_year(year)) and some.first <= by]
        agreeing = [one for one in past if self.weekday in (None, one.first.weekday())]
        return next(iter(agreeing or past), None)

    def in_year(self, year: int) -> "Atom":
        """Give it with a year, if it has none yet."""
        return self if self.year is not None else replace(self, year=year)


def find_atoms(text: str, today: date) -> list[Atom]:
    """Find what is named, in order and without overlap; of two in one place the longer counts.

    Args:
        text: A question; case matters where a name could be meant.
        today: The day it is asked.
    """
    low = text.lower()
    found = [atom for form, make in _FORMS for atom in _matches(form, make, text, low, today)]
    kept: list[Atom] = []
    for atom in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(atom.end <= other.start or atom.start >= other.end for other in kept):
            kept.append(atom)
    return sorted(kept, key=lambda one: one.start)


Make = Callable[[re.Match[str], date], Atom | None]


def _matches(form: re.Pattern[str], make: Make, text: str, low: str, today: date) -> Iterator[Atom]:
    for match in form.finditer(low):
        atom = make(match, today)
        if atom is not None and not _is_name(match, text):
            yield atom


def _is_name(match: re.Match[str], text: str) -> bool:
    """Tell "in April Close" and "Mr May" from a month: a name goes on, or began before."""
    if "year" not in match.groupdict() or match["year"] or match.groupdict().get("day"):
        return False
    if "month" not in match.groupdict() and "season" not in match.groupdict():
        return False
    after = re.match(r" [A-Z][a-z]+|, (?:Cambridgeshire|Cambs)\b", text[match.end() :])
    return after is not None


def _day(match: re.Match[str], today: date) -> Atom | None:
    month = month_number(match["month"])
    word, day = match.groupdict().get("weekday"), int(match["day"])
    if month is None or not 1 <= day <= 31:
        return None
    weekday = next((n for n, name in enumerate(WEEKDAYS) if word and name.startswith(word)), None)
    year = _year(match)
    return Atom(match.start(), match.end(), lambda y: _one_day(y, month, day), year, weekday)


def _year(match: re.Match[str]) -> int | None:
    told = match.groupdict().get("year")
    if not told:
        return None
    return int(told) if len(told) == 4 else 2000 + int(told)


def _one_day(year: int, month: int, day: int) -> Period | None:
    try:
        return Period(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def _month(match: re.Match[str], today: date) -> Atom | None:
    month = month_number(match["month"])
    if month is None:
        return None
    return Atom(match.start(), match.end(), lambda y: Period.of_month(y, month), _year(match))


def _whole_year(match: re.Match[str], today: date) -> Atom | None:
    year = int(match["year"])
    return _fixed(match, Period(date(year, 1, 1), date(year, 12, 31)))


def _season(match: re.Match[str], today: date) -> Atom | None:
    name = match["season"]
    return Atom(match.start(), match.end(), lambda y: season(name, y), _year(match))


def _holiday(match: re.Match[str], today: date) -> Atom | None:
    return Atom(match.start(), match.end(), holiday(match["holiday"]), _year(match))


def _lockdown(match: re.Match[str], today: date) -> Atom | None:
    which = ORDINALS.get(match["which"], match["which"])
    return _fixed(match, LOCKDOWNS[which])


def _fixed(match: re.Match[str], period: Period, *, is_vague: bool = False) -> Atom:
    return Atom(match.start(), match.end(), lambda _: period, 0, is_vague=is_vague)


def _weekday(match: re.Match[str], today: date) -> Atom:
    behind = (today.weekday() - WEEKDAYS.index(match["weekday"])) % 7 or 7
    day = today - timedelta(behind)
    return _fixed(match, Period(day, day), is_vague=True)


def _weekday_and_day(match: re.Match[str], today: date) -> Atom | None:
    wanted = (WEEKDAYS.index(match["weekday"]), int(match["day"]))
    days = (today - timedelta(back) for back in range(366 * BACK))
    day = next((day for day in days if (day.weekday(), day.day) == wanted), None)
    return _fixed(match, Period(day, day)) if day else None


def _relative(match: re.Match[str], today: date) -> Atom:
    back = {"yesterday": 1, "last night": 1, "yesterday evening": 1}.get(match[0], 0)
    if match[0].startswith("the day before"):
        back = 2
    day = today - timedelta(back)
    return _fixed(match, Period(day, day))


def _last_unit(match: re.Match[str], today: date) -> Atom:
    """Read "last week", "this month": whole ones of the calendar, a week from Monday."""
    back = 1 if match["which"] in ("last", "previous") else 0
    unit = match["unit"]
    if unit == "year":
        year = today.year - back
        return _fixed(match, Period(date(year, 1, 1), date(year, 12, 31)))
    if unit == "month":
        month = Period.of_month(today.year, today.month)
        if back:
            before = month.first - timedelta(1)
            month = Period.of_month(before.year, before.month)
        return _fixed(match, month)
    monday = today - timedelta(today.weekday() + 7 * back)
    if unit == "weekend":
        # The weekend of this week has not come yet, except on its own days.
        return _fixed(match, Period(monday + timedelta(5), monday + timedelta(6)))
    return _fixed(match, Period(monday, monday + timedelta(6)))


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
    return _fixed(match, Period(today - timedelta(min(days, 36_500)), today))


def _split_winter(match: re.Match[str], today: date) -> Atom:
    return _fixed(match, season("winter", int(match["year"])))


def _forms() -> Iterator[tuple[str, Make]]:
    for month in (
        rf"{_LATER_DAY}(?: day)?(?: of)? {_MONTH}{_VERB}",
        rf"(?<![a-z]){_MONTH} (?:the )?{_DAY}(?![\d:]|[.,]\d)",
    ):
        yield rf"(?<![a-z]){_WEEKDAY}(?:the )?{month}{_ITS_YEAR}", _day
    yield rf"{_DAY}[/.-](?P<month>[01]?\d)[/.-](?P<year>(?:19|20)\d\d|\d\d)(?![\d/])", _day
    yield r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", _day
    yield rf"(?<=\bon ){_WEEKDAY}{_DAY}/(?P<month>[01]?\d)(?![\d/])", _day
    yield rf"(?<![a-z]){_MONTH},?(?: of| in)? {_YEAR}", _month
    yield rf"{_LEADS}{_MONTH}{_VERB}(?P<year>)", _month
    yield (
        rf"(?:(?<=\bin )|(?<=\bduring )|(?<=\bthroughout )|(?<=\bof )|(?<=\bsince )|(?<=\byear )){_YEAR}"
        r"(?![/-]\d)",
        _whole_year,
    )
    yield rf"{_NO_COUNT}\b{_YEAR}{_NO_YEAR_AFTER}", _whole_year
    yield rf"\b(?P<season>spring|summer|autumn|winter)(?: of)?,? {_YEAR}(?![/-]\d)", _season
    yield (
        r"(?:(?<=\bin )|(?<=\blast )|(?<=\bthis )|(?<=\bduring )|(?<=\bin the )|(?<=\bduring the )"
        r"|(?<=\bover the ))(?P<season>spring|summer|autumn|winter)\b(?P<year>)(?! (?:holiday|school|break|fair|gardens))",
        _season,
    )
    yield rf"\bwinter(?: of)? {_YEAR}[/-](?:20)?\d\d(?!\d)", _split_winter
    yield rf"\b(?P<holiday>{HOLIDAY})(?: period| weekend)?(?:,?(?: of| in)? {_YEAR})", _holiday
    yield (
        r"(?:(?<=\bat )|(?<=\bover )|(?<=\bon )|(?<=\blast )|(?<=\bbefore )|(?<=\bafter )"
        rf"|(?<=\bsince )|(?<=\bover the )|(?<=\bto ))(?P<holiday>{HOLIDAY})\b(?P<year>)"
        r"(?! (?:market|tree|lights|card|present|gift|party|market|road|street|close|shop|egg|fair))",
        _holiday,
    )
    yield (
        r"\b(?:the )?(?P<which>first|second|third|1st|2nd|3rd)"
        r"(?: (?:national|covid|covid-19|coronavirus|uk|english))* lockdown\b",
        _lockdown,
    )
    yield (
        rf"(?:(?<=\bon )|(?<=\blast )|(?<=\bon the )|(?<=\bthis past )){_FULL_WEEKDAY}\b(?! (?:times|market|league|mirror|express))",
        _weekday,
    )
    yield (
        rf"\b{_FULL_WEEKDAY},? (?:the )?(?P<day>[0-3]?\d)(?:st|nd|rd|th)\b(?! [a-z]+ (?:of )?20\d\d)",
        _weekday_and_day,
    )
    yield (
        r"\bthe day before yesterday\b|\byesterday evening\b|\byesterday\b|\blast night\b|\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b",
        _relative,
    )
    yield (
        r"\b(?P<which>last|previous|this) (?P<unit>week|weekend|month|year)\b(?! (?:of|in) )",
        _last_unit,
    )
    yield (
        r"\b(?:in |over |during |within )?(?:the )?(?:last|past|previous) (?P<count>\d{1,3}|a|one|two|three|four|five|six|ten|twelve)? ?"
        r"(?P<unit>day|night|week|fortnight|month|year|decade)s?\b(?! (?:of|in) )",
        _past_units,
    )


_FORMS = tuple((re.compile(form), make) for form, make in _forms())
