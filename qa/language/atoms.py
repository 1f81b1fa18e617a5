"""An atom: one date or spell that a question names, which may lack its year."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from qa.records import Period

OfYear = Callable[[int], Period | None]
Make = Callable[[re.Match[str], date], "Atom | None"]

BACK = 11  # years looked back for one in which weekday and date agree
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()


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


def small_letters(text: str) -> str:
    """Give a text in small letters, every character in its place."""
    return text.replace("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "I").lower()


def fixed(match: re.Match[str], period: Period, *, is_vague: bool = False) -> Atom:
    """Give an atom whose days are known already."""
    return Atom(match.start(), match.end(), lambda _: period, 0, is_vague=is_vague)
