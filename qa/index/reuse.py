"""What of the generation before can be used again: nothing, its vectors, or all of it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.embedding import Encoder
from qa.errors import IndexFault, IndexTooNew
from qa.index.generation import VECTORS
from qa.index.layer import Known
from qa.index.manifest import RECIPE
from qa.index.pieces import load_pieces
from qa.index.store import Pinned, pin_current
from qa.reading import Reader


@contextmanager
def held_before(root: Path, fresh: bool) -> Iterator[Pinned | None]:
    """Hold the generation that serves, if there is one that is whole."""
    pinned = None
    if not fresh:
        try:
            pinned = pin_current(root)
            pinned.check()
        except IndexTooNew:
            raise  # another program's work: only --fresh may replace it
        except IndexFault:  # missing or damaged: build it anew
            if pinned is not None:
                pinned.close()
                pinned = None
    try:
        yield pinned
    finally:
        if pinned is not None:
            pinned.close()


def same_vectors(before: Pinned, encoder: Encoder) -> bool:
    """Tell whether a build by this encoder would give the same vectors to the same texts."""
    model = before.manifest.model
    return before.manifest.recipe == RECIPE and (model.fingerprint, model.dtype) == (
        encoder.fingerprint,
        encoder.dtype,
    )


def known_vectors(before: Pinned | None, encoder: Encoder) -> Known | None:
    """Give the vectors that may be used again; None if there are none."""
    if before is None or not same_vectors(before, encoder):
        return None
    digests = before.files.array("column-passage_hash.npy")
    return Known(
        {digest.tobytes(): row for row, digest in enumerate(digests)},
        before.files.large_array(VECTORS),
        load_pieces(before.files),
    )


def probed_with(encoder: Encoder, reader: Reader) -> str:
    """Give the digest of all that decides what the probes of a corpus find."""
    both = f"{encoder.question_fingerprint} {reader.fingerprint}"
    return hashlib.sha256(both.encode()).hexdigest()
