"""Bytes that grow: the same in memory and on disk, and nothing of them is left in the folder."""

import mmap
import tracemalloc

import numpy as np
import pytest

from qa.index import spool
from qa.index.files import write_array
from qa.index.spool import Rows, Spool


@pytest.mark.parametrize("held", [0, 10, 10**6], ids=["on disk", "grown onto disk", "in memory"])
def test_what_was_written_is_read_in_order(tmp_path, monkeypatch, held):
    monkeypatch.setattr(spool, "HELD", held)
    rows = Rows(tmp_path, np.int32)

    for start in range(0, 100, 5):
        rows.append(np.arange(start, start + 5))
    rows.append(np.zeros(0))

    assert rows.array().tolist() == list(range(100))
    assert list(tmp_path.iterdir()) == []


def test_none_written_is_none_read(tmp_path):
    assert Rows(tmp_path, np.uint8).array().shape == (0,)


def test_many_bytes_are_mapped_and_not_held(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "HELD", 1 << 20)
    tracemalloc.start()
    try:
        one = Spool(tmp_path)
        for _ in range(64):
            one.write(bytes(1 << 20))
        view = one.view()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert isinstance(view.obj, mmap.mmap)
    assert len(view) == 64 << 20
    assert most < 16 << 20


@pytest.mark.parametrize("held", [0, 1 << 20], ids=["on disk", "in memory"])
def test_an_array_is_written_as_numpy_writes_it(tmp_path, monkeypatch, held):
    monkeypatch.setattr(spool, "HELD", held)
    array = np.arange(600, dtype=np.float32).reshape(3, 200)
    np.save(tmp_path / "numpy.npy", array)

    record = write_array(tmp_path / "ours.npy", array)

    assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "numpy.npy").read_bytes()
    assert record.size == (tmp_path / "numpy.npy").stat().st_size
