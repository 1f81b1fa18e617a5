"""The workers of a build that is done on a cluster: they read in groups, and embed in chunks."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

from qa.cluster.connect import connected, need_ray, places
from qa.cluster.pool import Job, Pool
from qa.cluster.shards import Shards, shard_name
from qa.cluster.worker import Orders, Worker, rules_of
from qa.embedding import Passage, SentenceTransformerEncoder
from qa.errors import ClusterError
from qa.index.build import Workers
from qa.index.layer import Part
from qa.index.pieces import Floats
from qa.records import Skipped
from qa.releases.one_file import Unread, read_here
from qa.releases.reader import Reading
from qa.settings import Settings

# Files that are sent to a process at once: so many, or of so many bytes.
GROUP, GROUP_BYTES = 100, 2 << 20


_log = logging.getLogger(__name__)


@contextmanager
def cluster_workers(
    encoder: SentenceTransformerEncoder, settings: Settings, address: str, work: Path
) -> Iterator[Workers]:
    """Give workers for a build; a cluster is joined or started once there is work for it.

    Args:
        encoder: Of the build; its chunks are the unit of work.
        settings: What it was made of.
        address: Of the cluster; see `connected`.
        work: The folder for shards, which every machine reaches. A build that ends well removes
            them; one that does not leaves them for the next.

    Raises:
        UsageError: Ray is not installed, or the address is none.
        ClusterError: The cluster cannot be reached, is lost, or does not fit; also while working.
    """
    need_ray(address)
    shards = Shards(work.absolute())
    with ExitStack() as stack:
        cluster = _Cluster(stack, encoder, settings, address, shards)
        yield Workers(cluster.read, cluster.embed)
        shards.clear()


class _Cluster:
    """The two kinds of work, given to one pool of processes."""

    def __init__(
        self,
        stack: ExitStack,
        encoder: SentenceTransformerEncoder,
        settings: Settings,
        address: str,
        shards: Shards,
    ) -> None:
        self._encoder, self._shards = encoder, shards
        self._settings = replace(settings, dtype=encoder.dtype)
        self._rules = rules_of(encoder, self._settings)
        self._token: Callable[[], str] = cache(lambda: stack.enter_context(shards.held()))
        self._pool: Callable[[], Pool] = cache(lambda: self._joined(stack, address))

    def read(
        self, files: Sequence[Unread], max_file_bytes: int
    ) -> Iterator[list[Reading | Skipped]]:
        """Read files, a group at a time; one group alone is not worth sending."""
        ends = _group_ends(files)
        if len(ends) < 2:
            yield from read_here(files, max_file_bytes)
            return
        jobs = (
            Job("read", ([one.held() for one in files[begin:end]], max_file_bytes))
            for begin, end in pairwise([0, *ends])
        )
        for made in self._pool().in_order(jobs):
            yield from made

    def embed(self, passages: Sequence[Passage], projection: Floats) -> Iterator[tuple[int, Part]]:
        """Embed passages, a chunk at a time: those whose shard is not there yet."""
        if not passages:
            return
        self._token()  # from here on the shards are ours
        size = self._encoder.chunk
        begins = range(0, len(passages), size)
        names = [
            shard_name(self._rules, projection, passages[begin : begin + size]) for begin in begins
        ]
        missing = {name for name in names if self._shards.read(name) is None}
        if kept := len(set(names)) - len(missing):
            _log.warning("going on from a build that was broken off: %d shards are there", kept)
        jobs = (
            Job("embed", (passages[begin : begin + size], projection, name))
            if name in missing
            else None
            for begin, name in zip(begins, names, strict=True)
        )
        done = self._pool().in_order(jobs) if missing else jobs
        for begin, name, _ in zip(begins, names, done, strict=True):
            yield from enumerate(self._seen(name), start=begin)

    def _seen(self, name: str) -> Sequence[Part]:
        parts = self._shards.read_when_seen(name)
        if parts is None:
            raise ClusterError(
                f"the shard {name!r} was made, and is not to be seen in {str(self._shards)!r}; "
                f"name a folder that every machine reaches by the same path: --work DIR"
            )
        return parts

    def _joined(self, stack: ExitStack, address: str) -> Pool:
        orders = Orders(
            self._settings, self._encoder.chunk, self._rules, str(self._shards), self._token()
        )
        ray = stack.enter_context(connected(address))
        n, wanted = places(ray.cluster_resources())
        process = ray.remote(**wanted)(Worker)
        return Pool(ray, lambda: process.remote(orders), n)


def _group_ends(files: Sequence[Unread]) -> list[int]:
    """Give where each group of files ends."""
    ends, size = list[int](), 0
    for place, one in enumerate(files, start=1):
        size += one.file.size
        full = size >= GROUP_BYTES or place - (ends[-1] if ends else 0) >= GROUP
        if full or place == len(files):
            ends.append(place)
            size = 0
    return ends
