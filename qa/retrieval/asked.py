"""A query made ready for the retrievers: its terms, its vectors, and what form it asks for."""

import re
from dataclasses import dataclass
from typing import Any

from qa.embedding import Encoded, Encoder, Fitted
from qa.index.lexical import terms
from qa.questions.follow_up import is_fragment
from qa.records import NOTHING, Leaning, Query, StatedPeriod

_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|fast|big|large|often|tall|heavy|high)\b"
    r"|\b(?:when|what (?:time|date|year|day|age|number|percentage|proportion|speed|sum|amount"
    r"|value|total)|which (?:year|day|date))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bhow much (?:cash|money|was .{0,40}\b(?:worth|fined|stolen|paid|cost))\b|£|\bpounds\b"
    r"|\b(?:cost|costs|price|worth|value|fine|fined|paid|pay|cash|money|sum|donat\w+|raised?)\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:say|says|said|saying|according to|comment\w*|describe\w*|quote\w*|advice|advise\w*"
    r"|warn\w*|urge\w*|thank\w*|prais\w+|call(?:ed)? (?:it|the)|words|view|opinion|think)\b",
    re.IGNORECASE,
)
# Words with a capital that do not open a sentence, and figures.
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b(?:[A-Z]\w+|\d[\d.,:]*)\b")


@dataclass(frozen=True, slots=True)
class Form:
    """What form of answer a question asks for; several may hold, or none.

    Attributes:
        number: A figure, date or time.
        money: A sum of money.
        speech: What somebody said.
    """

    number: bool
    money: bool
    speech: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the retrievers take it.

    Attributes:
        terms: Stemmed terms of the question and what it leans on.
        names: Those of them that are names or figures, as far as capitals tell.
        encoded: Vectors of the question with what it leans on.
        own_encoded: Vectors of the question alone.
        form: What form of answer it asks for.
        to_read: The words that a reader is given.
        fitted: Weights that belong to these vectors; None if the general ones do.
        period: When, as the question says; None if it says nothing of it.
        places: Areas whose releases are lifted.
        leaning: What it takes over from earlier turns.
        speaker: Name of whose words are asked for; None for anybody's.
        asks_who: Whether it asks who said something.
        speaker_terms: Terms of that name.
    """

    terms: list[str]
    names: list[str]
    encoded: Encoded
    own_encoded: Encoded
    form: Form
    to_read: str
    fitted: Fitted | None = None
    period: StatedPeriod | None = None
    places: tuple[str, ...] = ()
    leaning: Leaning = NOTHING
    speaker: str | None = None
    asks_who: bool = False
    speaker_terms: tuple[str, ...] = ()

    @property
    def is_lifted(self) -> bool:
        """Whether what it says may put any release before others."""
        carried = self.leaning.release is not None
        return self.period is not None or bool(self.places) or carried or bool(self.speaker)


def make_ready(query: Query, encoder: Encoder, stemmer: Any) -> Asked:
    """Prepare a query; runs the model once, or twice if the question leans on others."""
    encoded = encoder.encode_query(query.words)
    return Asked(
        terms(query.words, stemmer),
        terms(" ".join(names_in(query.words)), stemmer),
        encoded,
        encoder.encode_query(query.text) if query.context else encoded,
        form_of(query.text),
        words_to_read(query),
        encoder.fitted,
        query.period,
        query.places,
        query.leaning,
        query.speaker,
        query.asks_who,
        tuple(terms(query.speaker or "", stemmer)),
    )


def words_to_read(query: Query) -> str:
    """Give what a reader is asked: a question that cannot be read alone comes with its context."""
    return query.words if is_fragment(query.text) else query.text


def names_in(question: str) -> list[str]:
    """Give the words of a question that look like names, and its figures.

    >>> names_in("Who was hurt on the A10 at Ely? In May 2019 I heard it was Jo.")
    ['A10', 'Ely', 'May', '2019', 'Jo']
    """
    return _NAME.findall(question)


def form_of(question: str) -> Form:
    """Tell what form of answer a question asks for, by its words.

    >>> form_of("How much cash was seized?")
    Form(number=True, money=True, speech=False)
    """
    number = _NUMBER.search(question) is not None
    money = _MONEY.search(question) is not None
    return Form(number, money, _SPEECH.search(question) is not None)
