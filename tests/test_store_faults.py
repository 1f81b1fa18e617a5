"""An index goes on serving through crashes, rival builds and full disks."""

import fcntl
import os
import random
import time
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.errors import (
    IndexBusy,
    IndexDamaged,
    IndexNotConfirmed,
    IndexNotWritten,
)
from qa.index.store import current_name
from tests.index_samples import (
    RELEASES,
    HashedWords,
    build,
    building,
    contents,
    generations,
    leftovers,
)

PAUSE = 0.1  # seconds for each text that is embedded, in a build that is to be killed
QUESTION = "How many visitors came to the harvest fair?"


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def releases(write):
    return write(RELEASES)


@pytest.fixture
def built(releases, index):
    """An index of the sample releases; gives its folder."""
    build(releases, index, HashedWords())
    return index


def open_index(index, encoder=None):
    return Assistant.open(index, encoder=encoder or HashedWords())


def first_text(index):
    with open_index(index) as desk:
        return desk.retrieve(QUESTION, 1)[0].text


def generation_of(index):
    return index / "gens" / current_name(index)


# Crashes


def test_a_build_killed_at_any_moment_leaves_the_old_generation_serving(write, index, tmp_path):
    rng = random.Random(20)
    texts = {round_: f"Round {round_} of the fair drew visitors." for round_ in range(16)}

    def state(round_):
        return write(RELEASES | {"north/round.md": texts[round_]})

    for round_ in (0, 1):  # the second is like those that are killed; it tells how long they take
        begun = time.monotonic()
        with building(state(round_), tmp_path / "measured", pause=PAUSE) as (process, _):
            process.join()
        longest = time.monotonic() - begun
    build(state(0), index, HashedWords())

    killed = broken_off = 0
    for round_ in range(1, 16):
        served = current_name(index)
        with building(state(round_), index, pause=PAUSE) as (process, _):
            time.sleep(rng.uniform(0, 0.7 * longest))  # one upon another reads less anew
            process.kill()
            process.join()
            killed += process.exitcode == -9
        broken_off += bool(leftovers(index))

        with open_index(index) as desk:  # checks every byte
            expected = texts[round_ - 1] if desk.generation.name == served else texts[round_]
            hit = desk.retrieve(expected, 1)[0]
            assert hit.text == expected
        build(state(round_), index, HashedWords())
        assert leftovers(index) == []
        with open_index(index) as desk:
            assert desk.retrieve(texts[round_], 1)[0].text == texts[round_]

    assert killed >= 8, "most builds were killed before they were done"
    assert broken_off, "some were killed while they wrote"


def test_what_earlier_builds_left_is_removed_by_the_next(releases, built):
    for name in (".stage-1-0123abcd", ".trash-g00000000-0123abcd"):
        (built / "gens" / name).mkdir()
        (built / "gens" / name / "vectors.npy").write_bytes(b"half")
    (built / ".CURRENT.tmp").write_bytes(b"half")

    report = build(releases, built, HashedWords(), fresh=True)

    assert report.generation in generations(built)
    assert leftovers(built) == []
    assert not (built / ".CURRENT.tmp").exists()


# Several at once


def test_a_second_build_is_refused_while_one_runs_and_names_it(releases, index):
    with building(releases, index, pause=0.05) as (process, heard):
        assert heard.recv()[0] == "embedding"

        with pytest.raises(IndexBusy, match=f"process {process.pid}"):
            build(releases, index, HashedWords())

        assert heard.recv()[0] == "built"
    open_index(index).close()


def test_the_lock_of_a_dead_build_binds_no_one(releases, index):
    with building(releases, index, pause=0.05) as (process, heard):
        heard.recv()
        process.kill()
        process.join()

    assert build(releases, index, HashedWords()).changed


def test_an_index_can_be_opened_while_a_build_holds_the_lock(built):
    with (built / "LOCK").open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        assert "4,200 visitors" in first_text(built)


def test_a_reader_keeps_its_generation_while_others_are_published(write, built):
    encoder = HashedWords()
    with open_index(built, encoder) as reader:
        hits = reader.retrieve(QUESTION, 5)
        for count in ("9,999", "11,111"):
            changed = RELEASES["north/fair.md"].replace("4,200", count)
            build(write({"north/fair.md": changed}), built, encoder)

        assert reader.generation.name in generations(built)
        assert reader.retrieve(QUESTION, 5) == hits
        reader.generation.pinned.check()
        with open_index(built, encoder) as newer:
            assert "11,111 visitors" in newer.retrieve(QUESTION, 1)[0].text
    unread = reader.generation.name

    last = build(write({"south/new.md": "A new bench stands on the green.\n"}), built, encoder)

    assert unread not in generations(built)
    assert last.generation in generations(built)


def test_a_reader_answers_on_though_every_file_is_cut_short_beneath_it(built):
    with open_index(built) as reader:
        hits = reader.retrieve(QUESTION, 5)
        for path in generation_of(built).iterdir():
            os.truncate(path, 0)

        assert reader.retrieve(QUESTION, 5) == hits
    with pytest.raises(IndexDamaged):
        open_index(built)


def test_no_more_than_two_generations_are_kept(write, built):
    for round_ in range(5):
        build(write({"north/round.md": f"Round {round_} is on.\n"}), built, HashedWords())

        assert len(generations(built)) <= 2


def test_opening_and_failing_to_open_leave_no_file_open(built):
    open_index(built).close()
    path = generation_of(built) / "vectors.npy"
    whole = path.read_bytes()
    before = len(list(Path("/proc/self/fd").iterdir()))

    for data in (whole, b"", whole[:-1], whole):
        path.write_bytes(data)
        try:
            open_index(built).close()
        except IndexDamaged:
            assert data != whole

    assert len(list(Path("/proc/self/fd").iterdir())) == before


# Disks


@pytest.mark.parametrize("room", [0, 100, 5_000, 30_000, 50_000])
def test_a_full_disk_leaves_the_old_generation_serving(write, built, room):
    before = contents(built)
    grown = write({"north/long.md": "\n\n".join(f"Stall {n} sold pears." for n in range(900))})

    with building(grown, built, largest_file=room) as (_, heard):
        told = heard.recv()
        while told[0] == "embedding":
            told = heard.recv()

    assert told[0] == "IndexNotWritten"
    assert contents(built) == before
    assert leftovers(built) == []
    assert "4,200 visitors" in first_text(built)
    assert build(grown, built, HashedWords()).changed


def test_what_serves_unconfirmed_is_not_called_unwritten():
    error = IndexNotConfirmed("g00000002-0123abcd", "Input/output error")

    assert error.exit_code == 4
    assert "g00000002-0123abcd serves now" in str(error)
    assert "python -m qa build --fresh" in str(error)


def test_a_folder_that_cannot_be_written_to_is_named(releases, tmp_path):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(IndexNotWritten, match="file/index"):
        build(releases, tmp_path / "file" / "index", HashedWords())
