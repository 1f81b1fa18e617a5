"""What was withdrawn is gone from every byte of the index folder, or who keeps it is named."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from qa.assistant import Assistant
from qa.errors import IndexBusy, IndexDamaged, IndexMissing
from qa.index.purge import others, purge_index
from qa.index.store import current_name, writing
from qa.index.verify import verify_index
from tests.conftest import ROOT
from tests.index_samples import RELEASES, HashedWords, build, building, generations

CANARY = "zanzibarcanary"
SECRET = f"# Visit of the {CANARY}\n\nThe {CANARY} came to the harvest fair with two parrots.\n"


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def withdrawn(write, index):
    """An index whose last build no longer found the secret release; gives its folder."""
    folder = write({**RELEASES, "secret/canary.md": SECRET})
    build(folder, index, HashedWords())
    (folder / "secret" / "canary.md").unlink()
    build(folder, index, HashedWords())
    assert holding(index), "the generation before is still there"
    return index


def holding(folder):
    """Every file below a folder with the canary in its bytes or its name, however encoded."""
    forms = [CANARY.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")]
    return [
        path
        for path in folder.rglob("*")
        if CANARY in path.name
        or (path.is_file() and any(form in path.read_bytes().lower() for form in forms))
    ]


def test_no_byte_of_a_removed_release_is_left(withdrawn, index):
    purged = purge_index(index)

    assert holding(index) == []
    assert generations(index) == {purged.generation} == {current_name(index)}
    assert (len(purged.removed), purged.holders, purged.releases) == (1, (), len(RELEASES))
    assert purged.freed > 0
    with Assistant.open(index, encoder=HashedWords()) as desk:
        assert "4,200 visitors" in desk.retrieve("How many visitors came?", 1)[0].text


def test_a_build_after_a_purge_reuses_what_is_there_and_brings_nothing_back(
    withdrawn, index, write
):
    purge_index(index)
    encoder = HashedWords()
    report = build(write({"bench.md": "A new bench stands on the green.\n"}), index, encoder)

    assert (report.embedded, len(encoder.texts)) == (1, 1)
    assert holding(index) == []


@pytest.mark.parametrize("change", ["removed", "changed", "renamed"])
def test_a_purge_after_an_update_writes_the_index_anew(write, index, change):
    folder = write({**RELEASES, "secret/canary.md": SECRET})
    build(folder, index, HashedWords())
    place = folder / "secret" / "canary.md"
    text = SECRET.replace(CANARY, "mayor")
    if change == "removed":
        place.unlink()
    elif change == "changed":
        place.write_text(text)
    else:
        place.unlink()
        (folder / "mayor.md").write_text(text)
    report = build(folder, index, HashedWords(), update_within=1)
    assert report.awaiting_purge == 1
    with Assistant.open(index, encoder=HashedWords()) as desk:
        before = desk.retrieve("How many visitors came to the harvest fair?", 20)
    assert all(CANARY not in hit.text for hit in before)
    assert holding(index / "gens" / report.generation), "the base still has it"

    purged = purge_index(index)

    assert (purged.compacted, purged.releases) == (1, report.releases)
    assert holding(index) == []
    assert generations(index) == {purged.generation}
    assert verify_index(index, folder).faults == verify_index(index, folder).changed == ()
    with Assistant.open(index, encoder=HashedWords()) as desk:
        after = desk.retrieve("How many visitors came to the harvest fair?", 20)
    assert [(hit.release, hit.text) for hit in after[:1]] == [
        (hit.release, hit.text) for hit in before[:1]
    ]
    # In no order: of four releases, one that is gone counts a quarter of every idf until then.
    assert {(hit.release, hit.text) for hit in after} == {(h.release, h.text) for h in before}
    again = build(folder, index, HashedWords())
    assert (again.changed, again.generation) == (False, purged.generation)


def test_a_purge_after_an_update_lets_a_follower_go_on(write, index):
    folder = write({**RELEASES, "secret/canary.md": SECRET})
    build(folder, index, HashedWords())
    with Assistant.open(index, encoder=HashedWords(), follow=True) as desk:
        (folder / "secret" / "canary.md").unlink()
        build(folder, index, HashedWords(), update_within=1)

        purged = purge_index(index, wait=20)

        assert (purged.holders, holding(index)) == ((), [])
        assert desk.counts.releases == len(RELEASES)


def test_what_a_build_broken_off_left_behind_is_removed(withdrawn, index, write):
    slow = write({f"{name}.md": SECRET for name in "abcdef"})
    with building(slow, index, pause=0.05) as (process, heard):
        heard.recv()
        process.kill()
        process.join()
    stage = index / "gens" / ".stage-1-0123abcd"
    stage.mkdir()
    (stage / "catalogue.db").write_text(SECRET)
    trash = index / "gens" / ".trash-g00000001-0123abcd"
    trash.mkdir()
    (trash / "catalogue.db").write_text(SECRET)
    (index / ".CURRENT.tmp").write_text(CANARY)

    purged = purge_index(index)

    assert {stage.name, trash.name, ".CURRENT.tmp"} < set(purged.removed)
    assert holding(index) == []


def test_nothing_to_remove_is_fine(withdrawn, index):
    purge_index(index)
    again = purge_index(index)

    assert (again.removed, again.freed, again.holders) == ((), 0, ())


def test_a_follower_lets_go_by_itself(write, index):
    folder = write({**RELEASES, "canary.md": SECRET})
    build(folder, index, HashedWords())
    with Assistant.open(index, encoder=HashedWords(), follow=True) as desk:
        (folder / "canary.md").unlink()
        build(folder, index, HashedWords())

        assert purge_index(index, wait=60).holders == ()
        assert holding(index) == []
        assert desk.source("canary.md") is None


_READER = """
import sys
from qa.index.store import pin_current
pinned = pin_current(sys.argv[1])
print("holding", flush=True)
sys.stdin.read()
"""


def test_a_reader_that_holds_on_is_named_with_its_process(write, index):
    folder = write({**RELEASES, "canary.md": SECRET})
    old = build(folder, index, HashedWords()).generation
    with subprocess.Popen(
        [sys.executable, "-c", _READER, str(index)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as reader:
        reader.stdout.readline()
        (folder / "canary.md").unlink()
        build(folder, index, HashedWords())
        done = subprocess.run(
            [sys.executable, "-m", "qa", "purge", "--index", str(index), "--wait", "0"],
            capture_output=True,
            text=True,
            cwd=ROOT,
        )

        assert done.returncode == 1
        assert f"{old} is still there: process {reader.pid} (" in done.stderr
        assert "purge again" in done.stderr
        assert "removed nothing" in done.stdout
        os.kill(reader.pid, signal.SIGKILL)

    assert purge_index(index, wait=20).removed == (old,)
    assert holding(index) == []


def test_it_waits_for_a_reader_to_let_go(write, index):
    folder = write({**RELEASES, "canary.md": SECRET})
    build(folder, index, HashedWords())
    desk = Assistant.open(index, encoder=HashedWords())
    (folder / "canary.md").unlink()
    build(folder, index, HashedWords())
    leaving = threading.Timer(0.5, desk.close)
    leaving.start()

    assert purge_index(index, wait=60).holders == ()
    leaving.join()
    assert holding(index) == []


def test_shared_files_are_not_counted_as_freed(withdrawn, index):
    (old,) = generations(index) - {current_name(index)}
    files = list((index / "gens" / old).iterdir())
    shared = [path for path in files if path.stat().st_nlink > 1]
    assert shared

    assert others(index) == {old: sum(path.stat().st_size for path in files if path not in shared)}


def test_it_refuses_while_a_build_writes_and_where_there_is_no_index(withdrawn, index, tmp_path):
    with writing(index), pytest.raises(IndexBusy):
        purge_index(index)
    with pytest.raises(IndexMissing):
        purge_index(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_a_damaged_index_is_not_purged_of_what_may_be_the_last_that_is_whole(withdrawn, index):
    place = index / "gens" / current_name(index) / "catalogue.db"
    place.write_bytes(place.read_bytes()[:-1])

    with pytest.raises(IndexDamaged, match=re.escape(str(place))):
        purge_index(index)
    assert len(generations(index)) == 2
