"""Choose what is marked in a paragraph: the whole sentences around the words that answer.

Where a reader pointed at words, the shortest run of sentences that holds them is marked, so
a negation, an "alleged" or a "he said" of the same sentence is never cut off. Where nothing
was read, the sentence whose word pieces meet the question's best is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.columns import MONEY
from qa.index.pieces import Pieces
from qa.language.markup import plain
from qa.records import Paragraph, Sentence, Span
from qa.retrieval.asked import Asked, Form
from qa.retrieval.paragraphs import FoundParagraph

# Added to a sentence with a figure, or with money, where that is asked for; MaxSim is in [-1, 1].
FIGURE = 0.08


@dataclass(frozen=True, slots=True)
class Mark:
    """What is marked in a paragraph.

    Attributes:
        sentence: A whole sentence, or a run of them.
        answer: The words in it that answer; None if no reader pointed at any.
    """

    sentence: Sentence
    answer: Span | None = None


def marks(
    asked: Asked,
    pieces: Pieces,
    found: Sequence[FoundParagraph],
    paragraphs: Mapping[int, Paragraph],
) -> list[Mark]:
    """Mark the sentences around the reader's words, or the best sentence where there are none.

    Args:
        asked: The query.
        pieces: Word pieces of all paragraphs.
        found: Those that are marked.
        paragraphs: They themselves, by row.
    """
    pointed = [_around_span(one, paragraphs[one.row]) for one in found]
    # All at once: the question is weighed once, and a server that has the pieces is asked once.
    rows = [one.row for one, marked in zip(found, pointed, strict=True) if marked is None]
    scores = dict(zip(rows, pieces.max_sims(asked.own_encoded, rows), strict=True)) if rows else {}
    return [
        marked or Mark(best_sentence(asked.form, paragraphs[one.row], scores[one.row]))
        for one, marked in zip(found, pointed, strict=True)
    ]


def best_sentence(form: Form, paragraph: Paragraph, max_sims: NDArray[np.float32]) -> Sentence:
    """Give the sentence of a paragraph whose word pieces meet the question's best.

    Of sentences that score alike, the first is taken. A paragraph without sentences is
    marked as a whole.
    """
    if not paragraph.sentences:
        return Sentence(paragraph.start, paragraph.end, paragraph.text)
    scores = np.full(len(paragraph.sentences), -1.0)
    found = max_sims[: len(scores)]
    scores[: len(found)] = found
    scores += [FIGURE * _has_form(sentence.text, form) for sentence in paragraph.sentences]
    return paragraph.sentences[int(scores.argmax())]


def _around_span(found: FoundParagraph, paragraph: Paragraph) -> Mark | None:
    """Mark what the reader pointed at; None if it did not, or at no word of a sentence."""
    span = found.read.reading.span if found.read is not None else None
    if span is None:
        return None
    first, last = plain(paragraph.text).source(*span)
    return _around(paragraph, paragraph.start + first, paragraph.start + last)


def _around(paragraph: Paragraph, start: int, end: int) -> Mark | None:
    """Mark the sentences that hold some of the characters `start` to `end` of the release."""
    met = [one for one in paragraph.sentences if one.start < end and one.end > start]
    if not met:
        return None  # a bullet or a rule between sentences: no words
    first, last = met[0].start, met[-1].end
    start, end = max(start, first), min(end, last)
    return Mark(
        Sentence(first, last, _slice(paragraph, first, last)),
        Span(start, end, _slice(paragraph, start, end)),
    )


def _slice(paragraph: Paragraph, start: int, end: int) -> str:
    return paragraph.text[start - paragraph.start : end - paragraph.start]


def _has_form(text: str, form: Form) -> int:
    figure = form.number and re.search(r"\d", text) is not None
    return int(figure) + int(form.money and MONEY.search(text) is not None)
