"""Power cuts: record what real publishes ask of the disk, and try every disk they may leave.

After each recorded call the power goes, and the disk may be in many states; each is laid out,
opened as the program opens an index, and must serve a round no older than the last that was told
of, whole. Upon some, the next publish must work.
"""

import hashlib
import random
import shutil
import tempfile
from pathlib import Path

from tests.reliability.counts import Outcome
from tests.reliability.disk import File
from tests.reliability.recordings import plain, unconfirmed
from tests.reliability.rounds import faults_of, write_releases

NEXT = 99
_WRITTEN_IN_PLACE = ("LOCK", "CURRENT", ".CURRENT.tmp")


def prove(counts, enough=None, only=None):
    """Try disks after power cuts; stops at `enough` failures."""
    in_memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    scratch = Path(tempfile.mkdtemp(dir=in_memory))
    try:
        trial, calls = _Trial(scratch, counts), 0
        for number, record in enumerate((unconfirmed, plain)):
            top = scratch / f"top-{number}"
            top.mkdir()
            recording = record(scratch, top)
            calls += len(recording.calls)
            for state in _each_once(_states(recording, counts)):
                trial.run(*state)
                if enough is not None and len(trial.failures) >= enough:
                    return trial.outcome(calls)
        return trial.outcome(calls)
    finally:
        shutil.rmtree(scratch)


def _states(recording, counts):
    """Give (round told of, last round begun, {path: bytes}) for power cuts after every call."""
    disk, told, rng = recording.disk, recording.told, random.Random(counts.seed)
    for call in recording.calls:
        share = counts.states
        if call.name == "write" and call.opened.startswith("pipe:") and call.result == 1:
            told = call.strings[0][0]
            # From here on, what was told must be kept: even a share tries all of these.
            changed, share = True, 1.0
        else:
            changed = disk.apply(call)
        if changed:
            begun = min(told + 1, recording.last)
            for kept, forms in _fates(disk.dirty(), rng):
                if rng.random() < share:
                    yield told, begun, disk.after(kept, forms)


def _fates(dirty, rng):
    """Give which changes reach the disk, and in what form: none, all, all but one, one, torn."""
    files = [inode for inode, _ in dirty if isinstance(inode, File)]
    changes = [change for change in dirty if not isinstance(change[0], File)]
    whole, lost = dict.fromkeys(files, 1), {}
    yield (), lost
    yield changes, whole
    yield changes, lost
    yield (), whole
    for one in changes:
        yield [change for change in changes if change is not one], whole
        yield [one], whole
    for file in files:
        for form in (0, 2, 3, 4):
            yield changes, whole | {file: form}
    for _ in range(min(10 * len(dirty), 100)):
        some = [change for change in changes if rng.random() < 0.5]
        yield some, {file: rng.randrange(5) for file in files}


def _each_once(states):
    seen = set()
    for told, begun, files in states:
        key = hash((told, begun, tuple(sorted((name, hash(data)) for name, data in files.items()))))
        if key not in seen:
            seen.add(key)
            yield told, begun, files


class _Trial:
    """Lays out disks and looks at them."""

    def __init__(self, scratch, counts):
        self.scratch, self.counts = scratch, counts
        self.next_releases = write_releases(scratch, NEXT)
        self.pool = scratch / "pool"
        self.pool.mkdir()
        self.cases = self.republished = 0
        self.failures = []

    def outcome(self, calls):
        told = f"{calls} calls recorded; upon {self.republished} states published again"
        return Outcome(self.cases, tuple(self.failures), told)

    def run(self, told, begun, files):
        place = self.scratch / "state"
        self._lay_out(place, files)
        again = self.cases % self.counts.republished == 0
        index, allowed = place / "deep" / "index", {told, begun}
        faults = faults_of(index, self.next_releases, NEXT if again else 0, allowed)
        self.failures += [f"told {told}, begun {begun}: {fault}" for fault in faults]
        self.cases += 1
        self.republished += again
        shutil.rmtree(place)

    def _lay_out(self, place, files):
        place.mkdir()
        for name, data in sorted(files.items(), key=lambda item: item[0].count("/")):
            path = place / name
            if data is None:
                path.mkdir()
            elif path.name in _WRITTEN_IN_PLACE:
                path.write_bytes(data)
            else:
                path.hardlink_to(self._pooled(data))

    def _pooled(self, data):
        pooled = self.pool / hashlib.sha256(data).hexdigest()
        if not pooled.exists():
            pooled.write_bytes(data)
        return pooled
