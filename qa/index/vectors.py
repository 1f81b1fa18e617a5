"""Make the vectors of a build: reuse what is known, run the model on the rest, once each.

Every distinct passage is encoded once, however many paragraphs hold it (one in eight of a
real archive's is a repeat), and not at all if the generation before was built by the same
model, in the same number format, and holds it. What is made is laid down as it comes: see
`qa.index.layer`.

Letters: n paragraphs, u distinct passages, d dimensions, t word pieces.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Encoded, Encoder, Passage
from qa.errors import ModelError
from qa.index.layer import Known, Layer, Part
from qa.index.pieces import Floats, Pieces, learn_projection, small
from qa.language.sentences import sentence_spans

Progress = Callable[[int, int], None]

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


def make_vectors(
    passages: Sequence[Passage],
    digests: Sequence[bytes],
    encoder: Encoder,
    known: Known | None,
    progress: Progress,
    folder: Path,
) -> Made:
    """Give vectors for each of n passages.

    Args:
        passages: What the model reads of each paragraph.
        digests: Of `Passage.whole` of each, same order.
        encoder: The model.
        known: Vectors to use again, if there are any of this very model.
        progress: Called with (passages encoded, passages to encode).
        folder: On whose disk the vectors lie if they are many.
    """
    slot_of = {digest: slot for slot, digest in enumerate(dict.fromkeys(digests))}
    first = {digest: passage for passage, digest in zip(passages[::-1], digests[::-1], strict=True)}
    fresh = [digest for digest in slot_of if known is None or digest not in known.row_of]

    texts = [first[digest] for digest in fresh]
    stream = _encoded(texts, encoder, progress)
    # A first build learns the projection from a sample, which comes out of the stream first;
    # later ones keep it, so that old and new pieces stay comparable.
    sample = [] if known else list(islice(stream, len(_sample(len(texts)))))
    projection = known.pieces.projection if known else _learnt(sample)
    layer = Layer(list(slot_of), known, projection, folder)
    for place, encoded in chain(sample, stream):
        layer.add(slot_of[fresh[place]], _part(texts[place], encoded, projection))

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
