"""What a build does with another model, and with files that cannot be read."""

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.errors import IndexModelMismatch, ModelError, ReleasesError
from qa.index.generation import open_generation
from tests.index_samples import (
    MAX_BYTES,
    RELEASES,
    HashedWords,
    build,
    generations,
)

QUESTION = "How many visitors came to the harvest fair?"
REPEATED = "Call the events office on 555 0100."


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def first(write, index):
    """The report of a first build of the sample releases."""
    return build(write(RELEASES), index, HashedWords())


def hits(index, question=QUESTION, k=5):
    with Assistant.open(index, encoder=HashedWords()) as desk:
        return desk.retrieve(question, k)


# Models


def test_another_model_embeds_everything_anew(write, first, index):
    encoder = HashedWords("words-2")

    report = build(write({}), index, encoder)

    assert report.changed
    assert (report.embedded, report.reused) == (first.embedded, first.reused)
    assert len(set(encoder.texts)) == first.embedded


def test_another_number_format_embeds_everything_anew(write, first, index):
    encoder = HashedWords()
    encoder.dtype = "bfloat16"

    report = build(write({}), index, encoder)

    assert (report.changed, report.embedded) == (True, first.embedded)
    assert hits(index), "questions may be read in another number format than passages"


def test_opening_with_another_model_names_both_and_the_cure(first, index):
    other = HashedWords("another-model-entirely")
    other.name = "other words"

    with pytest.raises(IndexModelMismatch) as raised:
        Assistant.open(index, encoder=other)

    told = str(raised.value)
    assert "'words' (words-1)" in told
    assert "'other words' (another-)" in told
    assert "python -m qa build" in told


def test_a_model_that_gives_no_number_is_refused_and_the_old_index_serves(write, first, index):
    class Broken(HashedWords):
        def encode_passages(self, passages):
            for place, encoded in super().encode_passages(passages):
                encoded.vector[0] = np.nan
                yield place, encoded

    with pytest.raises(ModelError, match="not finite"):
        build(write({"a.md": "Something new is on."}), index, Broken())

    assert "4,200 visitors" in hits(index)[0].text


# Files that cannot be read


def test_an_unreadable_release_is_listed_and_stops_nothing(write, index):
    folder = write(RELEASES | {"bad.md": b"caf\xe9 opens", "large.txt": b"x" * (MAX_BYTES + 1)})

    report = build(folder, index, HashedWords())

    assert [skip.path for skip in report.skipped] == ["bad.md", "large.txt"]
    assert "0xe9 at offset 3" in report.skipped[0].reason
    assert "save the file as UTF-8" in report.skipped[0].cure
    assert report.releases == 3
    opened = open_generation(index, ("words", "words-1"))
    opened.close()
    assert opened.manifest.skipped == report.skipped
    assert set(opened.rows_by_path) == set(RELEASES)


def test_a_release_that_was_mended_is_taken_up(write, index):
    build(write(RELEASES | {"bad.md": b"caf\xe9 opens"}), index, HashedWords())

    report = build(write({"bad.md": "café opens"}), index, HashedWords())

    assert (report.changed, report.releases, report.skipped) == (True, 4, ())


@pytest.mark.parametrize(
    "files",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"bad.md": b"\xff\xff"}, id="nothing readable"),
        pytest.param({"empty.md": b""}, id="no text"),
        pytest.param({"head.md": "---\ntitle: Only a head\n---\n"}, id="no body"),
    ],
)
def test_a_folder_with_nothing_to_read_is_told_and_the_old_index_serves(
    write, first, index, tmp_path, files
):
    empty = tmp_path / "empty"
    empty.mkdir()
    for name, data in files.items():
        (empty / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    before = generations(index)

    with pytest.raises(ReleasesError, match=r"nothing in .* can be read") as raised:
        build(empty, index, HashedWords())

    assert all(name in str(raised.value) for name in files)
    assert generations(index) == before
    assert "4,200 visitors" in hits(index)[0].text


def test_a_folder_that_is_not_there_makes_no_index(tmp_path, index):
    with pytest.raises(ReleasesError, match="does not exist"):
        build(tmp_path / "nowhere", index, HashedWords())

    assert not index.exists()


# Progress


def test_progress_is_told_step_by_step_to_the_end(write, index):
    told = []

    report = build(write(RELEASES), index, HashedWords(), progress=lambda *step: told.append(step))

    assert list(dict.fromkeys(step for step, _, _ in told)) == ["read", "embed", "write"]
    for step, total in (("read", 3), ("embed", report.embedded), ("write", 1)):
        done = [(count, of) for name, count, of in told if name == step]
        assert done == sorted(done)
        assert done[-1] == (total, total)
