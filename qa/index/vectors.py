"""Make the vectors of a build: reuse what is known, run the model on the rest, once each.

Every distinct passage is encoded once, however many paragraphs hold it (one in eight of a
real archive's is a repeat), and not at all if the generation before was built by the same
model, in the same number format, and holds it. What is made is laid down as it comes: see
`qa.index.layer`.

Letters: n paragraphs, u distinct passages, d dimensions, t word pieces.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Encoded, Encoder, Passage
from qa.errors import ModelError
from qa.index.layer import Known, Layer, Part
from qa.index.pieces import Floats, Pieces, learn_projection, small
from qa.language.sentences import sentence_spans

Progress = Callable[[int, int], None]
_Made = TypeVar("_Made")

# Passages whose word pieces teach the projection: some 35,000 pieces.
SAMPLE = 1000


@dataclass(frozen=True, slots=True)
class Made:
    """The vectors of a build.

    Attributes:
        vectors: Shape (n, d) float32, unit rows; mapped if they are many.
        pieces: Word pieces of all paragraphs.
        embedded: Distinct passages the model was run on.
        reused: Paragraphs whose vectors were known, or are those of an equal one.
    """

    vectors: Floats
    pieces: Pieces
    embedded: int
    reused: int


class Embed(Protocol):
    """Computes what is kept of passages, here or on other machines."""

    def __call__(
        self, passages: Sequence[Passage], projection: Floats
    ) -> Iterator[tuple[int, Part]]:
        """Give (position in `passages`, its part) for each, in the order they get ready."""


def embed_with(encoder: Encoder) -> Embed:
    """Compute parts in this process, by an encoder."""

    def embed(passages: Sequence[Passage], projection: Floats) -> Iterator[tuple[int, Part]]:
        for place, encoded in encoder.encode_passages(passages):
            yield place, _part(passages[place], encoded, projection)

    return embed


def make_vectors(
    passages: Sequence[Passage],
    digests: Sequence[bytes],
    encoder: Encoder,
    known: Known | None,
    progress: Progress,
    folder: Path,
    embed: Embed | None = None,
) -> Made:
    """Give vectors for each of n passages.

    Args:
        passages: What the model reads of each paragraph.
        digests: Of `Passage.whole` of each, same order.
        encoder: The model.
        known: Vectors to use again, if there are any of this very model.
        progress: Called with (passages encoded, passages to encode).
        folder: On whose disk the vectors lie if they are many.
        embed: Computes all but a sample of them; this process does if None.
    """
    slot_of = {digest: slot for slot, digest in enumerate(dict.fromkeys(digests))}
    first = {digest: passage for passage, digest in zip(passages[::-1], digests[::-1], strict=True)}
    fresh = [digest for digest in slot_of if known is None or digest not in known.row_of]

    def texts_of(places: Sequence[int]) -> list[Passage]:
        return [first[fresh[place]] for place in places]

    count = _Count(progress, len(fresh))
    # A first build learns the projection from a sample, which is encoded before the others; later
    # ones keep it, so that old and new pieces stay comparable.
    sample, others = _sample(len(fresh))
    texts = texts_of(sample)
    stream = count(encoder.encode_passages(texts))
    encoded = stream if known else list(stream)
    projection = known.pieces.projection if known else _learnt(encoded)
    layer = Layer(list(slot_of), known, projection, folder)
    for place, one in encoded:
        layer.add(slot_of[fresh[sample[place]]], _part(texts[place], one, projection))
    for place, part in count((embed or embed_with(encoder))(texts_of(others), projection)):
        layer.add(slot_of[fresh[others[place]]], part)

    slots = np.array([slot_of[digest] for digest in digests], dtype=np.int64)
    return Made(
        layer.vectors(slots, encoder.dimension),
        layer.pieces(slots, encoder.vocabulary_size),
        len(fresh),
        len(digests) - len(fresh),
    )


def _part(passage: Passage, encoded: Encoded, projection: Floats) -> Part:
    if not np.isfinite(encoded.vector).all():
        raise ModelError("the model gave a vector that is not finite; choose another model")
    sentences = sentence_numbers(passage.text, encoded.starts)
    return Part(encoded.vector, small(encoded.pieces, projection), encoded.ids, sentences)


def sentence_numbers(text: str, starts: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Give the sentence of plain `text` that each piece is in, from 0, by where it begins.

    Sentences past the 250th count as the 250th.
    """
    begins = [start for start, _ in sentence_spans(text)]
    numbers = [max(bisect_right(begins, int(start)) - 1, 0) for start in starts]
    return np.minimum(np.array(numbers, dtype=np.int64), 249).astype(np.uint8)


class _Count:
    """Counts what comes out of streams, and tells of it."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._done, self._total = progress, 0, total
        progress(0, total)

    def __call__(self, stream: Iterable[_Made]) -> Iterator[_Made]:
        for one in stream:
            self._done += 1
            self._progress(self._done, self._total)
            yield one


def _sample(n: int) -> tuple[list[int], list[int]]:
    """Give which of n passages teach the projection, and the others."""
    sample = list(range(0, n, max(1, n // SAMPLE)))[:SAMPLE]
    chosen = set(sample)
    return sample, [place for place in range(n) if place not in chosen]


def _learnt(sample: Iterable[tuple[int, Encoded]]) -> Floats:
    return learn_projection(np.concatenate([encoded.pieces for _, encoded in sample]))
