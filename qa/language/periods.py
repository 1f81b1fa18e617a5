"""The period that a question states: "just before Christmas 2019", "between 11 and 17 October".

What is named (`named_dates`) is narrowed or opened by the words before it, and what is named
twice is covered from first to last day. A year that is not told is that of a date beside it, else
the latest that fits the weekday and does not lie ahead.

Reads    a question, and the day it is asked
Gives    a `StatedPeriod`, or None
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from qa.language.named_dates import Atom, find_atoms
from qa.records import Period, StatedPeriod

Change = Callable[[Period], Period]


@dataclass(frozen=True, slots=True)
class _Part:
    """One date with the words before it: where it stands, its days, and which ends are open."""

    start: int
    end: int
    days: Period
    opens: str = ""  # "after" or "before" if only that side is meant
    is_vague: bool = False


def find_period(question: str, today: date, newest: date | None = None) -> StatedPeriod | None:
    """Give the period that a question states, or None.

    Args:
        question: The asker's words.
        today: What "yesterday" and "last week" count from.
        newest: Day of the newest release: a date without its year is not after it. `today`
            if absent.

    >>> found = find_period("What burnt in the last week of January 2021?", date(2021, 6, 1))
    >>> found.first.isoformat(), found.last.isoformat(), found.kind, found.words
    ('2021-01-25', '2021-01-31', 'event', 'last week of January 2021')
    """
    by = min(today, newest) if newest else today
    atoms = [one for one in find_atoms(question, today) if not _is_birth(question, one)]
    low = question.lower()
    parts = [part for i, one in enumerate(atoms) if (part := _part(low, atoms, i, by))]
    parts = _telling(parts)
    if not parts:
        return _newest(question)
    words = _words(question, parts)
    kind = "published" if _is_of_publishing(low, parts) else "event"
    closed = [part.days for part in parts if not part.opens]
    if closed:
        first, last = min(days.first for days in closed), max(days.last for days in closed)
        return StatedPeriod(first, last, kind, words)
    return _open_period(parts, kind, words)


def _is_birth(question: str, atom: Atom) -> bool:
    return re.search(r"\bborn (?:in|on)(?: the)? $", question[: atom.start], re.I) is not None


def _part(low: str, atoms: list[Atom], place: int, by: date) -> _Part | None:
    atom = atoms[place]
    days = _with_year(low, atoms, place, by)
    if days is None:
        return None
    start = atom.start
    if days.first == days.last and (before := _BARE_DAY.search(low[:start])):
        days, start = _from_day(days, int(before["day"])), before.start()
    for pattern, change in _CHANGES:
        found = pattern.search(low[:start])
        if found:
            days, start = change(days), found.start()
            break
    bound = None if place and _is_joined(low, atoms, place - 1) else _BOUND.search(low[:start])
    if bound and not _is_of_noun(bound, low, atom, start):
        opens, days = _opened(bound["word"], days)
        return _Part(bound.start("word"), atom.end, days, opens)
    onwards = _ONWARDS.match(low[atom.end :])
    if onwards:
        return _Part(start, atom.end + onwards.end(), days, "after")
    return _Part(start, atom.end, days, is_vague=atom.is_vague)


def _is_of_noun(bound: re.Match[str], low: str, atom: Atom, start: int) -> bool:
    """Tell "after the October 2020 robbery", which opens nothing, from "after the end of 2020"."""
    if start < atom.start:
        return False
    stated = low[bound.end("word") : atom.end].strip()
    return re.match(r"the (?!.* of |[a-z\d]+ [a-z ]*lockdown)", stated) is not None


def _with_year(low: str, atoms: list[Atom], place: int, by: date) -> Period | None:
    """Give the days of a date; without a year it takes that of the next one, or the one before."""
    atom = atoms[place]
    if atom.year is not None:
        return atom.period(by)
    others = [*atoms[place + 1 :], *reversed(atoms[:place])]
    beside = next(
        (days for one in others if one.year is not None and (days := one.period(by))), None
    )
    if beside is None or any(one.is_vague for one in others):
        days = atom.period(by)
        after = next((one.period(by) for one in atoms[place + 1 :]), None)
        if days and after and _is_joined(low, atoms, place) and days.first > after.last:
            return atom.of_year(days.first.year - 1)
        return days
    days = atom.of_year(beside.first.year)
    if days and days.first > beside.last and _is_joined(low, atoms, place):
        return atom.of_year(beside.first.year - 1)
    return days


def _is_joined(low: str, atoms: list[Atom], place: int) -> bool:
    if place + 1 >= len(atoms):
        return False
    return _JOIN.fullmatch(low[atoms[place].end : atoms[place + 1].start]) is not None


_JOIN = re.compile(r"\s*(?:and|to|until|till|through|or|-|–|—)(?: the)?\s*")
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:the )?)?"
_BARE_DAY = re.compile(
    rf"(?<![\w£.,:/-]){_WEEKDAY}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?\s*(?:and|to|until|till|or|&|-|–|/)(?: the)?\s*$"
)
_BOUND = re.compile(
    r"\b(?P<word>since|after|before|prior to|until|till|up until|up to|earlier than|later than"
    r"|as of)(?: the)?\s+$"
)
_ONWARDS = re.compile(r"\s+(?:onwards?|and later|or later|and after)\b")


def _from_day(days: Period, day: int) -> Period:
    """Widen one day back to another of its month: "11 and 17 October"."""
    if not 1 <= day < days.first.day:
        return days
    return Period(days.first.replace(day=day), days.last)


def _opened(word: str, days: Period) -> tuple[str, Period]:
    if word in ("since", "as of"):
        return "after", days
    if word in ("after", "later than"):
        return "after", _one(days.last + timedelta(1))
    if word in ("before", "prior to", "earlier than"):
        return "before", _one(days.first - timedelta(1))
    return "before", days


def _one(day: date) -> Period:
    return Period(day, day)


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
        third = (days.last - days.first).days // 3
        first = days.first + timedelta((third + 1) * which)
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


NEAR = 14  # days that "just before" and "just after" reach


def _just_before(days: Period) -> Period:
    return Period(days.first - timedelta(NEAR), days.first - timedelta(1))


def _just_after(days: Period) -> Period:
    return Period(days.last + timedelta(1), days.last + timedelta(NEAR))


def _no_change(days: Period) -> Period:
    return days


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
_CHANGES = tuple(
    (re.compile(rf"\b(?:{words})[ -](?:the )?$"), change) for words, change in _PART_WORDS
)


def _telling(parts: list[_Part]) -> list[_Part]:
    """Leave out a weekday beside a real date, and a year or month around a date inside it."""
    if any(not part.is_vague for part in parts):
        parts = [part for part in parts if not part.is_vague]
    closed = [part.days for part in parts if not part.opens]
    return [part for part in parts if part.opens or not any(_within(o, part.days) for o in closed)]


def _within(inner: Period, outer: Period) -> bool:
    return inner != outer and outer.first <= inner.first and inner.last <= outer.last


def _open_period(parts: list[_Part], kind: str, words: str) -> StatedPeriod | None:
    lows = [part.days.first for part in parts if part.opens == "after"]
    highs = [part.days.last for part in parts if part.opens == "before"]
    first, last = max(lows, default=None), min(highs, default=None)
    if first and last and last < first:
        return None
    return StatedPeriod(first, last, kind, words)


def _words(question: str, parts: list[_Part]) -> str:
    begin, end = min(part.start for part in parts), max(part.end for part in parts)
    between = [b.start - a.end for a, b in zip(parts, parts[1:], strict=False)]
    if all(gap <= len(" and the ") for gap in between):
        return question[begin:end]
    return ", ".join(question[part.start : part.end] for part in parts)


_MATTER = (
    r"(?:press |news |media )?(?:release|statement|appeal|bulletin|update|article|story|notice"
    r"|image|picture|photo|photograph|cctv|footage|e-?fit|video|warning|advice|news|figures)s?"
)
_PUBLISHED = re.compile(
    r"\b(?:published|posted|press release|news release|media release)\b[^.?!;]{0,30}$"
    rf"|\b{_MATTER}\b.{{0,40}}\b(?:released|issued|put out|given out|shared|circulated)\b[^.?!;]{{0,20}}$"
    rf"|\b(?:release|released|issue|issued|put out|publish|post)\b.{{0,15}}\b{_MATTER}\b[^.?!;]{{0,20}}$"
    rf"|\b(?:releases?|bulletins?|statements?) (?:of|from|dated|on|in|for)(?: the)? $"
)
_OF_RELEASE = re.compile(r"\s+(?:press |news |media )?(?:releases?|bulletins?)\b")


def _is_of_publishing(low: str, parts: list[_Part]) -> bool:
    before, after = low[: parts[0].start], low[parts[-1].end :]
    # "Released from prison" tells of a person.
    return _PUBLISHED.search(before) is not None or _OF_RELEASE.match(after) is not None


_NEWEST = re.compile(
    r"(?<!\bat the )\b(?:latest|most recent(?:ly)?|newest|recent(?:ly)?|lately)\b"
    r"(?! (?:date|time|day|closing))",
    re.IGNORECASE,
)


def _newest(question: str) -> StatedPeriod | None:
    found = _NEWEST.search(question)
    return StatedPeriod(None, None, "newest", found[0]) if found else None
