"""A process that makes and reads inputs, and leaves those that fail in files.

    python -m tests.fuzzing.worker FIRST LAST SEED FOLDER READER...

It writes each input to FOLDER before it reads it, so that one that ends the process is left there.
What it found is one line of JSON.
"""

import gc
import json
import os
import resource
import sys
import time
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.fuzzing.inputs import make
from tests.fuzzing.measure import read

AT_HAND = "at-hand"  # the file of the input that is being read, and beside it what it is
ADDRESS_SPACE = 1 << 30  # bytes more than the process has when it begins
ENOUGH = 20  # failures after which there is no need for more
COLUMNS = ".columns.yaml"


@dataclass(slots=True)
class Found:
    """What some inputs came to.

    Attributes:
        inputs: How many were read, or tried.
        read: How many of them gave a release; others were refused, or had nothing to quote.
        seconds: Of the processor, making the inputs included.
        slowest: Seconds of the processor for one input.
        largest: Bytes of memory for one input.
        failures: Each with the file of its input.
    """

    inputs: int = 0
    read: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    largest: int = 0
    failures: list[str] = field(default_factory=list)

    def add(self, other):
        """Take in what other inputs came to."""
        self.inputs += other.inputs
        self.read += other.read
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)
        self.largest = max(self.largest, other.largest)
        self.failures += other.failures


def main(first, last, seed, folder, *readers):
    """Read inputs `first` to `last` of each reader, and print what they came to."""
    warnings.simplefilter("ignore")
    for reader in readers:
        _warm(reader)
    gc.collect()
    gc.freeze()
    _limit()
    found = Found()
    for reader in readers:
        found.add(run(reader, range(int(first), int(last)), seed, Path(folder)))
    sys.stdout.write(json.dumps(asdict(found)) + "\n")


def run(reader, numbers, seed, folder):
    """Read inputs of a reader."""
    found, begun = Found(), time.process_time()
    for number in numbers:
        one = make(reader, number, seed)
        (folder / AT_HAND).write_bytes(one.data)
        (folder / f"{AT_HAND}.txt").write_text(json.dumps([reader, number, one.name]))
        found.inputs += 1
        try:
            took = read(one)
        except BaseException as error:
            place = kept(folder, reader, number, one)
            found.failures.append(f"{type(error).__name__}: {str(error)[:300]}: {place}")
            if len(found.failures) >= ENOUGH:
                break
        else:
            found.read += took.is_read
            found.slowest = max(found.slowest, took.seconds)
            found.largest = max(found.largest, took.memory)
    found.seconds = time.process_time() - begun
    return found


def kept(folder, reader, number, one):
    """Leave an input in a file whose name tells its format; gives its path."""
    place = folder / f"{reader.replace(' ', '-')}-{number}-{one.name}"
    place.write_bytes(one.data)
    if one.columns is not None:
        Path(f"{place}{COLUMNS}").write_bytes(one.columns)
    return place


def _warm(reader):
    """Load what a reader needs, so that no input pays for it."""
    for number in range(5):
        try:
            read(make(reader, number, "warm"))
        except Exception:  # it is found again, and told, if it is no matter of the first time
            continue


def _limit():
    here = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (here + ADDRESS_SPACE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(*sys.argv[1:])
