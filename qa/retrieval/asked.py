"""A query made ready for the retrievers: its terms, its vectors, and what form it asks for."""

import re
from dataclasses import dataclass
from typing import Any

from qa.embedding import Encoded, Encoder
from qa.index.lexical import terms
from qa.records import Query

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|fast|big|large|often|tall|heavy|high)\b"
    r"|\b(?:when|what (?:time|date|year|day|age|number|percentage|proportion|speed|sum|amount"
    r"|value|total)|which (?:year|day|date))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as the retrievers take it.

    Attributes:
        terms: Stemmed terms of the question and what it leans on.
        own_terms: Stemmed terms of the question alone.
        encoded: Vectors of the question with what it leans on.
        asks_number: Whether a figure or date is asked for.
    """

    terms: list[str]
    own_terms: list[str]
    encoded: Encoded
    asks_number: bool


def make_ready(query: Query, encoder: Encoder, stemmer: Any) -> Asked:
    """Prepare a query; runs the model once."""
    return Asked(
        terms(query.words, stemmer),
        terms(query.text, stemmer),
        encoder.encode_query(query.words),
        _ASKS_NUMBER.search(query.text) is not None,
    )
