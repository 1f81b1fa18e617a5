"""What is asked and answered: query, how it was read, answer.

`to_dict()` gives plain JSON values under the same names.
"""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

from qa.records.hit import Quote
from qa.records.leaning import NOTHING, Carried, Leaning
from qa.records.listing import Listing, ListRule
from qa.records.refusal import Refusal
from qa.records.story import Step


@dataclass(frozen=True, slots=True)
class StatedPeriod:
    """A period that a question states.

    Attributes:
        first: First day; None if it is open.
        last: Last day; None if it is open.
        kind: "event" if something happened then, "published" if releases came out then,
            "newest" if the question asks for what is recent, without days.
        words: The words of the question that state it.
    """

    first: date | None
    last: date | None
    kind: str
    words: str

    @property
    def is_bounded(self) -> bool:
        """Whether it has a first or a last day."""
        return self.first is not None or self.last is not None


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is given to the retrievers.

    Attributes:
        text: The question in the asker's words.
        context: Earlier questions it leans on, oldest first; empty if it stands alone.
        areas: Only releases of these areas; empty for all.
        published_from: First publish day; None for no limit.
        published_to: Last publish day; None for no limit.
        period: What the question says of when, if it was looked for.
        places: Areas it names as mere places: their releases are lifted, others stay.
        given: The same with the filters set by hand alone, to go back to where what the question
            says leaves nothing to search; None if it sets no filter.
        notes: What was read in the question and then set aside, a sentence each.
        listing: Which releases are to be counted or listed; None if a quote is asked for.
        leaning: What it takes over from the turns before it.
        speaker: Name of whose words are asked for, as typed; None for anybody's.
        asks_who: Whether it asks who said something.
        typed: What was typed, where `text` is not just that; else None.
    """

    text: str
    context: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    published_from: date | None = None
    published_to: date | None = None
    period: StatedPeriod | None = None
    places: tuple[str, ...] = ()
    given: "Query | None" = None
    notes: tuple[str, ...] = ()
    listing: ListRule | None = None
    leaning: Leaning = NOTHING
    speaker: str | None = None
    asks_who: bool = False
    typed: str | None = None

    @property
    def words(self) -> str:
        """The question with what it leans on before it."""
        earlier = self.context
        for replaced in self.leaning.left_out:
            earlier = tuple(question.replace(replaced, " ") for question in earlier)
        return " ".join((*earlier, *self.leaning.added, self.text))


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How a question was understood.

    Attributes:
        text: The question that was searched for.
        published_from: First publish day searched, ISO, or None.
        published_to: Last publish day searched, ISO, or None.
        areas: Areas searched; empty for all.
        speaker: Whose words were asked for, or None.
        carried_over: Earlier questions it was read together with.
        period: When, as the question says; releases of that time come first.
        places: Areas it names as mere places; releases of them come first.
        notes: What was set aside or read otherwise than typed, a sentence each.
        carried: What else it takes over from the turns before it.
    """

    text: str
    published_from: str | None = None
    published_to: str | None = None
    areas: tuple[str, ...] = ()
    speaker: str | None = None
    carried_over: tuple[str, ...] = ()
    period: StatedPeriod | None = None
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    carried: tuple[Carried, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self, dict_factory=_with_iso_days)


@dataclass(frozen=True, slots=True)
class Searched:
    """What was looked through for one question.

    Attributes:
        releases: How many releases the filters let through.
        paragraphs: How many paragraphs those have.
        undated_left_out: Releases left out by a date filter because their date is unknown.
    """

    releases: int
    paragraphs: int
    undated_left_out: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question: quotes, or a refusal.

    Attributes:
        question: As asked.
        answered: True exactly if there are quotes.
        refusal: Why not, where `answered` is False; else None.
        read_as: How the question was understood.
        quotes: Best first; empty for a refusal.
        searched: What was looked through.
        generation: Name of the index generation that answered.
        probability: That the first passage answers, 0 to 1, calibrated on other questions: the
            first quote, or the nearest passage of a refusal. None if nothing was calibrated.
        listing: The releases that the question wants counted or listed; None if it wants none.
        later: A later release of the matter that is quoted first, where that is an appeal, an
            arrest or a charge; None if none is known.
    """

    question: str
    answered: bool
    refusal: Refusal | None
    read_as: ReadAs
    quotes: tuple[Quote, ...]
    searched: Searched
    generation: str
    probability: float | None = None
    listing: Listing | None = None
    later: Step | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the answer as the JSON that the shell and the web hand out."""
        return dataclasses.asdict(self, dict_factory=_with_iso_days)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation.

    Attributes:
        question: What was asked.
        answer: What was answered, if it is still known.
    """

    question: str
    answer: Answer | None = None


def _with_iso_days(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {k: value.isoformat() if isinstance(value, date) else value for k, value in items}
