"""Kill -9: at every write-side syscall of a publish, and at random moments.

Afterwards the round of before serves, or the new one, whole; the new one if it was told of; and
the next publish works and leaves nothing lying about.
"""

import os
import random
import shutil
import signal
import tempfile
import time
from pathlib import Path

from tests.reliability.counts import Outcome
from tests.reliability.lab import subject
from tests.reliability.rounds import faults_of
from tests.reliability.scenes import points_of, scenes
from tests.reliability.tracing import traced


def prove(counts, enough=None, only=""):
    """Kill a publish at the n-th call of each kind, for every n or a sample."""
    scratch = Path(tempfile.mkdtemp())
    try:
        made = scenes(scratch)
        cases = [(scene, *point) for scene in made for point in points_of(scene, scratch)]
        cases = [case for case in cases if only in case[1]]
        total = len(cases)
        random.Random(counts.seed).shuffle(cases)
        failures, done, killed = [], 0, 0
        for scene, call, nth in cases[: counts.kill_points]:
            ended, faults = _killed_at(scene, scratch / "trial", call, nth)
            failures += [f"{scene.name}, {call} {nth}: {fault}" for fault in faults]
            done += 1
            killed += ended == -signal.SIGKILL
            if enough is not None and len(failures) >= enough:
                break
        if killed < done:
            failures.append(f"only {killed} of {done} were killed")
        return Outcome(done, tuple(failures), f"of {total} write-side calls in three scenes")
    finally:
        shutil.rmtree(scratch)


def prove_random(counts):
    """Kill a publish at a random moment."""
    scratch, rng = Path(tempfile.mkdtemp()), random.Random(counts.seed)
    try:
        made, failures, killed = scenes(scratch), [], 0
        usual = _seconds(made[1], scratch / "trial")
        for number in range(counts.random_kills):
            scene = made[number % len(made)]
            index = scene.laid_out(scratch / "trial")
            with subject(index, {scene.served + 1: scene.releases}) as process:
                process.begin()
                time.sleep(rng.uniform(0, usual))
                os.kill(process.pid, signal.SIGKILL)
                code, told = process.wait()
            killed += code == -signal.SIGKILL
            failures += [f"{scene.name}, kill {number}: {f}" for f in _faults(scene, index, told)]
        return Outcome(counts.random_kills, tuple(failures), f"{killed} before they were done")
    finally:
        shutil.rmtree(scratch)


def _killed_at(scene, place, call, nth):
    index = scene.laid_out(place)
    inject = ("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={nth}")
    with (
        subject(index, {scene.served + 1: scene.releases}) as process,
        traced(process.pid, *inject),
    ):
        process.begin()
        code, told = process.wait()
    return code, _faults(scene, index, told)


def _faults(scene, index, told):
    new = scene.served + 1
    allowed = {new} if told == new else {scene.served, new}
    return faults_of(index, scene.next_releases, new + 1, allowed)


def _seconds(scene, place):
    index = scene.laid_out(place)
    with subject(index, {scene.served + 1: scene.releases}) as process:
        begun = time.monotonic()
        process.begin()
        process.wait()
        return time.monotonic() - begun
