"""Shards: what is kept of the passages of one chunk, in a file that appears whole or not at all.

Its name is a digest of all that decides its bytes, so a shard that is there need not be made again,
and one of another model, corpus or program is never taken for it. Every part of the file has a
checksum: one that is damaged counts as not there.

    work/LOCK  shard-5d1c9a02….npz  …
"""

import fcntl
import hashlib
import io
import os
import secrets
import time
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from qa.embedding import Passage
from qa.errors import ClusterError
from qa.index.files import sync, write_file
from qa.index.layer import Part
from qa.index.pieces import Floats

_SHARD, _ASIDE = "shard-", ".aside-"
_SEEN_AFTER = 30.0  # seconds; a network file system may show a new file that late
_LOOK_EVERY = 0.5


def shard_name(rules: str, projection: Floats, passages: Sequence[Passage]) -> str:
    """Name the shard of some passages.

    Args:
        rules: Of the processes that make it; see `qa.cluster.worker`.
        projection: Of word pieces.
        passages: Of the chunk, in order.
    """
    total = hashlib.sha256(rules.encode())
    total.update(np.ascontiguousarray(projection).tobytes())
    for passage in passages:
        for text in (passage.title, passage.text):
            data = text.encode("utf-8", "surrogatepass")
            total.update(b"%d:%b" % (len(data), data))  # with its length, so that none runs on
    return f"{_SHARD}{total.hexdigest()}.npz"


class Shards:
    """The shards in a folder that every process of a build reaches by the same path."""

    def __init__(self, folder: Path) -> None:
        """Take note of the folder; nothing is made."""
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    @contextmanager
    def held(self) -> Iterator[str]:
        """Hold the folder, which is made if it is not there, against other builds.

        Gives the name of a file in it, by which others can tell that it is the same.

        Raises:
            ClusterError: Another build works in it, or it cannot be written to.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._folder / "LOCK", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ClusterError(
                f"the work folder {str(self._folder)!r} cannot be written to: {error.strerror}; "
                f"name another: --work DIR"
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            token = self._folder / f"{_ASIDE}{secrets.token_hex(8)}"
            token.touch()
            yield token.name
            token.unlink(missing_ok=True)
        except BlockingIOError:
            raise ClusterError(
                f"another build works in {str(self._folder)!r}; wait for it, or name another "
                f"folder: --work DIR"
            ) from None
        finally:
            os.close(lock)

    def write(self, name: str, parts: Sequence[Part]) -> None:
        """Write a shard, to disk before it has its name.

        Raises:
            OSError: The disk is full or failing.
        """
        ids = [part.ids for part in parts]
        buffer = io.BytesIO()
        np.savez(
            buffer,
            vectors=np.stack([part.vector for part in parts]),
            lengths=np.array([len(one) for one in ids], dtype=np.int64),
            pieces=np.concatenate([part.pieces for part in parts]),
            ids=np.concatenate(ids),
            sentences=np.concatenate([part.sentences for part in parts]),
        )
        aside = self._folder / f"{_ASIDE}{os.getpid()}-{secrets.token_hex(8)}"
        try:
            write_file(aside, buffer.getbuffer())
            aside.replace(self._folder / name)
        finally:
            aside.unlink(missing_ok=True)
        sync(self._folder)

    def read(self, name: str) -> list[Part] | None:
        """Give the parts of a shard in the order of its passages; None if none is there whole."""
        try:
            with np.load(self._folder / name, allow_pickle=False) as arrays:
                held = {one: arrays[one] for one in arrays.files}
            ends = np.cumsum(held["lengths"])
            begins = ends - held["lengths"]
            return [
                Part(vector, *(held[one][begin:end] for one in ("pieces", "ids", "sentences")))
                for vector, begin, end in zip(held["vectors"], begins, ends, strict=True)
            ]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None

    def read_when_seen(self, name: str) -> list[Part] | None:
        """Give the parts of a shard that was written just now, perhaps on another machine."""
        until = time.monotonic() + _SEEN_AFTER
        while (parts := self.read(name)) is None and time.monotonic() < until:
            time.sleep(_LOOK_EVERY)
            with suppress(OSError):
                os.listdir(self._folder)  # noqa: PTH208 - it has the folder looked at anew
        return parts

    def clear(self) -> None:
        """Remove every shard, and the folder if nothing else is in it."""
        with suppress(OSError):
            for path in [*self._folder.glob(f"{_SHARD}*.npz"), *self._folder.glob(f"{_ASIDE}*")]:
                path.unlink(missing_ok=True)
            (self._folder / "LOCK").unlink(missing_ok=True)
            self._folder.rmdir()
