"""What each process of a cluster does in a build; it knows nothing of the others, or of Ray."""

import hashlib
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from threadpoolctl import threadpool_limits

from qa import __version__
from qa.cluster.shards import Shards
from qa.embedding import Passage, SentenceTransformerEncoder
from qa.errors import ClusterError
from qa.index.manifest import RECIPE
from qa.index.pieces import Floats
from qa.index.vectors import embed_with
from qa.records import Skipped
from qa.releases.fingerprint import reading_fingerprint
from qa.releases.one_file import Unread, read_here
from qa.releases.reader import Reading
from qa.settings import Settings


@dataclass(frozen=True, slots=True)
class Orders:
    """What a process is told when it begins.

    Attributes:
        settings: Model, backend, and a number format that is no longer "auto".
        chunk: How many passages are batched together.
        rules: From `rules_of`, where the build was begun.
        work: The folder for shards.
        token: Name of a file in it, which shows that it is the very same folder.
    """

    settings: Settings
    chunk: int
    rules: str
    work: str
    token: str


def rules_of(encoder: SentenceTransformerEncoder, settings: Settings) -> str:
    """Give the digest of everything that decides what a process makes of the same texts."""
    deciding = (
        __version__,
        RECIPE,
        reading_fingerprint(),
        encoder.fingerprint,
        encoder.dtype,
        settings.backend,
    )
    return hashlib.sha256("\n".join(deciding).encode()).hexdigest()


class Worker:
    """Reads files and embeds passages, with one model that it loads for the first of them."""

    def __init__(self, orders: Orders) -> None:
        """Take note; see `prepare`."""
        self._orders = orders
        self._shards = Shards(Path(orders.work))

    def prepare(self) -> None:
        """Find the model, and see that the work here would be the same as anywhere.

        Raises:
            ClusterError: Program, model or work folder differ.
            ModelError: The model is missing or damaged.
        """
        orders, here = self._orders, platform.node()
        # One core: there are as many processes as cores.
        self._encoder = SentenceTransformerEncoder(orders.settings, chunk=orders.chunk, threads=1)
        if rules_of(self._encoder, orders.settings) != orders.rules:
            raise ClusterError(
                f"{here} has another version of the program, of its packages or of the model; "
                f"install the same ones on every machine"
            )
        if not (Path(orders.work) / orders.token).exists():
            raise ClusterError(
                f"{here} does not reach the work folder {orders.work!r}; name one that every "
                f"machine reaches by the same path: --work DIR"
            )

    def read(
        self, files: Sequence[Unread | Skipped], max_file_bytes: int
    ) -> list[list[Reading | Skipped]]:
        """Read a group of files."""
        return list(read_here(files, max_file_bytes))

    def embed(self, passages: Sequence[Passage], projection: Floats, name: str) -> None:
        """Make the shard of a chunk.

        Raises:
            ModelError: The model gives what is no vector.
            OSError: The disk is full or failing.
        """
        with threadpool_limits(1, user_api="blas"):  # as where a build has one process
            parts = dict(embed_with(self._encoder)(passages, projection))
        self._shards.write(name, [parts[place] for place in range(len(passages))])
