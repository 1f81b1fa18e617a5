"""Link the releases of one matter, in order of date: only by marks that hardly two matters share.

Two releases of one force are linked if both quote a reference number and name a place of the
headline or state a day, or name a person in full with
the same age, the later at a later stage, and state a day and share rare words besides. What many
releases share, such as a number to ring, links none.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from qa.answers.cite import first_sentence, source_of
from qa.index.generation import Generation
from qa.index.terms import terms
from qa.language.markup import plain
from qa.language.matters import STAGES, days_in, marks_of, places_in, stage_of
from qa.records import Answer, Kind, Paragraph, Step
from qa.retrieval.matching import having

MOST = 6  # releases that share a mark; more share what is no mark
DAYS = 730  # between two releases of a matter
PERSON_DAYS = 500  # the same, where a person links them
RARE, RARE_SHARED = 40, 4  # releases that hold a rare word, and how many such words are shared
YEARS = 2  # that the age of a person may have grown meanwhile
BANNER_FROM = ("appeal", "arrest", "charge")


def timeline_of(release: int, generation: Generation, stemmer: Any) -> tuple[Step, ...]:
    """Give the releases of the matter that a release is about, itself among them, by date."""
    linked = linked_to(release, generation, stemmer)
    days = generation.columns.published
    order = sorted([release, *linked], key=lambda row: (int(days[row, 0]), row))
    return tuple(_step(row, linked.get(row, ""), generation) for row in order)


def later_of(answer: Answer, generation: Generation, stemmer: Any) -> Step | None:
    """Give the latest release of the matter that is quoted first, if that is an earlier stage."""
    if not answer.quotes:
        return None
    row = row_of(answer.quotes[0].release, generation)
    if row is None or stage_at(row, generation) not in BANNER_FROM:
        return None
    linked = linked_to(row, generation, stemmer)
    later = later_than(row, linked, generation)
    return _step(later[-1], linked[later[-1]], generation) if later else None


def later_than(release: int, linked: Iterable[int], generation: Generation) -> list[int]:
    """Give those releases that were surely published on a later day, in order of date."""
    days = generation.columns.published
    later = [row for row in linked if days[row, 0] > days[release, 1] > 0]
    return sorted(later, key=lambda row: (int(days[row, 0]), row))


def row_of(release: str, generation: Generation) -> int | None:
    """Give the row of a release by its path; None if there is none."""
    return generation.rows_by_path().get(release)


def linked_to(release: int, generation: Generation, stemmer: Any) -> dict[int, str]:
    """Give the other releases of the matter of one, by row, each with the reason in words."""
    marks = marks_of(text_of(release, generation))
    found: dict[int, str] = {}
    for number in sorted(marks.numbers):
        near = _sharing(release, number, generation, stemmer)
        for row in near:
            if number in marks_of(text_of(row, generation)).numbers:
                # Forces copy numbers from one release to the next: alone they are no proof.
                beside = _beside(release, row, generation)
                if beside:
                    found.setdefault(row, f"both quote the number {number} and {beside}")
    for name, age in sorted(marks.people.items()):
        for row in _sharing(release, name, generation, stemmer):
            pair = (release, row)
            if row not in found and (why := _same_person(name, age, pair, generation, stemmer)):
                found[row] = why
    return found


def _same_person(
    name: str, age: int, pair: tuple[int, int], generation: Generation, stemmer: Any
) -> str:
    """Say why a person links two releases; empty if it may be another person or another matter.

    Whoever offends again is named again: so the later release must be of a later stage, and both
    must share words that few releases hold, such as streets and names of others.
    """
    days = generation.columns.published[:, 0]
    before, after = sorted(pair, key=lambda row: int(days[row]))
    stages = [stage_at(row, generation) for row in (before, after)]
    if "update" in stages or STAGES.index(stages[0]) >= STAGES.index(stages[1]):
        return ""
    texts = [text_of(row, generation) for row in pair]
    one, other = (marks_of(text) for text in texts)
    offences = sorted(one.offences & other.offences)
    apart = abs(int(days[after]) - int(days[before]))
    if abs(other.people.get(name, -YEARS - 1) - age) > YEARS or not offences or apart > PERSON_DAYS:
        return ""
    known = set(terms(name, stemmer))
    shared = set(terms(texts[0], stemmer)) & set(terms(texts[1], stemmer)) - known
    rare = [term for term in shared if _count(term, generation) <= RARE]
    day = _shared_day(*texts)
    if len(rare) < RARE_SHARED or not day:
        return ""
    return (
        f"both name {name}, aged {age} or nearly so, speak of “{offences[0]}…”, {day}, and "
        f"share {len(rare)} words that few releases hold"
    )


def _beside(one: int, other: int, generation: Generation) -> str:
    """Say which place of a headline, or else which day, two releases share; empty if none."""
    texts = {row: text_of(row, generation) for row in (one, other)}
    heads = generation.catalogue.heads(texts)
    for row, there in ((one, other), (other, one)):
        said = set(re.findall(r"[\w’'-]+", f"{heads[there].title} {texts[there]}"))
        own = set(generation.columns.areas) | {"Police"}
        places = sorted((places_in(heads[row].title) & said) - own)
        if places:
            return f"name {places[0]}"
    return _shared_day(texts[one], texts[other])


def _shared_day(one: str, other: str) -> str:
    days = sorted(days_in(one) & days_in(other))
    return f"state {days[0][0]} {days[0][1].capitalize()}" if days else ""


def _count(term: str, generation: Generation) -> int:
    return generation.release_terms.df(term)


def _sharing(release: int, mark: str, generation: Generation, stemmer: Any) -> Sequence[int]:
    """Give the other releases, of one force and near in time, that hold a mark that few hold."""
    columns = generation.columns
    rows = np.flatnonzero(having(generation.release_terms, terms(mark, stemmer)))
    if len(rows) > MOST or not columns.published[release, 0]:
        return ()
    days = columns.published[:, 0]
    return [
        int(row)
        for row in rows
        if row != release
        and days[row] > 0
        and abs(int(days[row]) - int(days[release])) <= DAYS
        and (columns.in_area[row] & columns.in_area[release]).any()
    ]


def text_of(release: int, generation: Generation) -> str:
    """Give the paragraphs of a release as plain text, an empty line between two."""
    paragraphs = generation.catalogue.paragraphs(generation.columns.rows_of(release).tolist())
    return "\n\n".join(plain(paragraphs[row].text).text for row in sorted(paragraphs))


def opening_of(release: int, generation: Generation) -> int:
    """Give the row of the first paragraph that tells something."""
    rows: list[int] = generation.columns.rows_of(release)[:6].tolist()
    paragraphs = generation.catalogue.paragraphs(rows)
    return next((row for row in rows if paragraphs[row].kind is Kind.BODY), rows[0])


def _opening(release: int, generation: Generation) -> Paragraph:
    row = opening_of(release, generation)
    return generation.catalogue.paragraphs([row])[row]


def stage_at(release: int, generation: Generation) -> str:
    """Give how far a matter has come in a release."""
    head = generation.catalogue.heads([release])[release]
    return stage_of(head.title, plain(_opening(release, generation).text).text)


def _step(release: int, why: str, generation: Generation) -> Step:
    head = generation.catalogue.heads([release])[release]
    told = _opening(release, generation)
    return Step(
        **source_of(head, told),
        stage=stage_of(head.title, plain(told.text).text),
        why=why,
        quote=first_sentence(told),
    )
