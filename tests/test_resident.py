"""Pages of mapped files are let go of, and read again when they are needed."""

import os

import numpy as np
import pytest

from qa.errors import IndexDamaged
from qa.index import files
from qa.index.files import CheckedFiles, write_array
from qa.index.generation import open_generation
from qa.index.resident import PARTS, let_go, resident
from tests.index_samples import RELEASES, HashedWords, build

SIZE = 64 * 2**20


@pytest.fixture
def ones(tmp_path, monkeypatch):
    """A folder with one array of 64 MB, above what is held in memory."""
    monkeypatch.setattr(files, "MAPPED_ABOVE", SIZE // 2)
    return CheckedFiles(
        tmp_path, {"ones.npy": write_array(tmp_path / "ones.npy", np.ones(SIZE, dtype=np.int8))}
    )


@pytest.fixture
def touched(ones):
    """A mapped array, all of it in memory."""
    array = ones.large_array("ones.npy")
    assert array.sum(dtype=np.int64) == SIZE
    return array


def test_pages_are_let_go_of_part_by_part_and_read_again(touched):
    before = resident().of_files

    held = []
    for _ in range(PARTS):
        assert let_go([touched[5:]], limit=0, limit_of_files=0)
        held.append(before - resident().of_files)

    assert held == sorted(held)
    assert held[0] < SIZE // 2
    assert held[-1] > SIZE * 3 // 4
    assert touched.sum(dtype=np.int64) == SIZE


@pytest.mark.parametrize("above", ["limit", "limit_of_files"])
def test_nothing_is_let_go_of_below_either_limit(touched, above):
    before = resident().of_files

    assert not let_go([touched], **{"limit": 0, "limit_of_files": 0, above: 2**50})

    assert resident().of_files >= before - 2**20


def test_an_array_that_is_not_mapped_stays(touched):
    own = np.ones(1000)

    let_go([own, touched], limit=0, limit_of_files=0)

    assert own.sum() == 1000


def test_an_index_gives_its_memory_back(write, tmp_path, monkeypatch):
    encoder = HashedWords()
    build(write(RELEASES), tmp_path / "index", encoder)
    opened = open_generation(tmp_path / "index", (encoder.name, encoder.fingerprint))
    asked = []
    monkeypatch.setattr("qa.index.generation.let_go", lambda arrays: asked.extend(arrays))
    try:
        opened.rest()
        assert [len(array) for array in asked] == [opened.manifest.counts.pieces]
    finally:
        opened.close()


def test_a_large_array_takes_no_memory_until_it_is_read(ones):
    before = resident().of_files

    array = ones.large_array("ones.npy")

    assert resident().of_files - before < SIZE // 2
    assert not array.flags.writeable
    assert array[-1] == 1


def test_an_array_up_to_the_limit_is_held_in_memory(ones, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAPPED_ABOVE", ones.records["ones.npy"].size)
    array = ones.large_array("ones.npy")

    os.truncate(tmp_path / "ones.npy", 0)

    assert array[-1] == 1, "under a map, this would have killed us"


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        pytest.param(lambda path: os.truncate(path, SIZE), "bytes, not", id="cut short"),
        pytest.param(lambda path: path.unlink(), "cannot be read", id="gone"),
        pytest.param(lambda path: _turned(path), "has SHA-256", id="one bit turned"),
    ],
)
def test_a_large_array_is_compared_before_it_is_mapped(ones, tmp_path, harm, message):
    harm(tmp_path / "ones.npy")

    with pytest.raises(IndexDamaged, match=message):
        ones.large_array("ones.npy")


def _turned(path):
    with path.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"\0")
