"""A release as one text, with what it says of its matter and how far that has come.

Reads    the row of a release in a generation
Gives    plain text, a paragraph, a stage, marks
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from qa.index.generation import Generation
from qa.index.terms import terms
from qa.language.markup import plain
from qa.language.matters import Marks, ages_in, days_in, marks_of, places_in, stage_of
from qa.records import Kind, Paragraph

_LOOKED_AT = 6  # paragraphs among which the first that tells something is looked for


@dataclass(frozen=True)
class WholeRelease:
    """A release by its row; each part is read when it is first asked for, and kept.

    Attributes:
        row: Of the release.
        generation: That has it.
        stemmer: Makes terms.
    """

    row: int
    generation: Generation = field(repr=False)
    stemmer: Any = field(repr=False)

    @property
    def day(self) -> int:
        """First day that it may have been published, as an ordinal; 0 if unknown."""
        return max(0, int(self.generation.columns.published[self.row, 0]))

    @cached_property
    def title(self) -> str:
        """Its headline."""
        title: str = self.generation.catalogue.heads([self.row])[self.row].title
        return title

    @cached_property
    def text(self) -> str:
        """See `text_of`."""
        return text_of(self.row, self.generation)

    @cached_property
    def stage(self) -> str:
        """See `stage_at`."""
        return stage_at(self.row, self.generation)

    @cached_property
    def terms(self) -> frozenset[str]:
        """Terms of its text."""
        return frozenset(terms(self.text, self.stemmer))

    @cached_property
    def marks(self) -> Marks:
        """What hardly two matters share."""
        return marks_of(self.text)

    @cached_property
    def days(self) -> frozenset[tuple[int, str]]:
        """The days that it states, without their years."""
        return days_in(self.text)

    @cached_property
    def ages(self) -> frozenset[int]:
        """The ages that it tells."""
        return ages_in(self.text)

    @cached_property
    def places(self) -> frozenset[str]:
        """Words of its headline that may be places, without the names of forces."""
        return places_in(self.title) - {*self.generation.columns.areas, "Police"}


def row_of(release: str, generation: Generation) -> int | None:
    """Give the row of a release by its path; None if there is none."""
    return generation.rows_by_path.get(release)


def text_of(release: int, generation: Generation) -> str:
    """Give the paragraphs of a release as plain text, an empty line between two."""
    paragraphs = generation.catalogue.paragraphs(generation.columns.rows_of(release).tolist())
    return "\n\n".join(plain(paragraphs[row].text).text for row in sorted(paragraphs))


def opening_of(release: int, generation: Generation) -> int:
    """Give the row of the first paragraph that tells something."""
    rows: list[int] = generation.columns.rows_of(release)[:_LOOKED_AT].tolist()
    paragraphs = generation.catalogue.paragraphs(rows)
    return next((row for row in rows if paragraphs[row].kind is Kind.BODY), rows[0])


def opening_paragraph(release: int, generation: Generation) -> Paragraph:
    """Give that paragraph."""
    row = opening_of(release, generation)
    return generation.catalogue.paragraphs([row])[row]


def stage_at(release: int, generation: Generation) -> str:
    """Give how far a matter has come in a release."""
    head = generation.catalogue.heads([release])[release]
    return stage_of(head.title, plain(opening_paragraph(release, generation).text).text)
