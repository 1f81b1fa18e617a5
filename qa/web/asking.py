"""What a visitor asks: the words, the filters set by hand, and what is to be left out of reading.

It fits into the query string of an address, so that a link asks the same again.

Reads    the form, an address
Gives    `Asking`
"""

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol
from urllib.parse import urlencode

from qa.questions.understand import RULES

# Left out like the rules of understanding, but set by hand or by what was asked before.
AREAS, DATES, BEFORE = "areas", "dates", "follow_up"
LEFT_OUT = frozenset((*RULES, AREAS, DATES, BEFORE))
_MAX_AFTER = 3
_MAX_NAMES = 60
_TIME = re.compile(r"(?!0000)\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII)


class Values(Protocol):
    """The values of a query string."""

    def get(self, name: str, default: str = "") -> str:
        """Give the last value of that name."""

    def getlist(self, name: str) -> list[str]:
        """Give every value of that name."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the visitor chose beside the question; values as the form sends them.

    Attributes:
        areas: Areas to search; empty for all.
        first: Year or month, e.g. "2019" or "2019-03"; None for no limit.
        last: The same.
    """

    areas: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None

    @property
    def first_day(self) -> date | None:
        """First publish day."""
        if self.first is None:
            return None
        year, _, month = self.first.partition("-")
        return date(int(year), int(month or 1), 1)

    @property
    def last_day(self) -> date | None:
        """Last publish day."""
        if self.last is None:
            return None
        year, _, month = self.last.partition("-")
        of_year = (int(year), int(month or 12))
        return date(*of_year, monthrange(*of_year)[1])


@dataclass(frozen=True, slots=True)
class Asking:
    """One question as it is asked.

    Attributes:
        question: In the visitor's words.
        filters: Set by hand.
        without: Some of `LEFT_OUT`, sorted.
        after: Earlier questions that a link brings along, oldest first.
    """

    question: str
    filters: Filters = Filters()
    without: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of understanding that are left on."""
        return tuple(rule for rule in RULES if rule not in self.without)

    def leaving_out(self, *names: str) -> "Asking":
        """Give the same without some of `LEFT_OUT`; filters set by hand are taken off."""
        filters = self.filters
        if AREAS in names:
            filters = replace(filters, areas=())
        if DATES in names:
            filters = replace(filters, first=None, last=None)
        without = tuple(sorted({*self.without, *(set(names) & LEFT_OUT)}))
        after = () if BEFORE in names else self.after
        return Asking(self.question, filters, without, after)


def is_time(value: str) -> bool:
    """Tell whether a value is a year or a month, as the filters have them."""
    return _TIME.fullmatch(value) is not None


def query_string(asking: Asking, after: Sequence[str], generation: str, language: str) -> str:
    """Give the query string that asks the same again, with the index that answered."""
    filters = asking.filters
    pairs = [
        ("q", asking.question),
        *(("after", question) for question in after[-_MAX_AFTER:]),
        *(("area", area) for area in filters.areas),
        ("from", filters.first or ""),
        ("to", filters.last or ""),
        ("without", " ".join(name for name in asking.without if name not in (AREAS, DATES))),
        ("index", generation),
        ("lang", language),
    ]
    return "?" + urlencode([(name, value) for name, value in pairs if value])


def asking_of(values: Values) -> Asking | None:
    """Read what an address asks; None if it asks nothing. Nothing is checked yet."""
    question = values.get("q", "")
    if not question.strip():
        return None
    names = values.get("without", "").split()[: len(LEFT_OUT)]
    return Asking(
        question,
        Filters(
            tuple(values.getlist("area")[:_MAX_NAMES]),
            values.get("from", "") or None,
            values.get("to", "") or None,
        ),
        tuple(sorted(set(names) & LEFT_OUT)),
        tuple(values.getlist("after")[:_MAX_AFTER]),
    )
