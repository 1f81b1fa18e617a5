"""A reader that a person can compute by hand: it counts a word, and points at it."""

import re

from qa.reading import PageReading, Reading


class CountingReader:
    """Scores a paragraph by how often one word stands in it, and points at the first of them.

    A page answers as well as its best paragraph. What it was given is kept in `read_pages`.
    """

    name = "counting"
    fingerprint = "counting-1"

    def __init__(self, word, ranking=None, chances=None):
        self.word = re.compile(rf"\b{re.escape(word)}\b", re.IGNORECASE)
        self.ranking = ranking
        self.chances = chances
        self.questions = []
        self.read_pages = []

    def read(self, question, pages):
        self.questions.append(question)
        self.read_pages.extend(pages)
        found = []
        for page in pages:
            readings = tuple(self._reading(text) for text in page.paragraphs)
            found.append(PageReading(readings, max(reading.score for reading in readings)))
        return found

    def _reading(self, text):
        places = [match.span() for match in self.word.finditer(text)]
        return Reading(float(len(places)), places[0], 1.0) if places else Reading(0.0)
