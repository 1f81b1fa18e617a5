"""Make the vectors of a build: reuse what is known, run the model on the rest, once each.

Every distinct passage is encoded once, however many paragraphs hold it (one in eight of a
real archive's is a repeat), and not at all if the generation before was built by the same
model, in the same number format, and holds it.

Letters: n paragraphs, u distinct passages, d dimensions, t word pieces.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Encoded, Encoder, Passage
from qa.errors import ModelError
from qa.index.pieces import Pieces, learn_projection, small
from qa.language.sentences import sentence_spans

Floats = NDArray[np.float32]
Progress = Callable[[int, int], None]
_Part = tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.uint8]]  # vectors, ids, sentences

# Passages whose word pieces teach the projection: some 35,000 pieces.
SAMPLE = 1000


@dataclass(frozen=True, slots=True)
class Known:
    """Vectors of an earlier generation that may be used again.

    Attributes:
        row_of: Paragraph row there, by the digest of its passage.
        vectors: Shape (n, d).
        pieces: Its word pieces.
    """

    row_of: dict[bytes, int]
    vectors: Floats
    pieces: Pieces


@dataclass(frozen=True, slots=True)
class Made:
    """The vectors of a build.

    Attributes:
        vectors: Shape (n, d) float32, unit rows.
        pieces: Word pieces of all paragraphs.
        embedded: Distinct passages the model was run on.
        reused: Paragraphs whose vectors were known, or are those of an equal one.
    """

    vectors: Floats
    pieces: Pieces
    embedded: int
    reused: int


def make_vectors(
    passages: Sequence[Passage],
    digests: Sequence[bytes],
    encoder: Encoder,
    known: Known | None,
    progress: Progress,
) -> Made:
    """Give vectors for each of n passages.

    Args:
        passages: What the model reads of each paragraph.
        digests: Of `Passage.whole` of each, same order.
        encoder: The model.
        known: Vectors to use again, if there are any of this very model.
        progress: Called with (passages encoded, passages to encode).
    """
    unique = list(dict.fromkeys(digests))
    slot_of = {digest: slot for slot, digest in enumerate(unique)}
    first = {digest: passage for passage, digest in zip(passages[::-1], digests[::-1], strict=True)}
    fresh = [digest for digest in unique if known is None or digest not in known.row_of]

    texts = [first[digest] for digest in fresh]
    stream = _encoded(texts, encoder, progress)
    # A first build learns the projection from a sample, which comes out of the stream first;
    # later ones keep it, so that old and new pieces stay comparable.
    sample = [] if known else list(islice(stream, len(_sample(len(texts)))))
    projection = known.pieces.projection if known else _learnt(sample)
    collected = _Collector(len(unique), projection)
    for digest in unique:
        if known is not None and digest in known.row_of:
            collected.copy(slot_of[digest], known, known.row_of[digest])
    for place, encoded in chain(sample, stream):
        collected.add(slot_of[fresh[place]], texts[place], encoded)

    slots = np.array([slot_of[digest] for digest in digests], dtype=np.int64)
    return Made(
        collected.vectors(encoder.dimension)[slots],
        collected.pieces(slots, encoder.vocabulary_size),
        len(fresh),
        len(digests) - len(fresh),
    )


class _Collector:
    """Gathers vectors by slot (one a distinct passage) in whatever order they come."""

    def __init__(self, n_slots: int, projection: Floats) -> None:
        self.projection = projection
        self.rows: list[Floats | None] = [None] * n_slots
        self.parts: list[_Part | None] = [None] * n_slots

    def add(self, slot: int, passage: Passage, encoded: Encoded) -> None:
        sentences = sentence_numbers(passage.text, encoded.starts)
        part = (small(encoded.pieces, self.projection), encoded.ids, sentences)
        self.rows[slot], self.parts[slot] = encoded.vector, part

    def copy(self, slot: int, known: Known, row: int) -> None:
        start, end = known.pieces.spans[row]
        pieces = known.pieces
        part = (pieces.vectors[start:end], pieces.ids[start:end], pieces.sentences[start:end])
        self.rows[slot], self.parts[slot] = known.vectors[row], part

    def vectors(self, dimension: int) -> Floats:
        if not self.rows:
            return np.zeros((0, dimension), dtype=np.float32)
        rows = np.array(self.rows, dtype=np.float32)
        if not np.isfinite(rows).all():
            raise ModelError("the model gave a vector that is not finite; choose another model")
        return rows

    def pieces(self, slots: NDArray[np.int64], vocabulary_size: int) -> Pieces:
        # In the order of slots, so that the pieces of one release lie together on disk.
        parts = [part for part in self.parts if part is not None]
        df = np.zeros(vocabulary_size, dtype=np.int32)
        for _, ids, _ in parts:
            df[np.unique(ids)] += 1
        ends = np.cumsum([len(ids) for _, ids, _ in parts])
        spans = np.stack([np.append(0, ends[:-1]), ends], axis=1)
        return Pieces(
            self.projection,
            np.concatenate([vectors for vectors, _, _ in parts]),
            np.concatenate([ids for _, ids, _ in parts]),
            np.concatenate([sentences for _, _, sentences in parts]),
            spans[slots],
            df,
        )


def sentence_numbers(text: str, starts: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Give the sentence of plain `text` that each piece is in, from 0, by where it begins.

    Sentences past the 250th count as the 250th.
    """
    begins = [start for start, _ in sentence_spans(text)]
    numbers = [max(bisect_right(begins, int(start)) - 1, 0) for start in starts]
    return np.minimum(np.array(numbers, dtype=np.int64), 249).astype(np.uint8)


def _encoded(
    texts: Sequence[Passage], encoder: Encoder, progress: Progress
) -> Iterator[tuple[int, Encoded]]:
    """Encode every text once, those of the sample first."""
    sample = _sample(len(texts))
    chosen = set(sample)
    progress(0, len(texts))
    done = 0
    for places in (sample, [place for place in range(len(texts)) if place not in chosen]):
        for place, encoded in encoder.encode_passages([texts[place] for place in places]):
            done += 1
            progress(done, len(texts))
            yield places[place], encoded


def _sample(n: int) -> list[int]:
    return list(range(0, n, max(1, n // SAMPLE)))[:SAMPLE]


def _learnt(sample: Sequence[tuple[int, Encoded]]) -> Floats:
    return learn_projection(np.concatenate([encoded.pieces for _, encoded in sample]))
