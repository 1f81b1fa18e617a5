"""What is too large for memory is read where it is, and refused like all else if it is damaged."""

from contextlib import closing

import pytest

from qa.errors import IndexDamaged
from qa.index import catalogue, files
from qa.index.catalogue import Catalogue, load_catalogue
from qa.index.files import CheckedFiles, record_of
from qa.index.generation import open_generation
from tests.index_samples import RELEASES, HashedWords, build

NAME = "catalogue.db"


@pytest.fixture
def index(write, tmp_path, monkeypatch):
    """An index of which every file counts as large."""
    build(write(RELEASES), tmp_path / "index", HashedWords())
    monkeypatch.setattr(files, "MAPPED_ABOVE", 0)
    return tmp_path / "index"


def opened(index):
    encoder = HashedWords()
    return open_generation(index, (encoder.name, encoder.fingerprint))


def folder_of(index):
    (generation,) = (index / "gens").iterdir()
    return generation


def turn_a_bit(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_large_index_answers_from_the_same_texts(index, monkeypatch):
    with closing(opened(index)) as large:
        rows = range(large.manifest.counts.paragraphs)
        from_disk = large.catalogue.paragraphs(rows)
    monkeypatch.setattr(files, "MAPPED_ABOVE", 2**40)
    with closing(opened(index)) as small:
        held = small.catalogue.paragraphs(rows)

    assert len(held) > len(RELEASES)
    assert from_disk == held


@pytest.mark.parametrize("name", [NAME, "pieces-vectors.npy", "vectors.npy", "releases-rows.npy"])
def test_one_turned_bit_is_refused_before_anything_is_read(index, name):
    turn_a_bit(folder_of(index) / name)

    with pytest.raises(IndexDamaged, match=rf"{name}.* has SHA-256"):
        opened(index)


def test_a_catalogue_replaced_between_comparing_and_opening_is_refused(index, monkeypatch):
    place = folder_of(index) / NAME
    compared = CheckedFiles(place.parent, {NAME: record_of(place)})

    def replaced(data):
        place.with_name("other").write_bytes(place.read_bytes())
        place.with_name("other").replace(place)
        return Catalogue(data)

    monkeypatch.setattr(catalogue, "Catalogue", replaced)
    with pytest.raises(IndexDamaged, match="was replaced"):
        load_catalogue(compared, NAME)


def test_a_large_file_that_is_no_catalogue_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MAPPED_ABOVE", 0)
    (tmp_path / NAME).write_bytes(b"no database, but long enough to be taken for one " * 100)
    compared = CheckedFiles(tmp_path, {NAME: record_of(tmp_path / NAME)})

    with pytest.raises(IndexDamaged, match="cannot be opened"):
        load_catalogue(compared, NAME)
