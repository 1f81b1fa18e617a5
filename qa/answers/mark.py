"""Choose the sentence of a paragraph that answers best: the one that is marked."""

import re

import numpy as np

from qa.index.pieces import Pieces
from qa.records import Paragraph, Sentence
from qa.retrieval.asked import Asked

# Added to a sentence with a figure where one is asked for; MaxSim lies in [-1, 1].
FIGURE = 0.08


def best_sentence(asked: Asked, pieces: Pieces, row: int, paragraph: Paragraph) -> Sentence:
    """Give the sentence of the paragraph at `row` whose word pieces meet the question's best.

    Of sentences that score alike, the first is taken. A paragraph without sentences is
    marked as a whole.
    """
    if not paragraph.sentences:
        return Sentence(paragraph.start, paragraph.end, paragraph.text)
    scores = np.full(len(paragraph.sentences), -1.0)
    found = pieces.max_sims(asked.encoded, row)[: len(scores)]
    scores[: len(found)] = found
    if asked.asks_number:
        scores += [FIGURE * bool(re.search(r"\d", s.text)) for s in paragraph.sentences]
    return paragraph.sentences[int(scores.argmax())]
