"""What of the generation before can be used again: nothing, its vectors, or all of it."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np

from qa.embedding import Encoder
from qa.errors import IndexDamaged, IndexFault, IndexTooNew
from qa.index.files import MAPPED_ABOVE
from qa.index.joined.pieces import joined_pieces
from qa.index.joined.stacked import Stacked
from qa.index.layer import Known
from qa.index.manifest import RECIPE
from qa.index.pieces import load_pieces
from qa.index.segment import VECTORS
from qa.index.store import Pinned, pin_current
from qa.reading import Reader


@contextmanager
def held_before(root: Path, fresh: bool) -> Iterator[Callable[[], Pinned | None]]:
    """Hold the generation that serves; gives a function that waits until all of it is compared.

    A large one is compared by a thread, so that the caller may read the releases meanwhile. The
    function gives None if there is none that is whole.
    """
    pinned = None if fresh else _pinned(root)
    if pinned is None:
        yield lambda: None
        return
    try:
        large = sum(record.size for record in pinned.manifest.files.values()) > MAPPED_ABOVE
        with ThreadPoolExecutor(1, "qa-check") if large else nullcontext() as beside:
            compared = beside.submit(pinned.check).result if beside else pinned.check
            yield lambda: _if_whole(pinned, compared)
    finally:
        pinned.close()


def _pinned(root: Path) -> Pinned | None:
    try:
        return pin_current(root)
    except IndexTooNew:
        raise  # another program's work: only --fresh may replace it
    except IndexFault:  # missing or damaged: build it anew
        return None


def _if_whole(pinned: Pinned, compared: Callable[[], Pinned]) -> Pinned | None:
    try:
        return compared()
    except IndexDamaged:  # build it anew, and remove this one after that
        pinned.close()
        return None


def same_vectors(before: Pinned, encoder: Encoder) -> bool:
    """Tell whether a build by this encoder would give the same vectors to the same texts."""
    model = before.manifest.model
    return before.manifest.recipe == RECIPE and (model.fingerprint, model.dtype) == (
        encoder.fingerprint,
        encoder.dtype,
    )


def known_vectors(before: Pinned | None, encoder: Encoder, wanted: Sequence[bytes]) -> Known | None:
    """Give the vectors that may be used again for passages of some digests.

    Args:
        before: The generation that serves, whole and held.
        encoder: The model of the build.
        wanted: Digests of passages, as `digest16` gives them.

    Returns:
        None if nothing of it may be used again; what was found in it else, which may be nothing.
    """
    if before is None or not same_vectors(before, encoder):
        return None
    segments = before.segments
    digests = np.concatenate([one.array("column-passage_hash.npy") for one in segments])
    first_half = np.frombuffer(b"".join(wanted), dtype=np.uint64).reshape(-1, 2)[:, 0]
    likely = np.flatnonzero(np.isin(digests.view(np.uint64)[:, 0], first_half))
    row_of = {digests[row].tobytes(): int(row) for row in likely[::-1]}
    vectors = [one.large_array(VECTORS) for one in segments]
    pieces = [load_pieces(one) for one in segments]
    if len(segments) == 1:
        return Known(row_of, vectors[0], pieces[0])
    return Known(row_of, Stacked(*vectors), joined_pieces(*pieces))


def probed_with(encoder: Encoder, reader: Reader) -> str:
    """Give the digest of all that decides what the probes of a corpus find."""
    both = f"{encoder.question_fingerprint} {reader.fingerprint}"
    return hashlib.sha256(both.encode()).hexdigest()
