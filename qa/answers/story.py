"""The story of a matter: its releases in order of date, and what came of an earlier one.

Reads    a release, or an answer that quotes one
Gives    `Step`s
"""

from collections.abc import Iterable
from typing import Any

from qa.answers.cite import first_sentence, source_of
from qa.answers.links import linked_to
from qa.answers.whole_release import opening_paragraph, row_of, stage_at
from qa.index.generation import Generation
from qa.records import Answer, Step

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


def _step(release: int, why: str, generation: Generation) -> Step:
    head = generation.catalogue.heads([release])[release]
    told = opening_paragraph(release, generation)
    return Step(
        **source_of(head, told),
        stage=stage_at(release, generation),
        why=why,
        quote=first_sentence(told),
    )
