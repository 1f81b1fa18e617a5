"""The single dates and spells that a question names, before "early", "since" or "between".

Each is an `Atom`. "May", "March", "Sun" or "second" as plain words are none: a month alone needs
a word before it such as "in", and must not go on as a name does.
"""

import re
from collections.abc import Iterator
from datetime import date

from qa.language.atoms import WEEKDAYS, Atom, Make, fixed, small_letters
from qa.language.dates import MONTHS, month_number
from qa.language.holidays import HOLIDAY, LOCKDOWNS, ORDINALS, holiday, season
from qa.language.relative_dates import RELATIVE
from qa.records import Period

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
_YEAR = r"(?P<year>(?:19[5-9]|20[0-4])\d)(?![\d,]\d|\d)"
_MONTHS_YEAR = r"(?P<year>(?:1[89]\d|20[0-4])\d)(?![\d,]\d|\d| ?h(?:ou)?rs\b)"
_ITS_YEAR = rf"(?:,?(?: of| in)? {_MONTHS_YEAR})?"
_DAY = r"(?<![\d/.:£-])(?P<day>[0-3]?\d)(?: ?(?:st|nd|rd|th))?"
_LATER_DAY = r"(?<![\d.:£])(?P<day>[0-3]?\d)(?: ?(?:st|nd|rd|th))?"  # as in "11-17 October"
_WEEKDAY = (
    r"(?:(?P<weekday>mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? (?:the )?)?"
)
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
    r"(?<!\bat )(?<!\bpc )(?<!\bno )(?<!number )(?<!\bref )(?<!reference )(?<!incident )(?<!\blog )"
)
# A measure, or a time of day: "2019 grams", "2015hrs", "between 2000 and 2200".
_NO_MEASURE_AFTER = (
    r"(?![/-]\d|:\d| ?%| ?h(?:ou)?rs\b"
    r"| (?:and|to) (?:(?:0\d|1[0-8]|2[1-4])\d\d\b|\d{4} ?h(?:ou)?rs\b)"
    r"| (?:pounds|grams|homes|miles|metres|times|euros)\b|s\b)"
)
_NO_YEAR_AFTER = (
    rf"{_NO_MEASURE_AFTER}(?! (?:people|plants|officers|cars"
    r"|signatures|bikes|calls|wraps|bottles|cigarettes)\b)"
)


def find_atoms(text: str, today: date) -> list[Atom]:
    """Find what is named, in order and without overlap; of two in one place the longer counts.

    Args:
        text: A question; case matters where a name could be meant.
        today: The day it is asked.
    """
    low = small_letters(text)
    found = [atom for form, make in _FORMS for atom in _matches(form, make, text, low, today)]
    kept: list[Atom] = []
    for atom in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(atom.end <= other.start or atom.start >= other.end for other in kept):
            kept.append(atom)
    return sorted(kept, key=lambda one: one.start)


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
    after = text[match.end() :]
    goes_on = re.match(r" [A-Z][a-z]+|, (?:Cambridgeshire|Cambs)\b", after)
    return goes_on is not None and _POLICE.match(after) is None


# "In May Kent Police said", but not "in May Street Police found".
_POLICE = re.compile(
    r" (?!(?:Road|Street|Close|Lane|Avenue|Drive|Way|Gardens|Court|Place|Terrace)\b)"
    r"(?:[A-Z][a-z]+ (?:(?:and|&) )?){1,3}(?:Police|Constabulary|officers|detectives)\b"
)


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
    return fixed(match, Period(date(year, 1, 1), date(year, 12, 31)))


def _decade(match: re.Match[str], today: date) -> Atom:
    year = int(match["year"])
    return fixed(match, Period(date(year, 1, 1), date(year + 9, 12, 31)))


def _season(match: re.Match[str], today: date) -> Atom | None:
    name = match["season"]
    return Atom(match.start(), match.end(), lambda y: season(name, y), _year(match))


def _holiday(match: re.Match[str], today: date) -> Atom | None:
    return Atom(match.start(), match.end(), holiday(match["holiday"]), _year(match))


def _lockdown(match: re.Match[str], today: date) -> Atom | None:
    which = ORDINALS.get(match["which"], match["which"])
    return fixed(match, LOCKDOWNS[which])


def _split_winter(match: re.Match[str], today: date) -> Atom:
    return fixed(match, season("winter", int(match["year"])))


def _forms() -> Iterator[tuple[str, Make]]:
    for month in (
        rf"{_LATER_DAY}(?: day)?(?: of)? {_MONTH}{_VERB}",
        rf"(?<![a-z]){_MONTH} (?:the )?{_DAY}(?![\d:]|[.,]\d)",
    ):
        yield rf"(?<![a-z]){_WEEKDAY}(?:the )?{month}{_ITS_YEAR}", _day
    yield rf"{_DAY}[/.-](?P<month>[01]?\d)[/.-](?P<year>(?:19|20)\d\d|\d\d)(?![\d/])", _day
    yield r"(?<!\d)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", _day
    yield rf"(?<=\bon ){_WEEKDAY}{_DAY}/(?P<month>[01]?\d)(?![\d/])", _day
    yield rf"(?<![a-z]){_WEEKDAY}\({_DAY}/(?P<month>[01]?\d)\)", _day
    yield rf"(?<![a-z]){_MONTH},?(?: of| in)? {_MONTHS_YEAR}", _month
    yield rf"{_LEADS}{_MONTH}{_VERB}(?P<year>)", _month
    yield (
        rf"(?:(?<=\bin )|(?<=\bduring )|(?<=\bthroughout )|(?<=\bsince )"
        rf"|(?<=\byear )){_YEAR}{_NO_MEASURE_AFTER}",
        _whole_year,
    )
    yield rf"{_NO_COUNT}\b{_YEAR}{_NO_YEAR_AFTER}", _whole_year
    yield r"\b(?P<year>(?:19[5-9]|20[0-4])0)s\b", _decade
    yield rf"\b(?P<season>spring|summer|autumn|winter)(?: of)?,? {_YEAR}(?![/-]\d)", _season
    yield (
        r"(?:(?<=\bin )|(?<=\blast )|(?<=\bthis )|(?<=\bduring )|(?<=\bin the )|(?<=\bduring the )"
        r"|(?<=\bover the ))(?P<season>spring|summer|autumn|winter)\b(?P<year>)"
        r"(?! (?:holiday|school|break|fair|gardens))",
        _season,
    )
    yield rf"\bwinter(?: of)? {_YEAR}[/-](?:20)?\d\d(?!\d)", _split_winter
    yield rf"\b(?P<holiday>{HOLIDAY})(?: period| weekend)?(?:,?(?: of| in)? {_YEAR})", _holiday
    yield (
        r"(?:(?<=\bat )|(?<=\bover )|(?<=\bon )|(?<=\blast )|(?<=\bbefore )|(?<=\bafter )"
        rf"|(?<=\bsince )|(?<=\bover the )|(?<=\bto ))(?P<holiday>{HOLIDAY})\b(?P<year>)"
        r"(?! (?:market|tree|lights|card|present|gift|party|road|street|close|shop|egg|fair))",
        _holiday,
    )
    yield (
        r"\b(?:the )?(?P<which>first|second|third|1st|2nd|3rd)"
        r"(?: (?:national|covid|covid-19|coronavirus|uk|english))* lockdown\b",
        _lockdown,
    )
    yield from RELATIVE


_FORMS = tuple((re.compile(form), make) for form, make in _forms())
