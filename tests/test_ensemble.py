"""Readers that read together give the means of what each gives alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.ensemble import Ensemble
from qa.reading import Chances, Page, PageReading, Reading

PAGES = [Page("Title", ("One van.", "Two vans were found.")), Page("", ("None.",))]


@dataclass
class LengthReader:
    """Likes long paragraphs, `weight` a character, and points at their first word."""

    weight: float
    tells: bool = True
    name: str = "length"
    fingerprint: str = "length"
    ranking = None
    chances: Chances | None = None

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read the pages."""
        return [
            PageReading(
                tuple(
                    Reading(self.weight * len(text), (0, len(text.split()[0])), self.weight)
                    for text in page.paragraphs
                ),
                self.weight if self.tells else None,
            )
            for page in pages
        ]


def test_one_reader_alone_is_as_it_was() -> None:
    alone = LengthReader(0.5)

    assert Ensemble([alone]).read("Which?", PAGES) == alone.read("Which?", PAGES)


def test_two_give_their_means_and_the_span_of_the_first() -> None:
    found = Ensemble([LengthReader(1.0), LengthReader(3.0)]).read("Which?", PAGES)

    assert [[one.score for one in page.readings] for page in found] == [[16.0, 40.0], [10.0]]
    assert found[0].readings[1].span == (0, 3)
    assert math.isclose(found[0].readings[0].span_score, 2.0)
    assert [page.answers for page in found] == [2.0, 2.0]


def test_who_does_not_tell_whether_a_page_answers_is_left_out_of_that_mean() -> None:
    some = Ensemble([LengthReader(1.0, tells=False), LengthReader(3.0)])

    assert [page.answers for page in some.read("Which?", PAGES)] == [3.0, 3.0]
    assert Ensemble([LengthReader(1.0, tells=False)]).read("?", PAGES)[0].answers is None
