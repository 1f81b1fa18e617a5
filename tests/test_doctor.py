"""The doctor finds each thing that is wrong, and the command it gives mends it."""

import fcntl
import json
import shlex
from pathlib import Path

import pytest

from qa.doctor import State
from qa.doctor.check import Check, build_command, check_command
from qa.doctor.index import check_index, check_leftovers, check_releases
from qa.doctor.machine import check_machine
from qa.doctor.program import _packages, check_models, check_program
from qa.errors import ReleasesError
from qa.index.build import Probing
from qa.index.store import current_name, pin_current
from qa.reading import Chances, Middles
from qa.releases.folder import load_files
from qa.settings import Settings
from tests.conftest import ROOT
from tests.counting_reader import CountingReader
from tests.index_samples import MAX_BYTES, RELEASES, HashedWords, build
from tests.shell import called

CHANCES = Chances({"bias": 0.0}, refuse_below=0.1, middles=Middles(1.0, -1.0))


@pytest.fixture
def folder(write):
    return write({**RELEASES, "broken.md": b"\xe9"})


@pytest.fixture
def index(folder, tmp_path):
    build(folder, tmp_path / "index", HashedWords())
    return tmp_path / "index"


def by_name(checks):
    return {check.name: check for check in checks}


def examined(index, folder, encoder=None, reader=None):
    checks, _ = check_index(index, folder, encoder or HashedWords(), reader)
    return by_name(checks)


def compared(index, folder):
    _, indexed = check_index(index, folder, None, None)
    files, _ = load_files(folder, max_file_bytes=MAX_BYTES)
    return check_releases(indexed, files, None, folder, "build")


def test_a_sound_index_is_well(index, folder):
    checks = examined(index, folder)

    assert {check.state for check in checks.values()} == {State.WELL}
    assert set(checks) == {"index", "withdrawn", "built with", "probes"}
    assert {check.cure for check in checks.values()} == {""}


def test_an_index_that_is_not_there_is_to_be_built(tmp_path, folder):
    checks = examined(tmp_path / "none here", folder)

    assert checks["index"].state is State.WRONG
    assert shlex.split(checks["index"].cure)[-1] == str(tmp_path / "none here")
    assert list(check_leftovers(tmp_path / "none here")) == []


def test_a_turned_bit_is_found_with_its_file(index, folder):
    place = index / "gens" / current_name(index) / "catalogue.db"
    data = place.read_bytes()
    place.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    check = examined(index, folder)["index"]

    assert check.state is State.WRONG
    assert str(place) in check.found
    assert check.cure == build_command(folder, index)


def test_an_index_of_another_model_is_to_be_built_again(index, folder):
    check = examined(index, folder, HashedWords("words-2"))["built with"]

    assert (check.state, check.cure) == (State.WRONG, build_command(folder, index))


def test_an_index_probed_without_this_reader_is_to_be_built_again(index, folder):
    reader = CountingReader("fair", chances=CHANCES)
    stale = examined(index, folder, reader=reader)["probes"]
    probing = Probing(reader, lambda generation, progress: Middles(1.0, -1.0))
    build(folder, index, HashedWords(), probing=probing)
    mended = examined(index, folder, reader=reader)["probes"]
    otherwise = HashedWords()
    otherwise.question_fingerprint = "words-2"

    assert (stale.state, mended.state) == (State.WRONG, State.WELL)
    assert stale.cure == build_command(folder, index)
    assert examined(index, folder, otherwise, reader)["probes"].state is State.WRONG


def test_what_changed_since_the_build_is_counted_by_content(index, folder, write):
    skipped = compared(index, folder)
    assert skipped.state is State.NOTE, "skipped then, skipped now"
    assert "1 could not be read" in skipped.found
    assert skipped.cure == check_command(folder)
    write({"south/library.txt": RELEASES["south/library.txt"]})  # only touched
    assert compared(index, folder) == skipped
    write({"a.md": "Bees.", "b.md": "Geese.", "south/library.txt": "Library opens\n\nAt ten.\n"})
    (folder / "north" / "fair.md").unlink()

    check = compared(index, folder)

    assert check.state is State.WRONG
    assert check.found == "since the build 2 were added, 1 changed, 1 removed"


@pytest.mark.parametrize("columns", ["text: Copy\ntitle: Line\n", None], ids=["other", "gone"])
def test_a_map_of_columns_that_changed_is_a_change_of_its_table(tmp_path, write, columns):
    table = {"t.csv": "Copy,Line,text\nTwo vans were found.,Vans,note\n"}
    folder = write({**table, "t.csv.columns.yaml": "text: Copy\n", "d.md": "Geese.\n"})
    build(folder, tmp_path / "index", HashedWords())
    assert compared(tmp_path / "index", folder).state is State.WELL

    if columns is None:
        (folder / "t.csv.columns.yaml").unlink()
    else:
        write({"t.csv.columns.yaml": columns})

    check = compared(tmp_path / "index", folder)
    assert (check.state, check.cure) == (State.WRONG, "build")
    assert check.found == "since the build 0 were added, 1 changed, 0 removed"
    build(folder, tmp_path / "index", HashedWords())
    assert compared(tmp_path / "index", folder).state is State.WELL, "the cure was run"


def test_a_releases_folder_that_is_not_there_is_told():
    check = check_releases(None, [], ReleasesError("it does not exist"), Path(), "build")

    assert (check.state, check.found) == (State.WRONG, "it does not exist")


def test_leftovers_and_old_generations_are_told_apart(index, folder, write):
    assert [check.state for check in check_leftovers(index)] == [State.WELL, State.WELL]
    held = pin_current(index)
    build(write({"a.md": "Bees swarmed."}), index, HashedWords())
    stage = index / "gens" / ".stage-1-0123abcd"
    stage.mkdir()
    (stage / "vectors.npy").write_bytes(b"x" * 2_000_000)

    left, old = check_leftovers(index)
    with (index / "LOCK").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        during, _ = check_leftovers(index)
    held.close()

    assert (left.state, left.found) == (State.WRONG, "builds that were broken off left 1, 2.0 MB")
    assert left.cure == shlex.join(["python", "-m", "qa", "purge", "--index", str(index)])
    assert (old.state, "held by process" in old.found) == (State.NOTE, True)
    assert (during.state, during.found) == (State.NOTE, "a build is running")


def test_the_machine_is_measured_and_nothing_is_left_behind(tmp_path, monkeypatch):
    small = by_name(check_machine(tmp_path / "not" / "yet", 1000))
    huge = by_name(check_machine(tmp_path, 10**15))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    assert small["disk"].state is State.WELL
    assert small["file system"] == Check("file system", State.WELL, "locks and hard links work")
    assert (huge["disk"].state, huge["memory"].state) == (State.WRONG, State.WRONG)
    assert "torch computes with" in small["threads"].found
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_told():
    check = by_name(check_machine(type(ROOT)("/proc/index"), 1000))["file system"]

    assert check.state is State.WRONG
    assert "/proc" in check.found


def test_packages_are_held_against_what_the_project_asks_for():
    wrong = _packages(["numpy>=99", "numpy>=1", "no-such-package>=1", "rich; extra == 'plots'"])

    assert wrong.state is State.WRONG
    assert "no-such-package is missing" in wrong.found
    assert "not >=99" in wrong.found
    assert "rich" not in wrong.found
    here = by_name(check_program())
    assert here["python"].state is State.WELL
    assert here["packages"].state is State.WELL, here["packages"].found
    assert {"python", "packages", "lock"} == set(here)


def test_a_model_that_is_not_there_is_told(tmp_path):
    (check,), encoder, reader = check_models(Settings(model=str(tmp_path / "none")))

    assert (check.name, check.state, encoder, reader) == ("model", State.WRONG, None, None)
    assert check.cure


@pytest.mark.model
def test_the_command_exits_1_until_its_cure_was_run(write, tmp_path, without_reader):
    folder, index = write({"a.md": "Bees swarmed in the park.\n"}), tmp_path / "index"
    given = ["--index", str(index), "--releases", str(folder)]

    ill = called("doctor", *given)
    cures = [line.split("-> ")[1] for line in ill.stdout.splitlines() if "-> python -m qa" in line]
    called(*shlex.split(cures[0])[3:])
    well = called("doctor", *given, "--json")

    assert ill.returncode == 1, ill.stderr
    assert "WRONG index: there is none" in ill.stdout
    values = json.loads(well.stdout)
    assert (well.returncode, values["well"]) == (0, True), values
    assert {"model", "reader", "releases", "disk", "memory"} <= {
        check["name"] for check in values["checks"]
    }
