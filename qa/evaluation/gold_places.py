"""Find the paragraphs that should have been quoted: where the gold answers stand.

A gold answer names a release and words of it. The paragraphs of that release, as the index
has them, are searched for those words, white space folded as everywhere in judging. An answer
that runs over the end of a paragraph stands in none, and no quote can hold it.

Reads    judged questions, and the releases of an index
Gives    `GoldPlace`: for each gold answer its release and the paragraphs that hold it
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

from qa.evaluation.measures import holds
from qa.evaluation.question_set import Gold, JudgedQuestion
from qa.index.generation import Generation
from qa.records import Paragraph, Release

# Gives a release with its paragraphs by its path; None if there is no such release.
Shelf = Callable[[str], Release | None]


@dataclass(frozen=True, slots=True)
class GoldPlace:
    """Where one gold answer stands.

    Attributes:
        gold: The answer.
        release: Its release; None if the index has no such release.
        paragraphs: Those of it that hold the answer, in reading order; may be empty.
    """

    gold: Gold
    release: Release | None
    paragraphs: tuple[Paragraph, ...]


def gold_places(question: JudgedQuestion, shelf: Shelf) -> tuple[GoldPlace, ...]:
    """Give the places of all gold answers of a question, in their order."""
    return tuple(_place(gold, shelf(gold.release)) for gold in question.gold)


def shelf_of(generation: Generation) -> Shelf:
    """Give the releases of an open index by path; each is read when it is asked for."""
    row_of = generation.rows_by_path

    def take(path: str) -> Release | None:
        if path not in row_of:
            return None
        row = row_of[path]
        rows = generation.columns.rows_of(row).tolist()
        paragraphs = generation.catalogue.paragraphs(rows)
        release = generation.catalogue.release(row)
        return dataclasses.replace(release, paragraphs=tuple(paragraphs[at] for at in rows))

    return take


def _place(gold: Gold, release: Release | None) -> GoldPlace:
    paragraphs = () if release is None else release.paragraphs
    return GoldPlace(
        gold,
        release,
        tuple(one for one in paragraphs if holds(one.text, gold.release, [gold])),
    )
