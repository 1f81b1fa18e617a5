"""Readers through publishes: no wrong, mixed, missing or outdated answer, and no rival harmed.

Some readers open the index for each look, others follow it from one generation to the next, and
others hold one generation through several publishes: its files must stay whole on disk, and its
answers the same. Meanwhile a rival takes the right to write whenever it is free, which must never
break a publish.
"""

import mmap
import os
import shutil
import tempfile
import time
from contextlib import closing
from pathlib import Path

from qa.errors import IndexBusy
from qa.index.generation import open_generation
from qa.index.store import pin_current, writing
from tests.reliability.counts import Outcome
from tests.reliability.rounds import MODEL, publish_round, round_of, round_served, write_releases


def prove(counts, enough=None, only=""):
    """Publish beneath readers."""
    scratch, shared = Path(tempfile.mkdtemp()), _Shared()
    try:
        index = scratch / "index"
        _publish(index, scratch, 1, shared)
        looks = [_look, *([_hold, _follow, _look] * counts.readers)][: counts.readers]
        children = [_child(look, index, shared) for look in looks]
        children.append(_child(_rival, index, shared))
        failures = []
        for round_ in range(2, counts.publishes + 2):
            failures += _publish(index, scratch, round_, shared)
        shared.stop()
        done, told = _gathered(children)
        failures += told
        if min(done) == 0:
            failures.append(f"someone did nothing: {done}")
        many = (
            f"{sum(done[:-1])} answers of {counts.readers} readers; {done[-1]} turns of the rival"
        )
        return Outcome(counts.publishes, tuple(failures), many)
    finally:
        shutil.rmtree(scratch)


class _Shared:
    """What all processes see: the last round that was published, and whether to stop."""

    def __init__(self):
        self._map = mmap.mmap(-1, 16)

    @property
    def published(self):
        return int.from_bytes(self._map[:8], "little")

    @published.setter
    def published(self, round_):
        self._map[:8] = round_.to_bytes(8, "little")

    @property
    def stopped(self):
        return self._map[8] != 0

    def stop(self):
        self._map[8:9] = b"\1"


def _publish(index, scratch, round_, shared):
    releases = write_releases(scratch, round_)
    try:
        while shared.published < round_:
            try:
                publish_round(releases, index)
                shared.published = round_
            except IndexBusy:
                time.sleep(0.001)  # the rival's turn
    except Exception as error:
        return [f"publish {round_}: {type(error).__name__}: {error}"]
    shutil.rmtree(releases)
    return []


def _look(index, shared):
    """Open the index, and see whether it serves a round whole, none older than was published."""
    floor = shared.published
    served = round_served(index)
    assert floor <= served <= shared.published + 1, f"round {served} after round {floor}"


def _hold(index, shared):
    """Hold a generation through three publishes; it must be there as it was, and answer alike."""
    with closing(open_generation(index, MODEL)) as generation:
        begun, text = shared.published, generation.catalogue.release(0).text
        while not shared.stopped and shared.published < begun + 3:
            time.sleep(0.002)
        generation.pinned.check()
        assert generation.catalogue.release(0).text == text


def _follow(index, shared):
    """Go from one generation to the next as a server does, the base shared where it is the same."""
    generation = open_generation(index, MODEL)
    try:
        for _ in range(5):
            floor = shared.published
            later = open_generation(index, MODEL, generation)
            generation.close()
            generation = later
            served = round_of(generation)
            assert floor <= served <= shared.published + 1, f"round {served} after round {floor}"
    finally:
        generation.close()


def _rival(index, shared):
    """Take the right to write, do nothing with it, and give it back."""
    try:
        with writing(index):
            pin_current(index).close()
    except IndexBusy:
        pass
    time.sleep(0.01)


def _child(work, index, shared):
    """Fork a process that works until it is told to stop; gives (pid, pipe of what it tells)."""
    heard, tell = os.pipe()
    pid = os.fork()
    if pid:
        os.close(tell)
        return pid, heard
    done = 0
    try:
        while not shared.stopped:
            work(index, shared)
            done += 1
        os.write(tell, f"{done}\n".encode())
    except BaseException as error:
        os.write(tell, f"{done}\n{work.__name__}: {type(error).__name__}: {error}".encode()[:4000])
    os._exit(0)


def _gathered(children):
    """Wait for all; gives how often each did its work, and what went wrong."""
    done, failures = [], []
    for pid, heard in children:
        with os.fdopen(heard, encoding="utf-8") as pipe:
            count, _, failure = pipe.read().partition("\n")
        os.waitpid(pid, 0)
        done.append(int(count))
        failures += [failure] if failure else []
    return done, failures
