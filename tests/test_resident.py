"""Pages of mapped files are let go of, and read again when they are needed."""

import numpy as np
import pytest

from qa.errors import IndexDamaged
from qa.index.checking import check_generation
from qa.index.files import map_array, write_array
from qa.index.generation import open_generation
from qa.index.resident import let_go, resident
from qa.index.store import pin_current
from tests.index_samples import RELEASES, HashedWords, build

SIZE = 64 * 2**20


@pytest.fixture
def touched(tmp_path):
    """A mapped file of 64 MB, all of it in memory."""
    write_array(tmp_path / "ones.npy", np.ones(SIZE, dtype=np.int8))
    array = map_array(tmp_path / "ones.npy")
    assert array.sum(dtype=np.int64) == SIZE
    return array


def test_pages_are_let_go_of_and_read_again(touched):
    before = resident().of_files

    assert let_go([touched[5:]], limit=0, limit_of_files=0)

    assert before - resident().of_files > SIZE // 2
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
        assert [len(array) for array in asked] == [
            opened.manifest.counts.paragraphs,
            opened.manifest.counts.pieces,
        ]
    finally:
        opened.close()


def test_each_file_of_a_generation_is_checked(write, tmp_path):
    build(write(RELEASES), tmp_path / "index", HashedWords())
    pinned = pin_current(tmp_path / "index")
    try:
        check_generation(pinned)
        for name in pinned.manifest.files:
            file = pinned.folder / name
            whole = file.read_bytes()
            file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
            with pytest.raises(IndexDamaged, match=name):
                check_generation(pinned)
            file.write_bytes(whole)
    finally:
        pinned.close()
