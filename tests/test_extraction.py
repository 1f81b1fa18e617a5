"""A child that hangs or eats memory is ended, the part it was at is told, and reading goes on."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from qa.errors import UnreadableRelease
from qa.releases import one_file
from qa.releases.extraction import MAX_LOST, Extraction, Limits
from qa.releases.formats.document import Document, Source
from tests import format_samples as made
from tests.conftest import ROOT
from tests.index_samples import HashedWords, build

MANY = 2048 * 1024
GOOD = b"Two men were held.\n"
PAGE = b"<html><body><article><p>Two men were held.</p>%b</article></body></html>"
# Minutes of the processor: taking a hidden element out copies all the text before it.
ENDLESS = PAGE % (b"<i hidden></i>aaaaaaaaaa" * 150_000)
# Hundreds of megabytes, as a tree.
GREEDY = PAGE % (b"<p>" * 1_300_000)


def read(name, data, **limits):
    with Extraction(Limits(**limits)) as extraction:
        return list(extraction.documents(Source(name, data, MANY)))


def test_a_file_that_takes_too_long_is_ended():
    begun = time.monotonic()
    with pytest.raises(UnreadableRelease, match="reading it takes over 1 s"):
        read("a.html", ENDLESS, seconds=1)
    assert time.monotonic() - begun < 60


def test_a_file_that_takes_too_much_memory_is_ended():
    with pytest.raises(UnreadableRelease, match="reading it takes too much memory"):
        read("a.html", GREEDY, memory=400 << 20)


def test_a_child_that_is_stopped_is_not_waited_for(monkeypatch):
    with Extraction(Limits(seconds=1)) as extraction:
        assert len(list(extraction.documents(Source("a.md", GOOD, MANY)))) == 1
        os.kill(extraction._child._process.pid, signal.SIGSTOP)
        with monkeypatch.context() as patch:
            patch.setattr("qa.releases.extraction.ASLEEP", 1)
            with pytest.raises(UnreadableRelease, match="reading it takes over 1 s"):
                list(extraction.documents(Source("a.md", GOOD, MANY)))
        assert len(list(extraction.documents(Source("a.md", GOOD, MANY)))) == 1


def test_a_busy_machine_is_no_fault_of_a_file():
    """A child that is stopped for longer than it may work, and goes on, has used nothing."""
    with Extraction(Limits(seconds=0.7)) as extraction:
        list(extraction.documents(Source("a.md", GOOD, MANY)))
        child = extraction._child._process.pid
        os.kill(child, signal.SIGSTOP)
        threading.Timer(2.0, os.kill, (child, signal.SIGCONT)).start()
        found = list(extraction.documents(Source("a.md", GOOD, MANY)))

    assert [one.text for one in found] == [GOOD.decode()]


def test_reading_goes_on_behind_the_part_that_ended_the_child():
    files = {"a.md": GOOD, "b.html": ENDLESS, "c.csv": b"Copy\nTwo vans.\n",
             "c.csv.columns.yaml": b"text: Copy\n", "d.md": GOOD}  # fmt: skip
    found = read("a.zip", made.zipped(files), seconds=3)

    # The map of columns is known to the second child too.
    assert [one.inner.split("!/")[0] for one in found] == ["a.md", "b.html", "c.csv", "d.md"]
    assert [isinstance(one, Document) for one in found] == [True, False, True, True]
    assert found[1].reason == "reading it takes over 3 s"


def test_a_file_of_many_such_parts_is_given_up():
    files = {f"{number}.html": ENDLESS for number in range(MAX_LOST + 1)}

    with pytest.raises(UnreadableRelease, match=f"{MAX_LOST} parts of it take too long"):
        read("a.zip", made.zipped(files), seconds=1)


def test_a_build_tells_of_such_files_and_goes_on(write, tmp_path, monkeypatch):
    limits = Limits(seconds=3, memory=400 << 20)
    monkeypatch.setattr(one_file, "Extraction", lambda: Extraction(limits))
    folder = write({
        "a.html": PAGE % b"", "b.html": ENDLESS, "c.html": GREEDY, "d.html": PAGE % b"",
        "e.md": GOOD, "f.zip": made.zipped({"a.md": GOOD, "b.html": ENDLESS}),
    })  # fmt: skip

    report = build(folder, tmp_path / "index", HashedWords())

    assert report.releases == 4
    assert [skip.path for skip in report.skipped] == ["b.html", "c.html", "f.zip!/b.html"]
    for skip in report.skipped:
        assert skip.reason.startswith("reading it ")
        assert skip.cure


def test_a_child_without_a_parent_ends_by_itself():
    """Its own limit is what ends it where no one is left to."""
    asked = {"name": "a.html", "size": len(ENDLESS), "columns": None, "max_bytes": MANY,
             "start": 0, "seconds": 0.5}  # fmt: skip
    begun = time.monotonic()
    child = subprocess.run(
        [sys.executable, "-m", "qa.releases.child", str(1 << 30)],
        input=json.dumps(asked).encode() + b"\n" + ENDLESS, capture_output=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip

    assert child.returncode == -signal.SIGXCPU, child.stderr[-300:]
    assert time.monotonic() - begun < 300
