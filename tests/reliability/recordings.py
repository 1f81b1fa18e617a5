"""What real publishes ask of the disk, as strace saw it.

- `plain`: four publishes into a folder that is not there yet, nor the folder that holds it.
- `unconfirmed`: a publish killed between the rename of the pointer and the sync of its folder; then
  the same releases are built again, and that build, having nothing to do, says that they serve.
"""

import shutil
import signal
from dataclasses import dataclass

from tests.reliability.disk import Disk
from tests.reliability.lab import PUBLISHED, subject
from tests.reliability.rounds import publish_round, write_releases
from tests.reliability.tracing import RECORD, calls_in, traced

ROUNDS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Recording:
    """Publishes, recorded.

    Attributes:
        disk: As it was before.
        calls: What they asked of it.
        told: The round that was surely kept before.
        last: The last round that was begun.
    """

    disk: Disk
    calls: list
    told: int
    last: int


def plain(scratch, top):
    """Record four publishes."""
    folders = {round_: write_releases(scratch, round_) for round_ in ROUNDS}
    disk = Disk(top)
    calls = _recorded(scratch, top / "deep" / "index", folders, PUBLISHED)
    return Recording(disk, calls, 0, ROUNDS[-1])


def unconfirmed(scratch, top):
    """Record a publish that is killed before its last sync, and the build after it."""
    index = top / "deep" / "index"
    folders = {round_: write_releases(scratch, round_) for round_ in (1, 2)}
    publish_round(folders[1], index)
    disk, before = Disk(top), scratch / "before"
    shutil.copytree(index, before)
    syncs = sum(c.name == "fsync" for c in _recorded(scratch, before, {2: folders[2]}, PUBLISHED))
    kill = ("-e", f"inject=fsync:signal=KILL:when={syncs}")
    calls = _recorded(scratch, index, {2: folders[2]}, -signal.SIGKILL, *kill)
    calls += _recorded(scratch, index, {2: folders[2]}, PUBLISHED)
    return Recording(disk, calls, 1, 2)


def _recorded(scratch, index, folders, end, *options):
    log = scratch / "log"
    with subject(index, folders) as process, traced(process.pid, *RECORD, *options, log=log):
        process.begin()
        code, _ = process.wait()
    assert code == end, f"a publish that was to be recorded ended with {code}, not {end}"
    return list(calls_in(log))
