"""What any embedding model gives, and the seam behind which each one stands.

`Encoder` is that seam: the real model is slow to load, and tests use one that a person can
compute by hand.

Letters: d dimensions, t word pieces of one text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MAX_TITLE = 200  # characters of a title that are read with each of its paragraphs


@dataclass(frozen=True, slots=True)
class Passage:
    """What the model reads of one paragraph: its release's title, and its plain text."""

    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title and text as one; the text stands at its end."""
        return f"{self.title[:MAX_TITLE].rstrip(' .')}. {self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as vectors.

    Attributes:
        vector: Shape (d,), unit length.
        pieces: Shape (t, d), unit rows: the word pieces in context, punctuation left out.
        ids: Shape (t,): number of each piece in the model's vocabulary.
        starts: Shape (t,): where each piece begins in the text (not in the title).
    """

    vector: Floats
    pieces: Floats
    ids: NDArray[np.int32]
    starts: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The numbers that belong to an encoder whose question side was trained.

    Attributes:
        releases: Weight of each feature of a release, as in `qa.retrieval.releases`.
        paragraphs: Of each feature of a paragraph that no reader read.
        near: Least nearness of a paragraph that may be an answer, as in `qa.answers.refuse`.
    """

    releases: Mapping[str, float]
    paragraphs: Mapping[str, float]
    near: float


class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of all that decides the vectors of passages, but for the number format."""

    @property
    def question_fingerprint(self) -> str:
        """Hex digest of all that decides the vectors of questions, and what is made of them."""

    @property
    def fitted(self) -> Fitted | None:
        """What was fitted to it; None for a model that general numbers must serve."""

    @property
    def dtype(self) -> str:
        """Number format that passages are computed in."""

    @property
    def dimension(self) -> int:
        """The d of its vectors."""

    @property
    def vocabulary_size(self) -> int:
        """One more than the largest piece id."""

    def encode_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Encoded]]:
        """Give (position in `passages`, its vectors) for each, in the order they get ready."""

    def encode_query(self, text: str) -> Encoded:
        """Give the vectors of a question."""


def unit_rows(rows: Floats) -> Floats:
    """Bring vectors, shape (..., d), to unit length; a zero vector stays zero."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    unit: Floats = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit
