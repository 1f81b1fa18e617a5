"""The index folder survives what disks, crashes and other builds do to it."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.errors import (
    IndexDamaged,
    IndexFault,
    IndexMissing,
    IndexTooNew,
    IndexTooOld,
)
from qa.index.files import FileRecord, check_file, record_of, write_file
from qa.index.manifest import FORMAT, read_manifest
from qa.index.store import current_name, pin_current
from tests.index_samples import (
    RELEASES,
    HashedWords,
    build,
)

QUESTION = "How many visitors came to the harvest fair?"


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def releases(write):
    return write(RELEASES)


@pytest.fixture
def built(releases, index):
    """An index of the sample releases; gives its folder."""
    build(releases, index, HashedWords())
    return index


def open_index(index, encoder=None):
    return Assistant.open(index, encoder=encoder or HashedWords())


def first_text(index):
    with open_index(index) as desk:
        return desk.retrieve(QUESTION, 1)[0].text


def generation_of(index):
    return index / "gens" / current_name(index)


def republish(index, values):
    """Put a manifest in place as if it had been published, so that only its content is odd."""
    folder = generation_of(index)
    data = json.dumps(values).encode()
    (folder / "manifest.json").write_bytes(data)
    pointer = json.loads((index / "CURRENT").read_bytes())
    pointer["manifest_sha256"] = hashlib.sha256(data).hexdigest()
    (index / "CURRENT").write_text(json.dumps(pointer, sort_keys=True) + "\n")


# Files


def test_a_file_is_never_written_over(tmp_path):
    write_file(tmp_path / "a", b"first")

    with pytest.raises(FileExistsError):
        write_file(tmp_path / "a", b"second")

    assert (tmp_path / "a").read_bytes() == b"first"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        pytest.param(None, "cannot be read", id="gone"),
        pytest.param(b"", "has 0 bytes, not 5", id="empty"),
        pytest.param(b"word", "has 4 bytes, not 5", id="shorter"),
        pytest.param(b"words!", "has 6 bytes, not 5", id="longer"),
        pytest.param(b"sword", "has SHA-256", id="as long, but other"),
    ],
)
def test_a_file_that_is_not_as_it_was_is_told(tmp_path, data, told):
    path = tmp_path / "a"
    expected = FileRecord(5, hashlib.sha256(b"words").hexdigest())
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(IndexDamaged, match=told) as raised:
        check_file(path, expected)

    assert str(path) in str(raised.value)


def test_a_file_that_is_as_it_was_passes(tmp_path):
    write_file(tmp_path / "a", b"words")

    assert record_of(tmp_path / "a") == FileRecord(5, hashlib.sha256(b"words").hexdigest())
    check_file(tmp_path / "a", record_of(tmp_path / "a"))


# Damage


def files_of_a_generation(index):
    return sorted(path.name for path in generation_of(index).iterdir())


def spoilt(data, how):
    """Give `data` cut by one byte, cut to nothing, or with one bit of its middle turned."""
    if how == "cut":
        return data[:-1]
    if how == "emptied":
        return b""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize("how", ["cut", "emptied", "one bit turned", "deleted"])
def test_damage_to_any_one_file_is_found_before_anything_is_answered(built, how):
    names = files_of_a_generation(built)
    folder = generation_of(built)
    assert {"manifest.json", "catalogue.db", "vectors.npy", "areas.json"} <= set(names)

    for name in names:
        whole = (folder / name).read_bytes()
        (folder / name).unlink()
        if how != "deleted":
            (folder / name).write_bytes(spoilt(whole, how))

        with pytest.raises(IndexDamaged) as raised:
            open_index(built)

        assert name in str(raised.value)
        assert "qa build --releases" in str(raised.value)
        (folder / name).write_bytes(whole)
    open_index(built).close()  # all is as it was, so all is well


def test_the_next_build_mends_damage_to_any_one_file(releases, built):
    before = first_text(built)
    for name in files_of_a_generation(built):
        path = generation_of(built) / name
        path.write_bytes(spoilt(path.read_bytes(), "one bit turned"))

        report = build(releases, built, HashedWords())

        assert report.changed, name
        assert report.reused < report.paragraphs, "vectors of a damaged index are not used"
        assert first_text(built) == before


GARBAGE = {
    "empty": b"",
    "no JSON": b"\x00\xff not json",
    "a list": b"[]",
    "a number": b"1",
    "a number of 10,000 digits": b"9" * 10_000,
    "nested 100,000 deep": b"[" * 100_000,
    "20 MB of blanks": b" " * 20_000_000,
    "without names": b"{}",
}
POINTERS = {
    "a folder outside": "../../elsewhere",
    "the folder itself": ".",
    "nothing": "",
    "a zero byte": "g00000001-0123abcd\0",
    "a lone surrogate": "\ud800",
    "a name of 100,000 characters": "g" * 100_000,
    "a stage": ".stage-1-0123abcd",
    "a generation that is not there": "g00000001-0123abcd",
    "a number": 7,
    "none": None,
}


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE.keys())
@pytest.mark.parametrize("name", ["CURRENT", "manifest.json"])
def test_garbage_is_found_told_and_mended(releases, built, name, data):
    before = first_text(built)
    place = built / name if name == "CURRENT" else generation_of(built) / name
    place.write_bytes(data)

    with pytest.raises(IndexDamaged, match=name):
        open_index(built)

    assert build(releases, built, HashedWords()).changed
    assert first_text(built) == before


@pytest.mark.parametrize("name", POINTERS.values(), ids=POINTERS.keys())
def test_a_pointer_to_no_generation_is_found_told_and_mended(releases, built, name):
    before = first_text(built)
    pointer = json.loads((built / "CURRENT").read_bytes())
    (built / "CURRENT").write_text(json.dumps(pointer | {"generation": name}))

    with pytest.raises(IndexDamaged, match=r"CURRENT|manifest\.json"):
        open_index(built)

    build(releases, built, HashedWords())
    assert first_text(built) == before


def test_no_single_turned_bit_of_the_pointer_serves_anything_else(built):
    whole = (built / "CURRENT").read_bytes()
    refused = 0

    for bit in range(8 * len(whole)):
        turned = bytearray(whole)
        turned[bit // 8] ^= 1 << bit % 8
        (built / "CURRENT").write_bytes(turned)
        try:
            pinned = pin_current(built)
        except IndexFault:
            refused += 1
        else:
            pinned.close()

    assert refused == 8 * len(whole)


def test_without_a_pointer_nothing_was_built_yet(index):
    with pytest.raises(IndexMissing, match="python -m qa build --index"):
        open_index(index)


def test_a_pointer_that_was_deleted_is_mended_by_the_next_build(releases, built):
    (built / "CURRENT").unlink()
    with pytest.raises(IndexMissing):
        open_index(built)

    second = build(releases, built, HashedWords())

    assert second.generation.startswith("g00000002-")
    open_index(built).close()


def test_an_index_of_a_later_program_is_named_as_such(built):
    values = json.loads((generation_of(built) / "manifest.json").read_bytes())
    republish(built, values | {"format": FORMAT + 1, "program": "99.0", "unknown": "field"})

    with pytest.raises(IndexTooNew, match=rf"format {FORMAT + 1} \(written by qa 99\.0\)"):
        open_index(built)


@pytest.mark.parametrize("found", [FORMAT - 1, 0])
def test_an_index_of_an_earlier_program_is_named_as_such_and_rebuilt(releases, built, found):
    before = first_text(built)
    values = json.loads((generation_of(built) / "manifest.json").read_bytes())
    del values["recipe"]  # which an earlier format may lack
    republish(built, values | {"format": found, "program": "0.0.9"})

    with pytest.raises(IndexTooOld, match=rf"format {found} \(written by qa 0\.0\.9\)") as raised:
        open_index(built)
    report = build(releases, built, HashedWords())

    assert f"this program reads format {FORMAT}" in str(raised.value)
    assert "python -m qa build --releases" in str(raised.value)
    assert "--fresh" not in str(raised.value), "an ordinary build does"
    assert report.changed
    assert (report.reused, report.embedded) == (0, report.paragraphs), "nothing old is trusted"
    assert first_text(built) == before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"model": {}}, id="a record without fields"),
        pytest.param({"counts": 3}, id="a number for a record"),
        pytest.param({"files": []}, id="a list for a mapping"),
        pytest.param({"files": {"vectors.npy": {"size": 1}}}, id="a file without its hash"),
        pytest.param({"base": {"surprise": 1}}, id="a field that is none"),
    ],
)
def test_a_manifest_that_misstates_itself_is_damaged(built, change):
    values = json.loads((generation_of(built) / "manifest.json").read_bytes())
    republish(built, values | change)

    with pytest.raises(IndexDamaged, match=r"manifest\.json: lacks or misstates"):
        open_index(built)


def test_a_manifest_comes_back_as_it_was_written(built):
    data = (generation_of(built) / "manifest.json").read_bytes()

    assert read_manifest(data, "manifest.json").to_json() == data


def test_a_manifest_of_before_limits_were_told_comes_back_as_it_was(built):
    values = json.loads((generation_of(built) / "manifest.json").read_bytes())
    del values["max_file_bytes"]
    data = json.dumps(values, indent=1, sort_keys=True).encode()

    assert read_manifest(data, "manifest.json").to_json() == data


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_bytes_stand_for_a_manifest_they_are_refused(data):
    with pytest.raises(IndexFault):
        read_manifest(data, "manifest.json")


def test_a_generation_whose_counts_disagree_is_refused(built):
    values = json.loads((generation_of(built) / "manifest.json").read_bytes())
    values["counts"]["paragraphs"] += 1
    republish(built, values)

    with pytest.raises(IndexDamaged, match="rows, not"):
        open_index(built)


def test_the_digest_in_a_name_is_that_of_the_manifest(built):
    folder = generation_of(built)
    digest = record_of(folder / "manifest.json").sha256

    assert folder.name == f"g00000001-{digest[:8]}"
