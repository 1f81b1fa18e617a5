"""What a limit refused is read once the limit is another, or the machine has time for it."""

import json

import pytest

from qa.index.build import build_index
from qa.index.verify import verify_index
from qa.releases import one_file, read_folder
from qa.releases.extraction import Extraction, Limits
from tests.format_samples import zipped
from tests.index_samples import HashedWords, build
from tests.test_store import generation_of, republish

SHORT, LONG = 1000, 4000
WORDS = "A lamp was lit on the green, and a bench was mended beside it. " * 30  # 1,890 characters
ROWS = json.dumps({"id": 1, "text": "Two vans were found."}) + "\n" + json.dumps(
    {"id": 2, "text": WORDS}
)  # fmt: skip
HELD = "Three men were held.\n"
# Reading it takes some 130 MB, of which nothing is left but its first words.
GREEDY = zipped({
    "a.md": HELD.encode(),
    "t.jsonl": b'{"text": "Two vans were found.", "note": "' + b"x" * (28 << 20) + b'"}',
})  # fmt: skip


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def memory(monkeypatch):
    """Gives children less memory, or as much as ever: memory(80 << 20), memory(None)."""

    def give(most):
        limits = Limits() if most is None else Limits(memory=most)
        monkeypatch.setattr(one_file, "Extraction", lambda: Extraction(limits))

    return give


def built(folder, index, most, within=9.0):
    """Build within a limit; what serves must be what reading the folder within it gives."""
    report = build_index(
        folder, index, HashedWords(), max_file_bytes=most, update_within=within
    )  # fmt: skip
    fresh = read_folder(folder, max_file_bytes=most)
    assert (report.releases, report.skipped) == (len(fresh.releases), fresh.skipped)
    found = verify_index(index)
    assert (found.faults, found.releases) == ((), len(fresh.releases))
    return report


def is_updated(index, report):
    return (index / "gens" / report.generation / "delta").exists()


@pytest.mark.parametrize("within", [9.0, 0.0], ids=["updated", "written whole"])
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("t.jsonl", ROWS),
        ("all.zip", zipped({"a.md": HELD.encode(), "t.jsonl": ROWS.encode()})),
        ("p.html", f"<html><body><article><p>{WORDS}</p></article></body></html>"),
    ],
)
def test_the_cure_that_is_named_works_and_so_does_taking_it_back(write, index, name, data, within):
    folder = write({name: data, "d.md": HELD})
    first = built(folder, index, SHORT, within)
    assert [skip.cure for skip in first.skipped] == ["split it, or raise max_file_kb in qa.yaml"]

    raised = built(folder, index, LONG, within)
    assert (raised.changed, raised.releases, raised.skipped) == (True, first.releases + 1, ())
    assert is_updated(index, raised) == bool(within)

    lowered = built(folder, index, SHORT, within)
    assert (lowered.changed, lowered.skipped) == (True, first.skipped)


def test_texts_that_are_files_are_not_read_again_within_another_limit(write, index, monkeypatch):
    folder = write({"d.md": HELD, "e.md": "A fourth man was held.\n"})
    built(folder, index, SHORT)
    monkeypatch.setattr(one_file, "read_alone", None)  # whoever reads a text fails

    report = build_index(folder, index, HashedWords(), max_file_bytes=LONG)

    assert (report.releases, report.embedded) == (2, 0)


def test_within_the_same_limit_nothing_is_read_and_nothing_written(write, index, monkeypatch):
    folder = write({"t.jsonl": ROWS, "d.md": HELD})
    first = built(folder, index, SHORT)
    monkeypatch.setattr(one_file, "Extraction", None)  # whoever reads a file fails

    again = build_index(folder, index, HashedWords(), max_file_bytes=SHORT)

    assert (again.changed, again.generation) == (False, first.generation)
    assert again.skipped == first.skipped


def test_an_index_of_before_that_tells_no_limits_is_updated(write, index):
    folder = write({"t.jsonl": ROWS, "d.md": HELD})
    built(folder, index, SHORT)
    values = json.loads((generation_of(index) / "manifest.json").read_bytes())
    del values["max_file_bytes"]
    republish(index, values)

    report = built(folder, index, LONG)

    assert (report.changed, report.releases) == (True, 3)
    assert is_updated(index, report), "it is not written whole"
    assert not built(folder, index, LONG).changed


@pytest.mark.parametrize("within", [9.0, 0.0], ids=["updated", "written whole"])
def test_what_lost_its_reader_is_read_again_by_each_build_that_reads(write, index, memory, within):
    folder = write({"all.zip": GREEDY, "d.md": HELD})
    memory(80 << 20)
    first = build(folder, index, HashedWords())
    assert [str(skip) for skip in first.skipped] == [
        "all.zip!/t.jsonl: reading it takes too much memory; split it, or save it as text"
    ]
    memory(None)
    assert not build(folder, index, HashedWords()).changed, "nothing changed, so nothing is read"

    (folder / "e.md").write_text("A fourth man was held.\n")
    report = build(folder, index, HashedWords(), update_within=within)

    assert (report.releases, report.skipped) == (first.releases + 2, ())
    assert is_updated(index, report) == bool(within)
