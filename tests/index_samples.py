"""What tests of the index share: invented releases, a model that any process computes alike,
and builds that run in a process of their own, to be starved, raced or killed."""

import errno
import multiprocessing
import resource
import time
import zlib
from contextlib import contextmanager

from qa.index.build import build_index
from tests.word_encoder import WordEncoder

RELEASES = {
    "north/fair.md": (
        "# Harvest fair draws record crowd\n\n"
        "Published 12 March 2021\n\n"
        "Some 4,200 visitors came to the harvest fair on Saturday. Two stalls sold out by noon.\n\n"
        "Call the events office on 555 0100.\n"
    ),
    "north/bridge.md": (
        "# Footbridge closed for repair\n\n"
        "The footbridge over the Alder will close for six weeks.\n\n"
        "Call the events office on 555 0100.\n"
    ),
    "south/library.txt": (
        "Library opens on Sundays\n\nReaders asked for longer hours. The doors open at ten.\n"
    ),
}
MAX_BYTES = 1_000_000


class HashedWords(WordEncoder):
    """The word encoder, each word's number taken from the word itself, in whatever process."""

    def __init__(self, fingerprint="words-1", pause=0.0):
        super().__init__(fingerprint)
        self.numbers = _Hashed()
        self.pause = pause

    def encode_passages(self, passages):
        for made in super().encode_passages(passages):
            time.sleep(self.pause)
            yield made


class _Hashed(dict):
    def setdefault(self, word, _):
        return zlib.crc32(word.encode()) % HashedWords.vocabulary_size


def build(releases, index, encoder, **options):
    return build_index(releases, index, encoder, max_file_bytes=MAX_BYTES, **options)


def contents(index):
    """The bytes of every file of an index; but not who holds its lock."""
    files = (path for path in index.rglob("*") if path.is_file() and path.name != "LOCK")
    return {path.relative_to(index).as_posix(): path.read_bytes() for path in files}


def leftovers(index):
    return [path.name for path in (index / "gens").iterdir() if path.name.startswith(".")]


def generations(index):
    return {path.name for path in (index / "gens").iterdir()}


# A clean process that has everything loaded, and forks each build from itself.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.index_samples", "bm25s", "Stemmer", "nupunkt"])


@contextmanager
def building(releases, index, *, pause=0.0, largest_file=None):
    """Build in another process; gives the process, and the receiver of how it went."""
    receiver, sender = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(
        target=_build_and_tell, args=(releases, index, pause, largest_file, sender)
    )
    process.start()
    sender.close()
    try:
        yield process, receiver
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()


def _build_and_tell(releases, index, pause, largest_file, sender):
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
        assert _writing_fails_beyond(largest_file, index.parent / "probe")
    try:
        report = build(releases, index, HashedWords(pause=pause), progress=_Teller(sender))
        sender.send(("built", report.generation))
    except Exception as error:
        sender.send((type(error).__name__, str(error)))


class _Teller:
    """Tells once that the build has begun to embed: it holds the lock by then."""

    def __init__(self, sender):
        self.sender = sender
        self.told = False

    def __call__(self, step, done, total):
        if step == "embed" and not self.told:
            self.told = True
            self.sender.send(("embedding", total))


def _writing_fails_beyond(size, probe):
    try:
        probe.write_bytes(b"x" * (size + 1))
    except OSError as error:
        return error.errno == errno.EFBIG
    finally:
        probe.unlink()
    return False
