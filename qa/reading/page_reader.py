"""The reader that comes with the project: it reads a release as a whole.

The answering paragraph seldom repeats the question; what it is about stands in the headline
and in the paragraphs before it. So question, title and all paragraphs go through the network
together, and every sentence is judged in its place. One pass a release is also cheaper than
one a paragraph, which would read question and title ten times.

Sentences of all pages compete: trained with one softmax over the pages of several releases,
their scores are comparable across them (Clark and Gardner, "Simple and Effective
Multi-Paragraph Reading Comprehension", ACL 2018. https://doi.org/10.18653/v1/P18-1078).

Letters: t tokens of a sheet, s sentences of a paragraph.
"""

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.adapter import apply_adapter, fingerprint
from qa.bert import WordPieces
from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.model_running import Once, cores, in_bfloat16, number_format, use_threads
from qa.reading.card import CARD, read_card
from qa.reading.network import open_network, run
from qa.reading.reader import Page, PageReading, Reading
from qa.reading.sheets import Sheet, lay_out
from qa.reading.spans import best_span, characters, without_blanks

Floats = NDArray[np.float32]

FOLDER = Path(__file__).parent / "release_reader"
NOTHING = -100.0  # score of a paragraph without a token to read: below any difference of logits


class PageReader:
    """The embedding model's layers, trained on to point at answers; loaded when needed."""

    def __init__(self, base: ModelFiles, dtype: str = "float32", folder: Path = FOLDER) -> None:
        self.base = base
        self.folder = folder
        self.card = read_card(folder)
        self.name = self.card.name
        self.ranking = self.card.ranking or None
        self.chances = self.card.chances
        self.dtype = number_format(dtype)
        self.fingerprint = hashlib.sha256(
            f"{base.fingerprint} {fingerprint(folder, CARD)} {self.dtype}".encode()
        ).hexdigest()
        self._loaded = Once(self._load)
        self._tokenizing = threading.Lock()  # the tokenizer is not safe under threads

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read the question with each page.

        Raises:
            ModelError: The weights are missing or damaged.
        """
        network, tokenizer = self._loaded()
        with self._tokenizing:
            sheets = lay_out(tokenizer, question, pages, self.card.room)
        use_threads(cores())
        parts: list[dict[int, list[Reading]]] = [{} for _ in pages]
        answers = [-np.inf] * len(pages)
        read = run(network, sheets, self.dtype)
        for sheet, (tokens, page) in zip(sheets, read, strict=True):
            answers[sheet.page] = max(answers[sheet.page], page)
            for number, reading in self._readings(pages[sheet.page], sheet, tokens):
                parts[sheet.page].setdefault(number, []).append(reading)
        return [
            PageReading(
                tuple(_best(found.get(number, [])) for number in range(len(page.paragraphs))),
                float(answer),
            )
            for page, found, answer in zip(pages, parts, answers, strict=True)
        ]

    def _readings(self, page: Page, sheet: Sheet, tokens: Floats) -> list[tuple[int, Reading]]:
        """Give the paragraphs that stand on a sheet, with what was made of each."""
        found = []
        for number in np.unique(sheet.paragraph[sheet.paragraph >= 0]):
            places = np.flatnonzero(sheet.paragraph == number)
            worth = _worth(tokens[places, 2], sheet.sentence[places])
            span, sureness = _span(page.paragraphs[number], sheet, places, tokens)
            found.append((int(number), Reading(worth, span, sureness)))
        return found

    def _load(self) -> tuple[Any, Any]:
        network = open_network(self.base)
        try:
            apply_adapter(network, self.folder)
        except ModelError as error:
            raise ModelError(f"{error}, or set reader: none") from error
        network.eval()
        if self.dtype == "bfloat16":
            in_bfloat16(network.encoder)
        return network, WordPieces(self.base.folder)


def _worth(worth: Floats, sentence: NDArray[np.int32]) -> float:
    """Give the log of the summed odds of a paragraph's sentences.

    Args:
        worth: Shape (t,): of each token; a sentence has the mean of its tokens.
        sentence: Shape (t,): the sentence of each token, ascending.
    """
    numbers = sentence - sentence[0]
    counts = np.bincount(numbers)
    means = np.bincount(numbers, weights=worth)[counts > 0] / counts[counts > 0]
    return float(np.logaddexp.reduce(means))


def _span(
    text: str, sheet: Sheet, places: NDArray[np.int64], tokens: Floats
) -> tuple[tuple[int, int] | None, float]:
    """Give the best span among the tokens at `places`, and its score; None without words."""
    pieces = [
        without_blanks(text, (int(sheet.start[place]), int(sheet.end[place]))) for place in places
    ]
    kept = [row for row, piece in enumerate(pieces) if piece is not None]
    if not kept:
        return None, 0.0
    starts, ends = tokens[places[kept], 0], tokens[places[kept], 1]
    first, last, score = best_span(starts, ends)
    words = [piece for row in kept[first : last + 1] if (piece := pieces[row]) is not None]
    return characters(text, words), score


def _best(readings: Sequence[Reading]) -> Reading:
    """Choose among what several sheets made of one paragraph; one without tokens is last."""
    return max(readings, key=lambda reading: reading.score, default=Reading(NOTHING))
