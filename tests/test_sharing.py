"""Generations share the files that did not change, and neither can harm the other."""

import shutil
import tempfile
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.index.files import CheckedFiles, check_file, record_of
from qa.index.sharing import link_files, share_files
from qa.index.store import pin_current
from tests.conftest import need
from tests.index_samples import RELEASES, HashedWords, build

FAIR = RELEASES["north/fair.md"]


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def inodes(folder):
    return {path.name: path.stat().st_ino for path in folder.iterdir()}


def test_files_that_are_the_same_are_linked_and_all_others_are_not(write, index):
    first = build(write(RELEASES), index, HashedWords()).generation
    second = build(write({"north/fair.md": FAIR.replace("noon", "one")}), index, HashedWords())
    old, new = index / "gens" / first, index / "gens" / second.generation

    same = {n for n in inodes(old) if (old / n).read_bytes() == (new / n).read_bytes()}
    linked = {name for name, inode in inodes(old).items() if inodes(new)[name] == inode}
    assert linked == same
    assert {"areas.json", "pieces-projection.npy"} <= linked
    assert not {"manifest.json", "catalogue.db", "vectors.npy"} & linked


def test_the_new_generation_is_whole_without_the_old_one(write, index):
    first = build(write(RELEASES), index, HashedWords()).generation
    build(write({"north/fair.md": FAIR.replace("noon", "one")}), index, HashedWords())
    shutil.rmtree(index / "gens" / first)

    with Assistant.open(index, encoder=HashedWords()) as desk:
        assert "sold out by one" in desk.retrieve("Which stalls sold out?", 1)[0].text
    build(write({"north/fair.md": FAIR.replace("noon", "two")}), index, HashedWords())
    pinned = pin_current(index)
    pinned.check()
    pinned.close()


def test_a_damaged_generation_before_passes_nothing_on(write, index):
    first = build(write(RELEASES), index, HashedWords()).generation
    areas = index / "gens" / first / "areas.json"
    areas.write_bytes(areas.read_bytes()[::-1])
    second = build(write({"north/fair.md": FAIR.replace("noon", "one")}), index, HashedWords())

    place = index / "gens" / second.generation / "areas.json"
    assert (place.stat().st_nlink, areas.exists()) == (1, False)
    pinned = pin_current(index)
    check_file(place, pinned.manifest.files["areas.json"])
    pinned.close()


def test_a_file_system_that_refuses_links_keeps_the_copy(tmp_path):
    memory = Path("/dev/shm")
    need(memory.is_dir() and memory.stat().st_dev != tmp_path.stat().st_dev, "another file system")
    (tmp_path / "a").write_bytes(b"words")
    with tempfile.TemporaryDirectory(dir=memory) as scratch:
        stage = Path(scratch)
        (stage / "a").write_bytes(b"words")
        records = {"a": record_of(stage / "a")}

        assert share_files(stage, records, tmp_path, records) == []
        (stage / "a").unlink()
        assert link_files(stage, CheckedFiles(tmp_path, records)) == {}
        assert (stage / "a").read_bytes() == b"words"
        assert [path.name for path in stage.iterdir()] == ["a"]
        check_file(stage / "a", records["a"])


def test_a_record_that_differs_is_never_linked(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "stage").mkdir()
    (tmp_path / "old" / "a").write_bytes(b"words")
    (tmp_path / "stage" / "a").write_bytes(b"sword")
    old, new = ({"a": record_of(tmp_path / side / "a")} for side in ("old", "stage"))

    assert share_files(tmp_path / "stage", new, tmp_path / "old", old) == []
    assert (tmp_path / "stage" / "a").read_bytes() == b"sword"
