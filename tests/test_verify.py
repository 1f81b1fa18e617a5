"""Verifying an index: sound ones pass, and each kind of fault is named."""

import dataclasses
import sqlite3
from contextlib import closing

import pytest

from qa.errors import IndexDamaged, IndexMissing, ReleasesError
from qa.index.files import record_of
from qa.index.store import current_name, pin_current, publish, staging, writing
from qa.index.verify import verify_index
from tests.index_samples import RELEASES, HashedWords, build

TEXT = "Pears were sold at the café.\r\n\r\nPlums sold out by noon. Figs did not.\r\n"
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16 big endian")


@pytest.fixture
def releases(write):
    return write(RELEASES)


@pytest.fixture
def index(releases, tmp_path):
    build(releases, tmp_path / "index", HashedWords())
    return tmp_path / "index"


def publish_edited(index, statement):
    """Publish the serving generation again with its catalogue changed: every byte as it was
    written, but wrong."""
    pinned = pin_current(index)
    with writing(index) as root, staging(root) as stage:
        for path in pinned.folder.iterdir():
            if path.name != "manifest.json":
                (stage / path.name).write_bytes(path.read_bytes())
        with closing(sqlite3.connect(stage / "catalogue.db")) as catalogue, catalogue:
            assert catalogue.execute(statement).rowcount > 0
        files = {path.name: record_of(path) for path in stage.iterdir()}
        edited = dataclasses.replace(
            pinned.manifest, files=files, sequence=pinned.manifest.sequence + 1
        )
        publish(root, stage, edited)
    pinned.close()


def test_a_sound_index_has_no_fault_and_everything_was_looked_at(index, releases):
    found = verify_index(index, releases)

    assert (found.faults, found.changed) == ((), ())
    assert found.generation == current_name(index)
    # All but the manifest are listed in it.
    assert found.files == len(list((index / "gens" / found.generation).iterdir())) - 1
    assert found.releases == len(RELEASES)
    pinned = pin_current(index)
    pinned.close()
    assert found.quotes > pinned.manifest.counts.paragraphs, "paragraphs, and their sentences"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_releases_of_every_encoding_that_is_read_are_sound(write, tmp_path, encoding):
    big = encoding == "utf-16 big endian"
    data = b"\xfe\xff" + TEXT.encode("utf-16-be") if big else TEXT.encode(encoding)
    folder = write({"pears.md": data})
    report = build(folder, tmp_path / "index", HashedWords())

    found = verify_index(tmp_path / "index", folder)

    assert report.skipped == ()
    assert (found.releases, found.faults, found.changed) == (1, (), ())


def test_a_changed_byte_is_a_fault_that_names_the_file(index):
    path = index / "gens" / current_name(index) / "vectors.npy"
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    (path.parent / "areas.json").unlink()

    found = verify_index(index)

    assert len(found.faults) == 2
    assert "areas.json: cannot be read" in found.faults[0]
    assert "vectors.npy: has SHA-256" in found.faults[1]
    assert (found.releases, found.quotes) == (0, 0), "nothing more is read of a damaged index"


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        pytest.param(
            "UPDATE releases SET text = replace(text, 'Saturday', 'Sunday!!')",
            "north/fair.md: the stored text is not the text of the file it was read from",
            id="a word of a release",
        ),
        pytest.param(
            "UPDATE releases SET sha256 = substr(sha256, 1, 63) || 'g' WHERE row = 2",
            "south/library.txt: the stored text is not the text of the file it was read from",
            id="its hash",
        ),
        pytest.param(
            "UPDATE paragraphs SET start = 100000 WHERE row = 2",
            "north/bridge.md: characters 100000 to 100035 cannot hold 0 characters",
            id="a paragraph past the end",
        ),
        pytest.param(
            "UPDATE paragraphs SET length = 0 WHERE row = 2",
            "cannot hold 0 characters",
            id="a paragraph without a character",
        ),
    ],
)
def test_what_was_written_wrongly_is_a_fault_though_every_byte_is_as_written(
    index, statement, fault
):
    publish_edited(index, statement)

    found = verify_index(index)

    assert any(fault in line for line in found.faults), found.faults


def test_a_file_whose_name_is_shown_otherwise_is_found(write, tmp_path):
    folder = write({"new\nline.txt": "Bees\n\nBees came to Merrow Green.\n"})
    build(folder, tmp_path / "index", HashedWords())

    assert verify_index(tmp_path / "index", folder).changed == ()
    with pytest.raises(ReleasesError, match="does not exist"):
        verify_index(tmp_path / "index", tmp_path / "nowhere")


def test_files_that_changed_since_are_told_and_are_no_fault(index, releases, write):
    write({"north/fair.md": "All new."})
    (releases / "south/library.txt").unlink()

    found = verify_index(index, releases)

    assert found.faults == ()
    assert found.changed == (
        "north/fair.md: changed since the index was built",
        "south/library.txt: no longer there",
    )
    assert found.to_dict()["changed"] == found.changed


def test_without_an_index_there_is_nothing_to_verify(tmp_path):
    with pytest.raises(IndexMissing):
        verify_index(tmp_path)


def test_a_manifest_that_cannot_be_read_is_an_error(index):
    (index / "gens" / current_name(index) / "manifest.json").write_bytes(b"{}")

    with pytest.raises(IndexDamaged, match=r"manifest\.json"):
        verify_index(index)
