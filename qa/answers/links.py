"""Which releases are of one matter: told only by marks that hardly two matters share.

Two releases of one force, near in time, are linked if

1. both quote a reference number and name a place of the headline or state a day; or
2. both name a person in full with the same age, the later at a later stage, state a day, speak of
   one offence and share rare words; or
3. both name an operation, speak of one offence and share many rare words: operations go on for
   years; or
4. both name a place in the headline, state a day, speak of one offence and share rare words.

By 3 and 4 none are linked that tell of people of other ages. What many releases share, such as a
number to ring or a standing operation, links none.

Reads    the row of a release
Gives    the rows of others, each with the reason in words
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from qa.answers.whole_release import WholeRelease
from qa.index.generation import Generation
from qa.index.terms import terms
from qa.language.matters import STAGES, operations_in
from qa.retrieval.matching import having

MOST = 6  # releases that share a mark; more share what is no mark
DAYS = 730  # between two releases of a matter
PERSON_DAYS = 500  # the same, where a person links them
PLACE_DAYS = 120  # the same, where place and day link them
YEARS = 2  # that the age of a person may have grown meanwhile
RARE, RARE_SHARED = 40, 4  # releases that hold a rare word, and how many such words are shared
RARE_BY_OPERATION = 10  # such words, where an operation links them
_RARE_OF, _RARE_LEAST = 150, 3  # in a small corpus a rare word is in 1 of 150 releases, or in 3


def linked_to(release: int, generation: Generation, stemmer: Any) -> dict[int, str]:
    """Give the other releases of the matter of one, by row, each with the reason in words."""
    one = WholeRelease(release, generation, stemmer)
    known = {release: one}

    def near(rows: Iterable[int]) -> list[WholeRelease]:
        others = (row for row in rows if row != release and _is_near(row, one))
        return [known.setdefault(row, WholeRelease(row, generation, stemmer)) for row in others]

    found: dict[int, str] = {}
    for other, why in _reasons(one, near):
        if why:
            found.setdefault(other.row, why)
    return found


def _reasons(
    one: WholeRelease, near: Callable[[Iterable[int]], list[WholeRelease]]
) -> Iterator[tuple[WholeRelease, str]]:
    """Give each release that may be linked with the reason; an empty one if it is not."""
    for number in sorted(one.marks.numbers):
        for other in near(_few_with(number, one)):
            yield other, _same_number(one, other, number)
    for name in sorted(one.marks.people):
        for other in near(_few_with(name, one)):
            yield other, _same_person(one, other, name)
    for name in sorted(operations_in(one.text)):
        for other in near(_few_with(name, one)):
            yield other, _same_operation(one, other, name)
    for other in near(_alike(one)):
        yield other, _same_place_and_day(one, other)


def _same_number(one: WholeRelease, other: WholeRelease, number: str) -> str:
    """Say why a number links the two: forces copy it from one release to the next."""
    beside = number in other.marks.numbers and (
        _place_beside(one, other) or _shared_day(one, other)
    )
    return f"both quote the number {number} and {beside}" if beside else ""


def _same_person(one: WholeRelease, other: WholeRelease, name: str) -> str:
    """Say why a person links the two; empty if it may be another person or another matter.

    Whoever offends again is named again: so the later release must be of a later stage, and both
    must share words that few releases hold, such as streets and names of others.
    """
    before, after = sorted((one, other), key=lambda release: release.day)
    if "update" in (before.stage, after.stage):
        return ""
    if STAGES.index(before.stage) >= STAGES.index(after.stage) or _apart(one, other) > PERSON_DAYS:
        return ""
    age = one.marks.people[name]
    if abs(other.marks.people.get(name, -YEARS - 1) - age) > YEARS:
        return ""
    day, offences = _shared_day(one, other), _offences(one, other)
    rare = len(_shared_rare(one, other) - set(terms(name, one.stemmer)))
    if not (day and offences) or rare < RARE_SHARED:
        return ""
    return (
        f"both name {name}, aged {age} or nearly so, speak of “{offences[0]}…”, {day}, and "
        f"share {rare} words that few releases hold"
    )


def _same_operation(one: WholeRelease, other: WholeRelease, name: str) -> str:
    """Say why an operation links the two; empty if it may have been at several matters."""
    if name not in operations_in(other.text) or not _may_be_same_people(one, other):
        return ""
    offences = _offences(one, other)
    rare = len(_shared_rare(one, other) - set(terms(name, one.stemmer)))
    if not offences or rare < RARE_BY_OPERATION:
        return ""
    return (
        f"both name Operation {name}, speak of “{offences[0]}…” and share {rare} words that few "
        "releases hold"
    )


def _same_place_and_day(one: WholeRelease, other: WholeRelease) -> str:
    """Say which place of both headlines, day and offence link the two; empty if none do."""
    if not one.places & other.places or _apart(one, other) > PLACE_DAYS:
        return ""
    places, day, offences = _places(one, other), _shared_day(one, other), _offences(one, other)
    if not (places and day and offences) or not _may_be_same_people(one, other):
        return ""
    rare = len(_shared_rare(one, other))
    if rare < RARE_SHARED:
        return ""
    return (
        f"both name {places[0]} in the headline, {day}, speak of “{offences[0]}…” and share "
        f"{rare} words that few releases hold"
    )


def _few_with(mark: str, one: WholeRelease) -> Sequence[int]:
    """Give the releases that hold a mark, unless many do."""
    rows = np.flatnonzero(having(one.generation.release_terms, terms(mark, one.stemmer)))
    return () if len(rows) > MOST else rows.tolist()


def _alike(one: WholeRelease) -> list[int]:
    """Give the releases that share rare words with one."""
    lexical, counts = one.generation.release_terms, Counter[int]()
    for term in one.terms:
        if lexical.df(term) <= _rare_in(one.generation):
            counts.update(lexical.texts_with(term).tolist())
    return sorted(row for row, n in counts.items() if n >= RARE_SHARED)


def _is_near(row: int, one: WholeRelease) -> bool:
    """Tell whether a release is of the same force as one, and published near it in time."""
    columns = one.generation.columns
    day = int(columns.published[row, 0])
    same_force = (columns.in_area[row] & columns.in_area[one.row]).any()
    return one.day > 0 and day > 0 and abs(day - one.day) <= DAYS and bool(same_force)


def _apart(one: WholeRelease, other: WholeRelease) -> int:
    return abs(one.day - other.day)


def _place_beside(one: WholeRelease, other: WholeRelease) -> str:
    for release, there in ((one, other), (other, one)):
        places = release.places & _words(f"{there.title} {there.text}")
        if places:
            return f"name {min(places)}"
    return ""


def _places(one: WholeRelease, other: WholeRelease) -> list[str]:
    """Give the places that both headlines name: words that never stand in small letters."""
    small = _words(one.text) | _words(other.text)
    return sorted(place for place in one.places & other.places if place.lower() not in small)


def _shared_day(one: WholeRelease, other: WholeRelease) -> str:
    days = sorted(one.days & other.days)
    return f"state {days[0][0]} {days[0][1].capitalize()}" if days else ""


def _offences(one: WholeRelease, other: WholeRelease) -> list[str]:
    return sorted(one.marks.offences & other.marks.offences)


def _may_be_same_people(one: WholeRelease, other: WholeRelease) -> bool:
    """Tell whether the ages that both tell allow for the same people, a birthday between."""
    if not one.ages or not other.ages:
        return True
    return any(abs(here - there) <= 1 for here in one.ages for there in other.ages)


def _shared_rare(one: WholeRelease, other: WholeRelease) -> set[str]:
    lexical, rare = one.generation.release_terms, _rare_in(one.generation)
    return {term for term in one.terms & other.terms if lexical.df(term) <= rare}


def _rare_in(generation: Generation) -> int:
    """Give how many releases at most hold a word that is rare."""
    return min(RARE, max(_RARE_LEAST, generation.release_terms.n // _RARE_OF))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[\w’'-]+", text))
