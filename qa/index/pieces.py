"""Late interaction: compare the word pieces of a question with those of a paragraph.

MaxSim: each piece of the question looks for its nearest piece in the paragraph; the mean
of these cosines, weighted by how rare the piece is (idf), is the paragraph's score. It also
tells which sentence speaks of what is asked. Measured on short paragraphs it ranks better
than one vector for a paragraph, and marks sentences better than a vector for each.

The pieces are many (35 a paragraph), so they are stored small: projected from 384 to 64
dimensions (the principal ones of a sample of the corpus) and rounded to bytes.

Source: Khattab and Zaharia, "ColBERT", SIGIR 2020 (MaxSim); idf weights and projection ours.
Letters: n paragraphs, d dimensions of the model, t pieces in all, m of a question.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Encoded
from qa.index.files import CheckedFiles, Records, write_array
from qa.index.ranges import ranges

Floats = NDArray[np.float32]

VECTORS = "pieces-vectors.npy"  # the largest of its files
SMALL = 64  # dimensions kept; 64, 96, 128 and all 384 ranked alike on real questions
_STEP = np.float32(127)
_OF_ONE = 256  # more sentences than are told apart in a paragraph
_BLOCK = 2048  # pieces compared at once: half a megabyte of them


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of n paragraphs.

    Attributes:
        projection: Shape (d, small): columns are orthonormal.
        vectors: Shape (t, small) int8: unit vectors times 127.
        ids: Shape (t,): vocabulary number of each piece.
        sentences: Shape (t,): which sentence of its paragraph it is in, from 0.
        spans: Shape (n, 2): paragraph i has pieces spans[i, 0] to spans[i, 1]; paragraphs
            with the same text share them.
        df: Shape (vocabulary,): how many distinct texts hold each piece.
    """

    projection: Floats
    vectors: NDArray[np.int8]
    ids: NDArray[np.int32]
    sentences: NDArray[np.uint8]
    spans: NDArray[np.int64]
    df: NDArray[np.int32]

    def max_sims(self, query: Encoded, rows: Sequence[int]) -> list[Floats]:
        """Give, of each of some paragraphs, the MaxSim of the query with its sentences, from 0.

        A sentence without pieces, of punctuation alone, has -1; a paragraph without any has one
        of 0.
        """
        found = [np.zeros(1, dtype=np.float32) for _ in rows]
        starts, ends = self.spans[np.asarray(rows, dtype=np.int64)].T
        places = ranges(starts, ends)
        if len(places) == 0 or len(query.ids) == 0:
            return found
        paragraphs = np.repeat(np.arange(len(rows)), ends - starts)
        sentences = self.sentences.take(places).astype(np.int64)
        cuts = np.flatnonzero(np.diff(_OF_ONE * paragraphs + sentences, prepend=-1))
        best = self.weights(query) @ self._nearest(query, places, cuts)
        for place in np.unique(paragraphs):
            own = paragraphs[cuts] == place
            numbers = sentences[cuts][own]
            found[place] = np.full(int(numbers[-1]) + 1, -1.0, dtype=np.float32)
            found[place][numbers] = best[own]
        return found

    def max_sim(self, query: Encoded, rows: NDArray[np.int64]) -> Floats:
        """Give the MaxSim of the query with each of some whole paragraphs, shape of `rows`.

        A paragraph without pieces has 0.
        """
        return self.max_sim_of_groups(query, rows, np.arange(len(rows) + 1))

    def max_sim_of_groups(
        self, query: Encoded, rows: NDArray[np.int64], cuts: NDArray[np.int64]
    ) -> Floats:
        """Give the MaxSim of the query with groups of paragraphs, each read as one text.

        Args:
            query: The question.
            rows: Paragraphs, group after group.
            cuts: Shape (groups + 1,): group i is rows[cuts[i] : cuts[i + 1]].

        Returns:
            Shape (groups,); a group without pieces has 0.
        """
        scores = np.zeros(len(cuts) - 1, dtype=np.float32)
        starts, ends = self.spans[rows].T
        ends_of = np.concatenate([[0], np.cumsum(ends - starts)])[cuts]
        filled = np.flatnonzero(np.diff(ends_of) > 0)
        if len(filled) == 0 or len(query.ids) == 0:
            return scores
        best = self._nearest(query, ranges(starts, ends), ends_of[filled])
        scores[filled] = self.weights(query) @ best
        return scores

    def weights(self, query: Encoded) -> Floats:
        """Give the weight of each piece of the query by its idf; they sum to 1."""
        if len(query.ids) == 0:
            return np.zeros(0, dtype=np.float32)
        n = max(len(self.spans), 1)
        df = self.df[query.ids].astype(np.float32)
        idf = np.log1p((np.maximum(n - df, 0) + 0.5) / (df + 0.5))
        weights: Floats = (idf / idf.sum()).astype(np.float32)
        return weights

    def _nearest(self, query: Encoded, places: NDArray[Any], cuts: NDArray[Any]) -> Floats:
        """Give the best cosine of each query piece in each part of `places`, shape (m, parts)."""
        asked = _project(query.pieces, self.projection)
        cosines = np.empty((len(asked), len(places)), dtype=np.float32)
        # A block at a time: widened to 32 bits it stays in the processor's cache.
        for start in range(0, len(places), _BLOCK):
            block = places[start : start + _BLOCK]
            # `take` is five times as fast here as an index of places.
            held = self.vectors.take(block, axis=0).astype(np.float32)
            np.matmul(asked, held.T, out=cosines[:, start : start + len(block)])
        best: Floats = np.maximum.reduceat(cosines, cuts, axis=1)
        best /= _STEP
        return best


def learn_projection(sample: Floats) -> Floats:
    """Find the directions in which a sample of pieces, shape (t, d), varies most.

    Returns:
        Shape (d, min(d, SMALL)), orthonormal columns.
    """
    _, _, rows = np.linalg.svd(sample.T.astype(np.float64) @ sample.astype(np.float64))
    # A direction and its opposite serve alike; fix which one, so that bytes repeat.
    rows *= np.sign(rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)])[:, None]
    projection: Floats = np.ascontiguousarray(rows[:SMALL].T, dtype=np.float32)
    return projection


def small(pieces: Floats, projection: Floats) -> NDArray[np.int8]:
    """Project pieces, shape (t, d), and round them to bytes, shape (t, small)."""
    rounded: NDArray[np.int8] = np.rint(_project(pieces, projection) * _STEP).astype(np.int8)
    return rounded


def write_pieces(pieces: Pieces, folder: Path) -> Records:
    """Write a file for each attribute; gives their records."""
    names = {name: f"pieces-{name}.npy" for name in Pieces.__slots__}
    return {file: write_array(folder / file, getattr(pieces, n)) for n, file in names.items()}


def load_pieces(files: CheckedFiles) -> Pieces:
    """Read what `write_pieces` wrote."""
    return Pieces(**{name: files.large_array(f"pieces-{name}.npy") for name in Pieces.__slots__})


def _project(pieces: Floats, projection: Floats) -> Floats:
    projected = pieces @ projection
    lengths = np.linalg.norm(projected, axis=1, keepdims=True)
    unit: Floats = (projected / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
