# ruff: noqa: E501
"""Give every reader many inputs, and write down what was found: `make proof-formats`.

    python -m tests.fuzzing.prove FOLDER [INPUTS [MINUTES]]      100,000 inputs of each reader

Readers take turns, so that a run that was stopped has proved as much of each. The page in FOLDER
is written after each turn. Inputs that fail are left in `.fuzzing/`.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import qa
from tests.conftest import ROOT
from tests.fuzzing.inputs import MOST, READERS
from tests.fuzzing.measure import MEMORY, SECONDS
from tests.fuzzing.worker import AT_HAND, Found

TURN = 5000  # inputs that one process reads, which takes seconds to begin
PATIENCE = 30.0  # seconds of the processor that an input may keep a process
ASLEEP = 3600.0  # seconds it may stand still: a busy machine is no fault of an input
AT_ONCE = int(os.environ.get("FUZZING_PROCESSES", "2"))
LIBRARIES = ("trafilatura", "lxml", "pypdf", "mammoth", "feedparser", "nupunkt", "hypothesis")


def main(folder, inputs=100_000, minutes=24 * 60):
    """Prove, and write the evidence; gives whether all is well."""
    now, begun = datetime.now(UTC), time.monotonic()
    failed = ROOT / ".fuzzing"
    failed.mkdir(exist_ok=True)
    page = Path(folder) / f"{now:%Y-%m-%d}-formats.md"
    found = {reader: Found() for reader in READERS}
    turns = [
        (reader, first, min(first + TURN, inputs))
        for first in range(0, inputs, TURN)
        for reader in READERS
    ]

    def turn(one):
        reader, first, last = one
        if time.monotonic() - begun < minutes * 60:
            found[reader].add(given([reader], first, last, f"{now:%Y%m%d}", failed))
            page.write_text(_page(now, found, time.monotonic() - begun))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(turn, turns))
    failures = [failure for one in found.values() for failure in one.failures]
    sys.stderr.write("\n".join([*failures, f"written: {page}\n"]))
    return not failures


def given(readers, first, last, seed, folder, patience=PATIENCE):
    """Have a process read inputs of readers; one that ends it or keeps it is a failure, too."""
    with tempfile.TemporaryDirectory(dir=folder) as own:
        command = [sys.executable, "-m", "tests.fuzzing.worker", str(first), str(last), seed, own]
        worker = subprocess.Popen(
            [*command, *readers], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        with worker, ThreadPoolExecutor(1) as pool:
            ended = pool.submit(worker.communicate)
            why = _watched(worker, Path(own, AT_HAND), patience)
            said, error = ended.result()
        if worker.returncode == 0:
            found = Found(**json.loads(said))
        else:
            found = _lost(Path(own), why or error.decode(errors="replace")[-300:])
        return _saved(found, own, folder)


def _watched(worker, at_hand, patience):
    """Wait for the end of a process; end it where one input keeps it too long."""
    since, last, spent = time.monotonic(), None, 0.0
    while worker.poll() is None:
        time.sleep(0.1)
        now = at_hand.stat().st_mtime_ns if at_hand.exists() else None
        if now != last:
            since, last, spent = time.monotonic(), now, _spent(worker.pid)
        if _spent(worker.pid) - spent > patience or time.monotonic() - since > ASLEEP:
            worker.kill()
            return f"it kept the process over {patience:g} s"
    return ""


def _spent(process):
    """Give the seconds of the processor that a process has had."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # it has just ended
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _lost(own, why):
    """Tell of an input that ended the process; those before it in the same turn are not counted."""
    told = own / f"{AT_HAND}.txt"
    if not told.exists():
        return Found(failures=[f"no input was read: {why}"])
    reader, number, name = json.loads(told.read_text())
    place = own / f"{reader.replace(' ', '-')}-{number}-{name}"
    place.write_bytes((own / AT_HAND).read_bytes())
    return Found(inputs=1, failures=[f"{why or 'it ended the process'}: {place}"])


def _saved(found, own, folder):
    """Move the inputs that failed out of a folder that goes."""
    for place in Path(own).iterdir():
        if not place.name.startswith(AT_HAND):
            place.replace(Path(folder) / place.name)
    found.failures = [one.replace(own, str(folder)) for one in found.failures]
    return found


def _page(now, found, seconds):
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    lines = [
        f"# The readers of all formats and {sum(one.inputs for one in found.values()):,} made and "
        f"damaged files, {now.day} {now:%B %Y}",
        "",
        f"qa {qa.__version__}, CPython {platform.python_version()}, {libraries}; "
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores{_instructions()}; "
        f"seed {now:%Y%m%d}; {AT_ONCE} at a time, {seconds / 60:,.0f} minutes. Made by `make proof-formats`.",
        "",
        f"Each input has at most {MOST >> 10} KB. A failure is an error that is none of ours, a span "
        f"that is not exact, a refusal without its cure, over {SECONDS:g} s of the processor, or over "
        f"{MEMORY >> 20} MB of memory more than before.",
        "",
        "| reader | inputs | gave a release | failures | slowest, s | most memory, MB | all, s |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]  # fmt: skip
    lines += [
        f"| {reader} | {one.inputs:,} | {one.read:,} | {len(one.failures)} | {one.slowest:.2f} "
        f"| {one.largest / (1 << 20):.0f} | {one.seconds:,.0f} |"
        for reader, one in found.items()
    ]
    failures = [f"- {failure}" for one in found.values() for failure in one.failures]
    return "\n".join([*lines, "", *(failures or ["No failure."])]) + "\n"


def _instructions():
    flags = Path("/proc/cpuinfo").read_text()
    return next((f" with {name.upper()}" for name in ("avx512f", "avx2") if name in flags), "")


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1], *map(int, sys.argv[2:4])) else 1)
