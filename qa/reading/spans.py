"""The best span of word pieces, and the characters it stands for.

A model that points at answers scores each word piece as a beginning and as an end; the
score of a span is the sum of the two. Source: Devlin and others, "BERT: Pre-training of Deep
Bidirectional Transformers", NAACL 2019, section 4.2. https://doi.org/10.18653/v1/N19-1423

Letter: m word pieces.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

MAX_PIECES = 30  # of an answer, as in the evaluation of BERT on SQuAD

Piece = tuple[int, int]


def best_span(starts: NDArray[np.float32], ends: NDArray[np.float32]) -> tuple[int, int, float]:
    """Find the first and last piece of the best span of at most `MAX_PIECES` pieces.

    Args:
        starts: Shape (m,), m at least 1: the score of each piece as a beginning.
        ends: Shape (m,): as an end. Minus infinity marks a piece that can be neither.

    Returns:
        First and last piece, counted from 0, both inside; the sum of their scores. Equal
        spans: the earlier, then the shorter.

    >>> best_span(np.float32([1, 5, 0]), np.float32([9, 0, 2]))
    (0, 0, 10.0)
    """
    open_end = np.full(MAX_PIECES - 1, -np.inf, dtype=np.float32)
    reach = np.lib.stride_tricks.sliding_window_view(np.concatenate([ends, open_end]), MAX_PIECES)
    sums = starts[:, None] + reach
    first, further = np.unravel_index(np.argmax(sums), sums.shape)
    return int(first), int(first + further), float(sums[first, further])


def without_blanks(text: str, piece: Piece) -> Piece | None:
    """Narrow a piece to what is not blank; None if nothing is left."""
    start, end = max(piece[0], 0), min(piece[1], len(text))
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None


def characters(text: str, pieces: Sequence[Piece]) -> Piece:
    """Give the span of characters that neighbouring pieces stand for.

    An accent that is a character of its own stays with its letter, though tokenizers drop it.

    >>> characters("a café\N{COMBINING ACUTE ACCENT}", [(2, 4), (4, 6)])
    (2, 7)
    """
    start = min(piece[0] for piece in pieces)
    end = max(piece[1] for piece in pieces)
    while start > 0 and _combines(text[start]) and not text[start - 1].isspace():
        start -= 1
    while end < len(text) and _combines(text[end]):
        end += 1
    return start, end


def _combines(character: str) -> bool:
    return unicodedata.category(character).startswith("M")
