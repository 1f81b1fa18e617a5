"""The period that a question states: "just before Christmas 2019", "between 11 and 17 October".

What is named (`named_dates`) is narrowed or opened by the words before it, and what is named
twice is covered from first to last day. A year that is not told is that of a date beside it, else
the latest that fits the weekday and does not lie ahead.

Reads    a question, and the day it is asked
Gives    a `StatedPeriod`, or None
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from qa.language.atoms import Atom, small_letters
from qa.language.named_dates import find_atoms
from qa.language.period_parts import CHANGES
from qa.records import Period, StatedPeriod


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
    low = small_letters(question)
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
    for pattern, change in CHANGES:
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


_JOIN = re.compile(r"\s*(?:and|to|until|till|through|or|-|–|—)(?: in| on)?(?: the)?\s*")
_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:the )?)?"
_BARE_DAY = re.compile(
    rf"(?<![\w£.,:/-]){_WEEKDAY}(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
    r"\s*(?:and|to|until|till|or|&|-|–|/)(?: the)?\s*$"
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
    between = [b.start - a.end for a, b in pairwise(parts)]
    if all(gap <= len(" and the ") for gap in between):
        return question[begin:end]
    return ", ".join(question[part.start : part.end] for part in parts)


_MATTER = (
    r"(?:press |news |media )?(?:release|statement|appeal|bulletin|update|article|story|notice"
    r"|image|picture|photo|photograph|cctv|footage|e-?fit|video|warning|advice|news|figures)s?"
)
_PUBLISHED = re.compile(
    r"\b(?:published|posted|press release|news release|media release)\b[^.?!;]{0,30}$"
    rf"|\b{_MATTER}\b.{{0,40}}\b(?:released|issued|put out|given out|shared|circulated)\b"
    r"[^.?!;]{0,20}$"
    rf"|\b(?:release|released|issue|issued|put out|publish|post)\b.{{0,15}}\b{_MATTER}\b"
    r"[^.?!;]{0,20}$"
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
