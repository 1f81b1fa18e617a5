"""Damage: any file of an index cut, lengthened, swapped, gone, or with one bit turned.

Each time the index must be refused before anything is answered, with an error of the project's
own, in memory that is bounded whatever a damaged file claims or however long it has grown.
"""

import os
import random
import resource
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

from qa.errors import IndexFault
from qa.index.store import current_name
from tests.reliability.counts import Outcome
from tests.reliability.rounds import publish_round, round_served, write_releases

_ROOM = 64 << 20  # bytes of address space that opening a damaged index may ask for
SERVED = 2
_HUGE = 20 << 30  # bytes a file grows to; all holes, so it takes no room on disk


def prove_truncations(counts, enough=None, only=""):
    """Cut every file to every length, or to a sample of them."""
    with _built() as (index, files):
        cases = [(path, size) for path in files for size in range(path.stat().st_size)]
        random.Random(counts.seed).shuffle(cases)
        return _tried(
            index, ((p, p.read_bytes()[:size]) for p, size in cases[: counts.truncations]), enough
        )


def prove_flips(counts, enough=None, only=""):
    """Turn bits: each of the pointer's, the first 64 bytes of each file, and bits anywhere."""
    with _built() as (index, files):
        rng, bits = random.Random(counts.seed), {path: 8 * path.stat().st_size for path in files}
        first = [(p, bit) for p, n in bits.items() for bit in range(min(n, 512))]
        first += [(index / "CURRENT", bit) for bit in range(bits[index / "CURRENT"])]
        any_ = [(p, bit) for p, n in bits.items() for bit in range(n)]
        # In a share, each file has a bit turned, and the rest is drawn.
        drawn = [(path, rng.randrange(n)) for path, n in bits.items()]
        drawn += rng.sample(first, min(len(first), counts.flips // 2))
        drawn += rng.sample(any_, counts.flips - len(drawn))
        drawn = [case for case in drawn if only in case[0].name]
        return _tried(
            index, ((path, _turned(path.read_bytes(), bit)) for path, bit in drawn), enough
        )


def prove_other_damage(counts, enough=None, only=""):
    """Remove, lengthen, empty, fill with zeros and swap each file, and let each grow huge."""
    with _built() as (index, files):
        others = sorted(_files_of(index.with_name("other")))
        assert len(others) == len(files)
        cases = []
        for path, other in zip(files, others, strict=True):
            data = path.read_bytes()
            for damaged in (None, b"", data + b"\0", bytes(len(data)), other.read_bytes(), _HUGE):
                if damaged != data:  # some files hold no word of the releases
                    cases.append((path, damaged))
        return _tried(index, cases, enough)


@contextmanager
def _built():
    scratch = Path(tempfile.mkdtemp())
    try:
        for name, rounds in (("index", (1, SERVED)), ("other", (4, 5))):
            for round_ in rounds:  # a base, and a delta
                publish_round(write_releases(scratch, round_), scratch / name)
        assert round_served(scratch / "index") == SERVED
        yield scratch / "index", sorted(_files_of(scratch / "index"))
    finally:
        shutil.rmtree(scratch)


def _files_of(index):
    """Every file that is read; LOCK holds information for people only."""
    below = (index / "gens" / current_name(index)).rglob("*")
    return [index / "CURRENT", *(path for path in below if path.is_file())]


def _tried(index, cases, enough):
    failures, done = [], 0
    with _little_memory():
        for path, damaged in cases:
            whole = path.read_bytes()
            _put(path, damaged)
            fault = _fault(index)
            path.unlink(missing_ok=True)
            path.write_bytes(whole)
            done += 1
            if fault:
                told = "grown" if damaged == _HUGE else f"{damaged and len(damaged)} bytes"
                failures.append(f"{path.name}, {told}: {fault}")
            if enough is not None and len(failures) >= enough:
                break
        assert round_served(index) == SERVED, "all is as it was, so all is well"
    return Outcome(done, tuple(failures), f"memory held to {_ROOM >> 20} MB more")


def _put(path, damaged):
    path.unlink()
    if damaged == _HUGE:
        path.touch()
        os.truncate(path, _HUGE)
    elif damaged is not None:
        path.write_bytes(damaged)


def _fault(index):
    try:
        round_served(index)
    except IndexFault:
        return ""
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return "it was opened and answered from"


@contextmanager
def _little_memory():
    """Let this process ask for no more than so much memory beyond what it has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + _ROOM, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def _turned(data, bit):
    return data[: bit // 8] + bytes([data[bit // 8] ^ 1 << bit % 8]) + data[bit // 8 + 1 :]
