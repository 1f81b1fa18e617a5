"""What questions read of an index, wherever it lies: the seam that engines stand behind.

A folder is read by `qa.index.dense`, `lexical`, `catalogue`, …; another engine gives objects that
answer alike, to the last bit of a score. What is small and read all the time is the same in any
engine: `Columns`, and of `Pieces` all but the pieces themselves.

Letters: n paragraphs, r releases, d dimensions, k results.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.index.catalogue import ReleaseHead
from qa.index.manifest import Manifest
from qa.records import Paragraph, Release

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


class FarRows(Protocol):
    """Rows that may lie elsewhere: it is known how many there are, and some can be brought."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of their numbers."""

    @property
    def shape(self) -> tuple[int, ...]:
        """As an array has it."""

    def __len__(self) -> int:
        """Count them."""

    def __getitem__(self, at: Any, /) -> Any:
        """Give one row, or a slice of them."""

    def take(self, rows: NDArray[Any], axis: int = ...) -> NDArray[Any]:
        """Give some rows, in their order."""


class DenseReads(Protocol):
    """Vectors of n paragraphs; see `qa.index.dense.Dense`."""

    def nearest(self, query: Floats, k: int, allowed: NDArray[np.bool_] | None = None) -> Rows:
        """Find the `k` paragraphs nearest to the query, of those that are allowed."""

    def cosines(self, query: Floats, rows: Rows) -> Floats:
        """Give the cosine of the query with each of some paragraphs."""


class SegmentDense(DenseReads, Protocol):
    """Vectors of one segment."""

    @property
    def vectors(self) -> Any:
        """The vectors themselves, shape (n, d): an array, or rows that lie elsewhere."""


class TermReads(Protocol):
    """BM25 over n texts; see `qa.index.lexical.Lexical`."""

    @property
    def n(self) -> int:
        """How many texts there are."""

    def knows(self, term: str) -> bool:
        """Tell whether any text has a term."""

    def df(self, term: str) -> int:
        """Count the texts that have a term."""

    def dfs(self) -> dict[str, int]:
        """Give every term with the number of texts that have it."""

    def idf(self, term: str) -> float:
        """Give how rare a term is."""

    def score(self, query_terms: Sequence[str]) -> Floats:
        """Give the BM25 score of every text."""

    def score_of(self, query_terms: Sequence[str], texts: Rows) -> Floats:
        """Give the BM25 score of some texts."""

    def coverage(self, query_terms: Sequence[str], texts: Rows) -> Floats:
        """Give which share of the query some texts hold."""

    def having(self, term: str, texts: Rows) -> NDArray[np.bool_]:
        """Tell which of some texts have a term."""

    def texts_with(self, term: str) -> Rows:
        """Give all texts that have a term, in order."""


class TextReads(Protocol):
    """Texts of r releases and n paragraphs; see `qa.index.catalogue.Catalogue`."""

    def heads(self, rows: Iterable[int]) -> dict[int, ReleaseHead]:
        """Give the heads of some releases, by row."""

    def paragraphs(self, rows: Iterable[int]) -> dict[int, Paragraph]:
        """Give some paragraphs, by row."""

    def bodies(self, rows: Iterable[int]) -> dict[int, str]:
        """Give the texts of some releases from their first paragraph on, by row."""

    def release(self, row: int) -> Release:
        """Give one release with its text, without its paragraphs."""


class SegmentTexts(TextReads, Protocol):
    """Texts of one segment, which are open until they are closed."""

    def counts(self) -> tuple[int, int]:
        """Give how many releases and paragraphs there are."""

    def close(self) -> None:
        """Let go of them."""


class Held(Protocol):
    """A generation that is held: it can be read until it is closed."""

    @property
    def name(self) -> str:
        """e.g. "g00000007-5d1c9a02"."""

    @property
    def manifest(self) -> Manifest:
        """What it is made of."""

    @property
    def place(self) -> str:
        """Where it is, for messages."""

    @property
    def published(self) -> float:
        """When it was published, in seconds since 1970."""

    def close(self) -> bool:
        """Let go of it, and tell whether it was held; does nothing the second time."""
