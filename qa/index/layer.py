"""Lay the vectors of passages down in order, whatever order they come in.

Each distinct passage has a slot, from 0, in the order of the paragraphs. What comes before its
turn waits in memory, in the few bytes that are kept of it; all else is in spools. So the pieces
of one release lie together, and memory does not grow with the archive.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.index.joined.stacked import Stacked
from qa.index.pieces import Floats, Pieces
from qa.index.spool import Rows

_BLOCK = 16_384  # rows copied at a time


@dataclass(frozen=True, slots=True)
class Part:
    """What is kept of one passage.

    Attributes:
        vector: Shape (d,).
        pieces: Shape (t, small).
        ids: Shape (t,).
        sentences: Shape (t,).
    """

    vector: Floats
    pieces: NDArray[np.int8]
    ids: NDArray[np.int32]
    sentences: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors of an earlier generation that may be used again.

    Attributes:
        row_of: Paragraph row there, by the digest of its passage.
        vectors: Shape (n, d).
        pieces: Its word pieces.
    """

    row_of: dict[bytes, int]
    vectors: Floats | Stacked
    pieces: Pieces

    def part(self, digest: bytes) -> Part:
        """Give what is kept of one of its passages."""
        row, held = self.row_of[digest], self.pieces
        start, end = held.spans[row]
        return Part(
            self.vectors[row],
            held.vectors[start:end],
            held.ids[start:end],
            held.sentences[start:end],
        )


class Layer:
    """Parts in the order of their slots."""

    def __init__(
        self, digests: Sequence[bytes], known: Known | None, projection: Floats, folder: Path
    ) -> None:
        """Begin with none.

        Args:
            digests: Of the passage of each slot.
            known: Gives the parts of those that it holds; the others must be added.
            projection: Of all word pieces.
            folder: On whose disk the parts lie if they are many.
        """
        self._digests, self._known = digests, known
        self._projection, self._folder = projection, folder
        self._waiting: dict[int, Part] = {}
        self._lengths: list[int] = []
        self._df: Counter[int] = Counter()
        self._vectors = Rows(folder, np.float32)
        self._pieces = Rows(folder, np.int8)
        self._ids = Rows(folder, np.int32)
        self._sentences = Rows(folder, np.uint8)

    def add(self, slot: int, part: Part) -> None:
        """Take the part of a slot, and lay down all whose turn has come."""
        self._waiting[slot] = part
        self._go_on()

    def _go_on(self) -> None:
        while (slot := len(self._lengths)) < len(self._digests):
            if slot in self._waiting:
                self._lay(self._waiting.pop(slot))
            elif self._known is not None and self._digests[slot] in self._known.row_of:
                self._lay(self._known.part(self._digests[slot]))
            else:
                return

    def _lay(self, part: Part) -> None:
        self._vectors.append(part.vector)
        self._pieces.append(part.pieces)
        self._ids.append(part.ids)
        self._sentences.append(part.sentences)
        self._df.update(set(part.ids.tolist()))
        self._lengths.append(len(part.ids))

    def vectors(self, slots: NDArray[np.int64], d: int) -> Floats:
        """Give the vectors of n paragraphs, shape (n, d), by the slot of each."""
        self._go_on()  # the last ones may all be known
        distinct = self._vectors.array().reshape(-1, d)
        if len(slots) == len(distinct):  # no paragraph is a repeat
            return distinct
        spread = Rows(self._folder, np.float32)
        for start in range(0, len(slots), _BLOCK):
            spread.append(distinct[slots[start : start + _BLOCK]])
        return spread.array().reshape(-1, d)

    def pieces(self, slots: NDArray[np.int64], vocabulary_size: int) -> Pieces:
        """Give the word pieces of n paragraphs, by the slot of each; take the vectors first."""
        ends = np.cumsum(self._lengths, dtype=np.int64)
        spans = np.stack([ends - self._lengths, ends], axis=1)
        df = np.zeros(vocabulary_size, dtype=np.int32)
        df[list(self._df)] = list(self._df.values())
        return Pieces(
            self._projection,
            self._pieces.array().reshape(-1, self._projection.shape[1]),
            self._ids.array(),
            self._sentences.array(),
            spans[slots],
            df,
        )
