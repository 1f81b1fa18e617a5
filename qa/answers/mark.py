"""Choose the sentence of a paragraph that answers best: the one that is marked."""

import re

import numpy as np

from qa.index.columns import MONEY
from qa.index.pieces import Pieces
from qa.records import Paragraph, Sentence
from qa.retrieval.asked import Asked, Form

# Added to a sentence with a figure, or with money, where that is asked for; MaxSim is in [-1, 1].
FIGURE = 0.08


def best_sentence(asked: Asked, pieces: Pieces, row: int, paragraph: Paragraph) -> Sentence:
    """Give the sentence of the paragraph at `row` whose word pieces meet the question's best.

    Of sentences that score alike, the first is taken. A paragraph without sentences is
    marked as a whole.
    """
    if not paragraph.sentences:
        return Sentence(paragraph.start, paragraph.end, paragraph.text)
    scores = np.full(len(paragraph.sentences), -1.0)
    found = pieces.max_sims(asked.own_encoded, row)[: len(scores)]
    scores[: len(found)] = found
    scores += [FIGURE * _has_form(sentence.text, asked.form) for sentence in paragraph.sentences]
    return paragraph.sentences[int(scores.argmax())]


def _has_form(text: str, form: Form) -> int:
    figure = form.number and re.search(r"\d", text) is not None
    return int(figure) + int(form.money and MONEY.search(text) is not None)
