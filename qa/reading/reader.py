"""What any reader gives, and the seam behind which each one stands.

A retriever compares vectors and words that were computed apart; a reader reads question and
passage together. It is slow, so it is given few passages: the paragraphs of the few releases
that were found, as pages.

`Reader` is the seam: there is one that comes with the project, two that run models of other
people, and none at all where the settings say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Page:
    """What is read together: a release's title, and some of its paragraphs in reading order.

    Attributes:
        title: Of the release, plain text; may be empty.
        paragraphs: Plain texts, at least one.
        sentences: Of each paragraph, where its sentences begin, ascending; empty to have the
            reader cut them, which costs more than reading their tokens.
    """

    title: str
    paragraphs: tuple[str, ...]
    sentences: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one paragraph.

    Attributes:
        score: How well it answers; comparable within all that one call of `read` gives.
        span: The answer as [start, end) in the plain text of the paragraph, never empty; None
            if the reader does not point at words.
        span_score: How sure that span is beside other spans of the same reading; 0 without one.
    """

    score: float
    span: tuple[int, int] | None = None
    span_score: float = 0.0


@dataclass(frozen=True, slots=True)
class PageReading:
    """What a reader makes of one page.

    Attributes:
        readings: One for each paragraph of the page, in its order.
        answers: Log-odds, by the reader's own lights, that the page answers at all; not
            calibrated. None if the reader does not tell.
    """

    readings: tuple[Reading, ...]
    answers: float | None = None


@dataclass(frozen=True, slots=True)
class Middles:
    """Where the log-odds of a corpus's own probes lie: the medians, not moved.

    Attributes:
        answered: Of probes that a release answers.
        unanswered: Of the same probes where that release is left out.
    """

    answered: float
    unanswered: float


@dataclass(frozen=True, slots=True)
class Chances:
    """How signs become chances: that anything answers, and that the first passage does.

    Attributes:
        weights: Of each sign that the question can be answered at all, and "bias"; logistic.
        refuse_below: The chance of that below which a question is refused.
        middles: Of the corpus they were fitted on; None if unknown.
        right: Weights of the signs, and of the log-odds so found ("answerable"), that the first
            passage answers; None where the first chance has to stand for it.
    """

    weights: Mapping[str, float]
    refuse_below: float
    middles: Middles | None = None
    right: Mapping[str, float] | None = None


class Reader(Protocol):
    """Anything that reads a question and pages together."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of all that decides its readings."""

    @property
    def ranking(self) -> Mapping[str, float] | None:
        """Weight of each feature of a paragraph, its scores among them; None if none was fitted."""

    @property
    def chances(self) -> "Chances | None":
        """How its scores tell whether a passage answers; None if that was not fitted."""

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read the question with each page; one result a page, in their order."""
