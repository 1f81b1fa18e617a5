"""Watching the releases: every change is built, those of a moment together, and none is lost."""

import fcntl
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.watch import _changes, _concerns
from tests.conftest import ROOT
from tests.index_samples import RELEASES, HashedWords
from tests.watching import watching

TEXT = "# Bench {0}\n\nBench {0} was painted green on Saturday.\n"


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def built(next_line):
    """The next line that tells of a build."""
    while (line := next_line()) == "embedding":
        pass
    return line


def test_what_is_added_changed_and_removed_is_built(write, index):
    folder = write(RELEASES)
    with watching(folder, index) as (_, next_line):
        assert built(next_line)["releases"] == 3
        write({"west/bench.md": TEXT.format(1)})
        assert built(next_line)["releases"] == 4
        write({"west/bench.md": TEXT.format(2)})
        assert built(next_line)["embedded"] > 0
        (folder / "west/bench.md").rename(folder / "bench.md")
        moved = built(next_line)
        assert (moved["releases"], moved["embedded"]) == (4, 0)
        shutil.rmtree(folder / "north")
        assert built(next_line)["releases"] == 2

    with Assistant.open(index, encoder=HashedWords()) as desk:
        assert desk.source("north/fair.md") is None
        assert desk.source("bench.md") == TEXT.format(2)


def test_the_changes_of_a_moment_are_one_build(write, index):
    with watching(write(RELEASES), index) as (_, next_line):
        built(next_line)
        write({f"bench-{n}.md": TEXT.format(n) for n in range(20)})
        assert built(next_line)["releases"] == 23


def test_a_change_made_while_building_is_built_next(write, index):
    with watching(write(RELEASES), index, pause=0.3) as (_, next_line):
        assert next_line() == "embedding", "the files were read by now"
        write({"late.md": TEXT.format(1)})
        assert built(next_line)["releases"] == 3
        assert built(next_line)["releases"] == 4


def test_a_build_that_could_not_write_is_told_once_and_tried_again(write, index):
    with watching(write(RELEASES), index) as (_, next_line):
        built(next_line)
        with (index / "LOCK").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            write({"bench.md": TEXT.format(1)})
            assert "another build is writing" in built(next_line)["error"]
        assert built(next_line)["releases"] == 4


def test_a_folder_that_is_emptied_or_goes_is_told_and_watched_when_it_is_back(write, index):
    folder = write(RELEASES)
    with watching(folder, index) as (_, next_line):
        built(next_line)
        folder.rename(folder.with_name("away"))
        assert "does not exist" in built(next_line)["error"]
        folder.with_name("away").rename(folder)
        assert built(next_line)["changed"] is False
        write({"bench.md": TEXT.format(1)})
        assert built(next_line)["releases"] == 4


def test_a_folder_that_is_back_is_told_of_at_once_whatever_is_in_it(tmp_path):
    folder, away = tmp_path / "releases", tmp_path / "away"
    folder.mkdir()
    changes = _changes(folder, tmp_path / "index")

    assert next(changes) is False
    folder.rename(away)
    assert any(next(changes) for _ in range(20)), "it is gone"
    assert next(changes) is False, "which is told once"
    away.rename(folder)
    assert next(changes) is True
    assert next(changes) is False
    changes.close()


def test_what_no_release_can_be_is_not_watched(tmp_path):
    root, index = tmp_path / "releases", tmp_path / "releases" / "built"

    assert _concerns(root / "north" / "fair.md", root, index)
    assert _concerns(root / "fair.pdf", root, index), "it is reported as skipped"
    for name in (".git/HEAD", "north/.fair.md.swp", "fair.md~", "~lock", "built/CURRENT"):
        assert not _concerns(root / name, root, index), name


@pytest.mark.model
def test_the_command_builds_after_a_change_and_ends_cleanly(write, index, without_reader):
    folder = write({"a.md": "Bees swarmed in the park.\n"})
    command = [sys.executable, "-m", "qa", "build", "--watch", "--json"]
    with subprocess.Popen(
        [*command, "--releases", str(folder), "--index", str(index)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        # A shell that runs the tests behind it has told them to ignore interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert json.loads(process.stdout.readline())["releases"] == 1
        write({"b.md": "Geese crossed the bypass.\n"})
        assert json.loads(process.stdout.readline())["releases"] == 2
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)

    assert (process.returncode, out) == (0, "")
    assert "watching ended" in err
    assert "Traceback" not in err
    assert [path.name for path in Path(index / "gens").glob(".*")] == []
