"""A disk that fails: each write-side syscall of a publish refused in every way, once and for good.

Whatever fails, a publish ends in one of three ways, and tells which: it is published (an
interrupted call is begun again, and what only tidies up may fail); it is not, and the round of
before serves; or it serves and the disk did not confirm it. Then, the disk being well, the next
publish works. A write that is *said* to be done, and is not, is found by reading back; one that
takes less than it was given is gone on with.
"""

import os
import random
import resource
import shutil
import tempfile
from contextlib import nullcontext
from pathlib import Path

from tests.reliability.counts import Outcome
from tests.reliability.lab import NOT_CONFIRMED, NOT_WRITTEN, PUBLISHED, subject
from tests.reliability.rounds import faults_of
from tests.reliability.scenes import points_of, scenes
from tests.reliability.tracing import traced

# One call, or all from there on; one that is interrupted for ever would be begun again for ever.
WAYS = ("error=ENOSPC", "error=ENOSPC+", "error=EIO", "error=EIO+", "error=EINTR")
LIE = "retval=1"  # the disk says it took a byte, and did not
SIZES = range(0, 12_000, 400)  # bytes beyond which no file may grow: the write is cut short there
STAGES = "gens/.stage-*"
_MEANT = {PUBLISHED: "published", NOT_WRITTEN: "not written", NOT_CONFIRMED: "not confirmed"}


def prove(counts, enough=None, only=""):
    """Make the n-th call of each kind fail, for every n or a sample."""
    scratch = Path(tempfile.mkdtemp())
    try:
        made, failures, ends = scenes(scratch), [], []
        cases = [case for case in _cases(made, scratch) if only in case[0]]
        for name, run in _share(cases, counts):
            end, faults = run(scratch / "trial")
            ends.append(_MEANT.get(end, f"exit code {end}"))
            failures += [f"{name}: {fault}" for fault in faults]
            if enough is not None and len(failures) >= enough:
                break
        told = ", ".join(f"{ends.count(end)} {end}" for end in sorted(set(ends)))
        return Outcome(len(ends), tuple(failures), told)
    finally:
        shutil.rmtree(scratch)


def _cases(made, scratch):
    """Give (name, function of a place that runs the case)."""
    for scene in made:
        short = _Case(scene, prepare=_write_short, ends=(PUBLISHED,))
        yield f"{scene.name}, short writes", short
        for size in SIZES:
            yield f"{scene.name}, files up to {size}", _Case(scene, prepare=_Limit(size))
        for call, nth in points_of(scene, scratch):
            for way in (*WAYS, *([LIE] if call == "write" else [])):
                when = f"when={nth}" + ("+" if way.endswith("+") else "")
                inject = f"inject={call}:{way.removesuffix('+')}:{when}"
                # A failed sync is told of, always; one that was interrupted is begun again.
                failed_sync = call == "fsync" and way != "error=EINTR"
                ends = (NOT_WRITTEN, NOT_CONFIRMED) if failed_sync else tuple(_MEANT)
                yield f"{scene.name}, {inject}", _Case(scene, call, inject, ends=ends)


def _share(cases, counts):
    """Give all cases, or some of them: half of those few kinds that find most."""
    random.Random(counts.seed).shuffle(cases)
    if counts.faults is None:
        return cases
    telling = [case for case in cases if LIE in case[0] or "files" in case[0] or "fsync" in case[0]]
    half = counts.faults // 2
    return telling[:half] + [case for case in cases if case not in telling][: counts.faults - half]


class _Case:
    """One publish upon a failing disk."""

    def __init__(self, scene, call="", inject="", *, prepare=None, ends=tuple(_MEANT)):
        self.scene, self.call, self.inject = scene, call, inject
        self.prepare, self.ends = prepare, ends

    def __call__(self, place):
        index, new = self.scene.laid_out(place), self.scene.served + 1
        before = set(index.glob(STAGES))  # whose disk fails before they are removed keeps them
        with subject(index, {new: self.scene.releases}, prepare=self.prepare) as process:
            options = ("-e", f"trace={self.call}", "-e", self.inject)
            with traced(process.pid, *options) if self.inject else nullcontext():
                process.begin()
                end, _ = process.wait()
        if end not in self.ends:
            return end, [f"ended as {_MEANT.get(end, end)!r}"]
        served = {self.scene.served if end == NOT_WRITTEN else new}
        if self.call in ("write", "fsync", "rename") and set(index.glob(STAGES)) - before:
            return end, ["the stage was not thrown away"]
        return end, faults_of(index, self.scene.next_releases, new + 1, served)


class _Limit:
    """Let no file grow beyond a size, as on a full disk."""

    def __init__(self, size):
        self.size = size

    def __call__(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.size, self.size))


def _write_short():
    """Let every write take but half of what it is given, as the system may."""
    whole = os.write
    os.write = lambda handle, data: whole(handle, bytes(data)[: max(1, len(data) // 2)])
