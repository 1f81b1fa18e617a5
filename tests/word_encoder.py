"""A model that a person can compute by hand: every word is a direction of its own.

Words are numbered as they are met. A word's vector is 1 in its own dimension (its number,
modulo 64) and 0 elsewhere; a text's vector is the sum of its words' vectors, at unit length.
So the cosine of two texts is the overlap of their words.
"""

import re

import numpy as np

from qa.embedding import Encoded

DIMENSION = 64


class WordEncoder:
    name = "words"
    dtype = "float32"
    dimension = DIMENSION
    vocabulary_size = 10_000

    def __init__(self, fingerprint="words-1", fitted=None):
        self.fitted = fitted
        self.fingerprint = self.question_fingerprint = fingerprint
        self.numbers = {}
        self.texts = []

    def encode_passages(self, passages):
        for place, passage in enumerate(passages):
            self.texts.append(passage.whole)
            title = self._encode(passage.title)
            text = self._encode(passage.text)
            whole = title.pieces.sum(axis=0) + text.pieces.sum(axis=0)
            yield place, Encoded(unit(whole), text.pieces, text.ids, text.starts)

    def encode_query(self, text):
        return self._encode(text)

    def _encode(self, text):
        words = list(re.finditer(r"\w+", text.lower()))
        ids = [self.numbers.setdefault(word[0], len(self.numbers)) for word in words]
        pieces = np.zeros((len(ids), DIMENSION), dtype=np.float32)
        pieces[np.arange(len(ids)), np.array(ids, dtype=int) % DIMENSION] = 1
        starts = np.array([word.start() for word in words], dtype=np.int32)
        return Encoded(unit(pieces.sum(axis=0)), pieces, np.array(ids, dtype=np.int32), starts)


def unit(vector):
    length = np.linalg.norm(vector)
    return (vector / length if length else np.eye(1, DIMENSION)[0]).astype(np.float32)
