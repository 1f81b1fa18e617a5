"""A multiplied index is whole, and serving it is measured; at sizes that a test can wait for."""

import json

import numpy as np
import pytest

from benchmarks import size, update
from benchmarks.large_index import make_large_index, planned
from benchmarks.serving import SHARES, serving
from benchmarks.unchanged import main as unchanged
from qa.index import segment as segments
from qa.index.generation import open_generation
from qa.index.quantized import Quantized
from qa.index.verify import verify_index
from tests.index_samples import HashedWords, build

QUESTIONS = ["Which bees swarmed at mill 7?", "Who saw an owl near shed 3?", "Was barn 5 hurt?"]


@pytest.fixture
def source(write, tmp_path):
    """An index of forty releases of three paragraphs, by a model that any process computes."""
    texts = (
        f"# Bees at mill {number}\n\nBees swarmed at mill {number} for {number * 3} hours.\n\n"
        f"Wardens saw an owl near shed {number}, and nobody was hurt.\n"
        for number in range(40)
    )
    files = {f"{number:02}.md": text for number, text in enumerate(texts)}
    build(write(files), tmp_path / "source", HashedWords())
    return tmp_path / "source"


def opened(index):
    encoder = HashedWords()
    return open_generation(index, (encoder.name, encoder.fingerprint))


def test_a_multiplied_index_is_whole_and_begins_with_its_source(source, tmp_path):
    make_large_index(source, tmp_path / "large", 300)

    assert verify_index(tmp_path / "large").faults == ()
    small, large = opened(source), opened(tmp_path / "large")
    try:
        n, r = small.manifest.counts.paragraphs, small.manifest.counts.releases
        assert large.manifest.counts.paragraphs == 300
        np.testing.assert_array_equal(large.dense.vectors[:n], small.dense.vectors)
        assert large.columns.rows_of(r).tolist() == [row + n for row in small.columns.rows_of(0)]
        assert large.catalogue.heads([r])[r].id == f"01/{small.catalogue.heads([0])[0].id}"
        cosines = (large.dense.vectors[n : 2 * n] * small.dense.vectors).sum(axis=1)
        assert cosines.min() > 0.84
        assert cosines.max() < 0.96
        # Each part of a copy lies where its paragraph is: what it holds are the source's own.
        (start, end), (first, last) = small.pieces.spans[5], large.pieces.spans[n + 5]
        moved = np.abs(
            large.pieces.vectors[first:last].astype(int) - small.pieces.vectors[start:end]
        )
        assert 0 < moved.max() <= 4
        common = small.paragraph_terms.score(["bee"])
        np.testing.assert_array_equal(large.paragraph_terms.score(["bee"])[:n], common)
        np.testing.assert_array_equal(large.paragraph_terms.score(["bee"])[n : 2 * n], common)
    finally:
        small.close()
        large.close()


def test_the_last_copy_holds_what_is_still_needed(source):
    small = opened(source)
    try:
        n = small.manifest.counts.paragraphs
        copies = planned(small.columns, 2 * n + 4)
        assert [copy.rows for copy in copies[:2]] == [n, n]
        assert 4 <= copies[2].rows < 4 + 3, "whole releases"
    finally:
        small.close()


def test_a_multiplied_index_is_made_alike_each_time(source, tmp_path):
    names = [make_large_index(source, tmp_path / name, 200) for name in "ab"]

    assert names[0] == names[1], "the name holds the digest of the manifest"


def test_serving_is_measured(source, tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "EXACT_UP_TO", 250)
    make_large_index(source, tmp_path / "large", 300)

    measured = [serving(index, QUESTIONS, HashedWords()) for index in (source, tmp_path / "large")]

    assert [one["dense"] for one in measured] == ["Dense", Quantized.__name__]
    for one in measured:
        assert one["median_ms"] > 0
        assert one["resident_served"] > 10e6
        assert [filtered["share"] for filtered in one["nearest"]] == list(SHARES)
        assert all(0.9 <= filtered["recall"] <= 1 for filtered in one["nearest"])
    lines = size.table(measured)
    assert lines[0] == "| paragraphs | 120 | 300 |"
    assert {line.count("|") for line in lines} == {4}


@pytest.mark.model
def test_sizes_are_written_and_drawn(seed_index, tmp_path):
    page = tmp_path / "size.md"
    page.write_text("Before\n" + "\n".join(size.MARKS) + "\nAfter\n", encoding="utf-8")

    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join(json.dumps({"question": one}) for one in QUESTIONS))
    given = ["--sizes", "150", "--questions", str(questions), "--out", str(tmp_path)]

    code = size.main(["--source", str(seed_index), *given])

    assert code == 0
    written = page.read_text(encoding="utf-8")
    assert written.startswith("Before\n")
    assert "| paragraphs | 1" in written
    assert "retrieval, median ms" in written
    assert (tmp_path / "size.png").read_bytes().startswith(b"\x89PNG")


def test_a_page_without_marks_is_told_before_anything_is_measured(source, tmp_path, capsys):
    (tmp_path / "size.md").write_text("no marks", encoding="utf-8")

    assert size.main(["--source", str(source), "--out", str(tmp_path)]) == 2
    assert "lacks the marks" in capsys.readouterr().err


@pytest.mark.model
def test_rankings_are_the_same_until_one_is_changed(seed_index, tmp_path, capsys):
    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "How many people were arrested?"}\n', encoding="utf-8")
    arguments = [
        str(tmp_path / "before.json"),
        "--index",
        str(seed_index),
        "--questions",
        str(questions),
    ]
    assert unchanged(arguments) == 0
    assert unchanged([*arguments, "--compare"]) == 0

    before = json.loads((tmp_path / "before.json").read_text())
    paragraph = next(iter(before.values()))["paragraphs"][0]
    paragraph[1] = (float.fromhex(paragraph[1]) + 1e-6).hex()
    (tmp_path / "before.json").write_text(json.dumps(before))
    assert unchanged([*arguments, "--compare"]) == 1
    assert unchanged([*arguments, "--compare", "--within", "1e-5"]) == 0
    assert unchanged([*arguments, "--compare", "--within", "1e-7"]) == 1
    next(iter(before.values()))["paragraphs"].pop()
    (tmp_path / "before.json").write_text(json.dumps(before))
    assert unchanged([*arguments, "--compare"]) == 1
    assert "differs: How many people" in capsys.readouterr().err


def test_updates_are_followed_and_timed_by_phase(write, tmp_path):
    folder = write({f"{n}.md": f"# Fair {n}\n\nThe fair drew {n} visitors.\n" for n in range(5)})

    full, *changes = update.updates(folder, tmp_path / "scratch", update.Words())

    assert [one["name"] for one in changes] == list(update.CHANGES)
    assert [one["releases"] for one in (full, *changes)] == [5, 6, 6, 5]
    assert [one["embedded"] for one in changes] == [2, 2, 0], "its heading and its paragraph"
    assert all(one["visible_s"] >= one["taken_up_s"] > 0 for one in changes)
    assert all(sum(one["phases_s"].values()) == pytest.approx(one["build_s"]) for one in changes)
    assert len({len(line.split("|")) for line in update.table([full, *changes])}) == 1


def test_the_trial_encoder_gives_near_vectors_to_texts_that_share_words():
    words = update.Words()
    one, like, other = (
        words.encode_query(text).vector for text in ("a red fox ran", "the red fox ran", "no bees")
    )

    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-5)
    assert one @ like > one @ other
