"""How commands end: codes that are documented, outputs that take nothing, and Ctrl+C."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from qa.cli.app import app
from qa.index.build import build_index
from qa.index.pointer import read_pointer
from tests.conftest import ROOT
from tests.shell import called, run


def test_the_help_and_the_readme_name_the_same_codes():
    assert app.info.epilog in " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert "141" in called("--help").stdout


# One result is written when the command ends, the other before.
@pytest.fixture(params=[1, 300])
def checking(request, write):
    """A command that prints little or much."""
    folder = write({f"{number}.md": f"Release {number}." for number in range(request.param)})
    return [sys.executable, "-m", "qa", "check", "--only", "undated", "--releases", str(folder)]


def test_a_reader_that_has_gone_ends_a_command_quietly(checking):
    reader, writer = os.pipe()
    os.close(reader)
    with closing(os.fdopen(writer)) as pipe:
        done = subprocess.run(checking, stdout=pipe, stderr=subprocess.PIPE, text=True, cwd=ROOT)

    assert done.returncode == 141
    assert [line for line in done.stderr.splitlines() if "Reading releases" not in line] == []


def test_an_output_that_is_full_is_named(checking):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(checking, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT)

    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == (
        "qa: standard output cannot be written to: No space left on device. Make room, or send it "
        "elsewhere"
    )


def interrupted(*arguments, at):
    """Interrupt a command once it says something on stderr; gives its code, and what it says."""
    command = [sys.executable, "-m", "qa", *map(str, arguments)]
    # A shell has what it runs in the background ignore Ctrl+C, and all that is begun by it.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        while at not in (line := process.stderr.readline()):
            assert line, "it ended before"
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        return process.wait(timeout=60), rest


@pytest.mark.model
def test_a_build_that_is_interrupted_says_what_became_of_it(seeds, write, tmp_path, encoder):
    index = tmp_path / "index"
    build_index(write({"a.md": "Bees swarmed."}), index, encoder, max_file_bytes=10_000)
    before = read_pointer(index)

    code, said = interrupted("build", "--releases", seeds, "--index", index, at="Embedding")

    assert code == 130
    assert said.endswith("qa: the build was broken off; what was published last goes on serving\n")
    assert read_pointer(index) == before


def test_any_other_command_says_that_it_was_interrupted(write):
    folder = write({f"{number}.md": f"A text {number}. " * 4000 for number in range(400)})

    code, said = interrupted("check", "--releases", folder, at="Reading")

    assert (code, said.splitlines()[-1]) == (130, "qa: interrupted")


def test_a_folder_for_a_cluster_without_one_is_refused(tmp_path):
    done = run("build", "--work", tmp_path, "--index", tmp_path / "index")

    assert (done.returncode, done.stdout) == (2, "")
    assert "give it with --ray" in done.stderr
