"""A build: the same files give the same bytes, and only what changed costs anything."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.errors import ReleasesError
from qa.index.generation import open_generation
from tests.index_samples import (
    RELEASES,
    HashedWords,
    build,
    building,
    contents,
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


def distinct_texts(index):
    """How many different texts the model was to read."""
    opened = open_generation(index, ("words", "words-1"))
    opened.close()
    return len(np.unique(opened.columns.passage_hash, axis=0))


# Same input, same bytes


def test_the_sample_releases_give_the_same_bytes_twice(seeds, tmp_path):
    build(seeds, tmp_path / "one", HashedWords())
    with building(seeds, tmp_path / "two") as (process, _):  # which orders its sets otherwise
        process.join()

    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert len(one) == len(two) >= 20
    assert [name for name in one if one[name] != two.get(name)] == []


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
texts = st.lists(words, min_size=1, max_size=4).map("\n\n".join)


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.sampled_from(["a.md", "b.txt", "c/d.md"]), texts, min_size=1))
def test_any_texts_give_the_same_bytes_and_hits_twice(files):
    with tempfile.TemporaryDirectory() as scratch:
        folder, one, two = (Path(scratch) / name for name in ("releases", "one", "two"))
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode())
        try:
            report = build(folder, one, HashedWords())
        except ReleasesError:
            assume(False)

        assert build(folder, two, HashedWords()).generation == report.generation
        assert contents(one) == contents(two)
        assert hits(one) == hits(two)


def test_opening_again_gives_identical_hits(first, index):
    assert hits(index) == hits(index)
    assert "4,200 visitors" in hits(index)[0].text


# Only what changed


def test_nothing_changed_costs_nothing(write, first, index):
    encoder = HashedWords()
    before = contents(index)

    second = build(write({}), index, encoder)

    assert (first.changed, second.changed) == (True, False)
    assert second.generation == first.generation
    assert (second.embedded, second.reused) == (0, first.paragraphs)
    assert (second.releases, second.paragraphs, second.dated) == (3, first.paragraphs, first.dated)
    assert encoder.texts == []
    assert contents(index) == before


def test_a_file_that_is_only_touched_has_not_changed(write, first, index):
    folder = write(RELEASES)  # same bytes, later time

    assert not build(folder, index, HashedWords()).changed


def test_only_the_texts_of_a_changed_file_that_are_new_are_embedded(write, first, index):
    encoder = HashedWords()
    changed = RELEASES["north/bridge.md"].replace("six weeks", "eight weeks")

    report = build(write({"north/bridge.md": changed}), index, encoder)

    assert encoder.texts == [
        "Footbridge closed for repair. The footbridge over the Alder will close for eight weeks."
    ]
    assert (report.embedded, report.reused) == (1, first.paragraphs - 1)
    assert report.generation.startswith("g00000002-")


def test_only_the_texts_of_an_added_file_are_embedded(write, first, index):
    encoder = HashedWords()

    report = build(write({"west/bench.md": "A new bench stands on the green.\n"}), index, encoder)

    text = "A new bench stands on the green"
    assert encoder.texts == [f"{text}. {text}."]  # its title is its first sentence
    assert (report.releases, report.embedded, report.reused) == (4, 1, first.paragraphs)


def test_a_removed_file_is_found_no_more_and_nothing_is_embedded(write, first, index):
    encoder = HashedWords()
    folder = write({})
    (folder / "north/fair.md").unlink()

    report = build(folder, index, encoder)

    assert (report.changed, report.releases, report.embedded) == (True, 2, 0)
    assert encoder.texts == []
    assert {hit.release for hit in hits(index, k=100)} <= {"north/bridge.md", "south/library.txt"}


def test_a_renamed_file_costs_no_embedding_and_is_found_under_its_new_name(write, first, index):
    encoder = HashedWords()
    folder = write({})
    (folder / "north/fair.md").rename(folder / "south/fair.md")

    build(folder, index, encoder)

    assert encoder.texts == []
    assert hits(index)[0].release == "south/fair.md"


def test_equal_texts_are_embedded_once_within_a_build(write, first, index):
    encoder = HashedWords()
    notice = f"# Notice\n\nThe hall is shut today.\n\n{REPEATED}\n\n{REPEATED}\n"

    report = build(write({"a.md": notice, "b.md": notice}), index, encoder)

    # Heading, sentence and call, read with the same title: three texts for eight paragraphs.
    assert sorted(encoder.texts) == sorted(
        ["Notice. Notice", "Notice. The hall is shut today.", f"Notice. {REPEATED}"]
    )
    assert (report.embedded, report.reused) == (3, 8 + first.paragraphs - 3)


def test_a_first_build_counts_each_distinct_text_once(write, index):
    encoder = HashedWords()

    report = build(write(RELEASES | {"copy.md": RELEASES["north/fair.md"]}), index, encoder)

    # Some are run through the model twice: they also teach it what to keep of word pieces.
    assert report.embedded == len(set(encoder.texts)) == distinct_texts(index)
    assert max(Counter(encoder.texts).values()) <= 2
    assert report.embedded + report.reused == report.paragraphs


def test_what_is_built_on_an_earlier_generation_equals_what_is_built_afresh(
    write, first, index, tmp_path
):
    folder = write(
        {"north/a.md": "A ford lies below the bridge.\n", "z.md": RELEASES["north/fair.md"]}
    )
    (folder / "south/library.txt").unlink()

    later = build(folder, index, HashedWords())
    afresh = build(folder, tmp_path / "afresh", HashedWords())

    one = {path.name: path.read_bytes() for path in (index / "gens" / later.generation).iterdir()}
    two_folder = tmp_path / "afresh" / "gens" / afresh.generation
    two = {path.name: path.read_bytes() for path in two_folder.iterdir()}
    assert one.keys() == two.keys()
    different = {name for name in one if one[name] != two[name]}
    # Pieces lie in the order they came, and are told apart by the first build's directions.
    assert different <= {
        "manifest.json",
        "pieces-projection.npy",
        "pieces-vectors.npy",
        "pieces-ids.npy",
        "pieces-sentences.npy",
        "pieces-spans.npy",
    }
    assert [hit.text for hit in hits(index, k=3)] == [
        hit.text for hit in hits(tmp_path / "afresh", k=3)
    ]


def test_a_fresh_build_uses_nothing_of_the_one_before(write, first, index):
    encoder = HashedWords()

    report = build(write({}), index, encoder, fresh=True)

    assert report.changed
    assert len(set(encoder.texts)) == distinct_texts(index) == first.embedded
    assert report.generation.startswith("g00000002-")
