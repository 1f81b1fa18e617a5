"""Releases whose files are the same are not read again, and the index is as if they had been."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from qa.index.known import KnownReleases, known_releases
from qa.index.segment import CATALOGUE
from qa.index.sources import alive_sources
from qa.index.store import pin_current
from qa.records import Kind
from qa.releases import one_file as reading_files
from qa.releases.boilerplate import repeats_needed
from qa.releases.folder import load_files
from qa.releases.one_file import ReleaseFile
from qa.releases.reader import read_alone
from tests.index_samples import MAX_BYTES, RELEASES, HashedWords, build

RING = "**Ring** us on 101, quoting 12/345."
SPOKEN = (
    "---\ntitle: Pears &amp; plums\ndate: 7 December 2020\narea: [North]\n---\n\n"
    "### Growers met\r\n\r\n"
    f"Inspector Ann Reed said: “We sold 300 pears. They were \\- nearly \\- ripe.”\r\n\r\n{RING}\n"
)
# Word pieces lie in the order they came, told apart by the first build's directions.
OF_HISTORY = {
    "manifest.json",
    *(f"pieces-{part}.npy" for part in ("projection", "vectors", "ids", "sentences", "spans")),
}


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


@pytest.fixture
def read(monkeypatch):
    """Names of the files that are read from now on."""
    names = []

    def noted(data, name):
        names.append(name)
        return read_alone(data, name)

    monkeypatch.setattr(reading_files, "read_alone", noted)
    return names


def bytes_of(index):
    """Every file of the generation that serves, but for what tells of the builds before."""
    with closing(pin_current(index)) as pinned:
        files = {name: (pinned.folder / name).read_bytes() for name in pinned.manifest.files}
    return {name: data for name, data in files.items() if name not in OF_HISTORY}


# Only what changed is read


def test_only_a_file_that_is_new_is_read(write, index, read):
    build(write(RELEASES | {"a.md": SPOKEN}), index, HashedWords())
    assert sorted(read) == sorted([*RELEASES, "a.md"])
    read.clear()

    build(write({"west/bench.md": "A new bench stands on the green.\n"}), index, HashedWords())

    assert read == ["west/bench.md"]


def test_only_a_file_that_changed_is_read(write, index, read):
    build(write(RELEASES), index, HashedWords())
    read.clear()

    changed = {"north/fair.md": RELEASES["north/fair.md"].replace("4,200", "4,300")}
    build(write(changed), index, HashedWords())

    assert read == ["north/fair.md"]


def test_a_file_that_was_renamed_or_copied_is_not_read(write, index, read):
    folder = write({"a.md": SPOKEN})
    build(folder, index, HashedWords())
    read.clear()

    (folder / "a.md").rename(folder / "b.md")
    build(write({"c/d.md": SPOKEN}), index, HashedWords())

    assert read == []
    with closing(pin_current(index)) as pinned:
        assert [source.path for source in alive_sources(pinned)] == ["b.md", "c/d.md"]


def test_a_model_that_changed_embeds_everything_and_reads_nothing(write, index, read):
    first = build(write(RELEASES), index, HashedWords())
    read.clear()

    report = build(write({}), index, HashedWords("words-2"))

    assert (read, report.embedded) == ([], first.embedded)


def test_a_fresh_build_reads_everything(write, index, read):
    build(write(RELEASES), index, HashedWords())
    read.clear()

    build(write({}), index, HashedWords(), fresh=True)

    assert sorted(read) == sorted(RELEASES)


@pytest.mark.parametrize("told", ["", "of other code"])
def test_what_other_code_has_read_is_read_again(write, index, told):
    folder = write(RELEASES)
    build(folder, index, HashedWords())
    files, _ = load_files(folder)

    with closing(pin_current(index)) as pinned:
        assert known_releases(pinned, files) is not None
        other = replace(pinned, manifest=replace(pinned.manifest, reading=told))
        assert known_releases(other, files) is None


def test_other_code_builds_anew_even_if_no_file_has_changed(write, index, read, monkeypatch):
    folder = write(RELEASES)
    build(folder, index, HashedWords())
    read.clear()
    assert not build(folder, index, HashedWords()).changed

    for module in ("build", "known"):
        monkeypatch.setattr(f"qa.index.{module}.reading_fingerprint", lambda: "of later code")
    report = build(folder, index, HashedWords())

    assert (report.changed, report.embedded, sorted(read)) == (True, 0, sorted(RELEASES))


def test_a_damaged_catalogue_is_not_read_from(write, index):
    folder = write(RELEASES)
    build(folder, index, HashedWords())
    files, _ = load_files(folder)

    with closing(pin_current(index)) as pinned:
        (pinned.folder / CATALOGUE).write_bytes(b"")
        assert known_releases(pinned, files) is None


# What is taken over is what reading gives


def test_what_is_taken_over_is_what_reading_gives(seeds, write, index):
    """Of the sample releases, thrice so that much is boilerplate, and of one with everything."""
    folder = write({"a.md": SPOKEN, "b.md": f"\ufeffTwo.\n\n{RING}\n", "c.md": f"Two.\n\n{RING}\n"})
    for copy in ("one", "two", "three"):
        shutil.copytree(seeds, folder / copy)
    build(folder, index, HashedWords())
    files, _ = load_files(folder, max_file_bytes=MAX_BYTES)

    with closing(pin_current(index)) as pinned:
        known = known_releases(pinned, files)
    compared = [(known.reading_of(file), read_alone(file.data, file.id)) for file in files]

    assert len(compared) > 60
    assert [one for one, _ in compared] == [other for _, other in compared]


def test_a_text_that_is_not_that_of_the_file_is_not_taken_over():
    file = ReleaseFile("a.md", SPOKEN.encode())
    reading = read_alone(file.data, file.id)
    assert KnownReleases([reading]).reading_of(file) == reading

    for wrong in ({"text": reading.release.text + " "}, {"encoding": "utf-16"}):
        astray = replace(reading, release=replace(reading.release, **wrong))
        assert KnownReleases([astray]).reading_of(file) is None


# The index is as if everything had been read

paragraphs = st.sampled_from(
    [RING, "Ring us on 101, quoting 9.", "# Appeal", "**JA**", "7 May 2020", "- one\n- two", "Yes."]
)
files = st.dictionaries(
    st.sampled_from(["a.md", "b.md", "c/d.md", "e.txt", "f.md"]),
    st.lists(paragraphs, min_size=1, max_size=4).map("\n\n".join),
    min_size=1,
)


@settings(max_examples=25, deadline=None)
@given(st.lists(files, min_size=2, max_size=4))
def test_after_any_changes_the_index_equals_one_built_from_nothing(rounds):
    with tempfile.TemporaryDirectory() as scratch:
        folder, later, afresh = (Path(scratch) / name for name in ("releases", "later", "afresh"))
        for texts in rounds:
            shutil.rmtree(folder, ignore_errors=True)
            for name, text in texts.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text)
            build(folder, later, HashedWords())
        build(folder, afresh, HashedWords())

        one, two = bytes_of(later), bytes_of(afresh)
    assert CATALOGUE in one
    assert [name for name in one if one[name] != two.get(name)] == []
    assert one.keys() == two.keys()


def test_what_is_boilerplate_is_told_anew_in_both_directions(write, index, tmp_path, read):
    """The third release that repeats a call makes it boilerplate; without it, it is text again."""
    folder = write({f"{row}.md": f"Man {row} met a fox.\n\n{RING}\n" for row in "ab"})

    def kinds():
        build(folder, index, HashedWords())
        with closing(pin_current(index)) as pinned:
            readings = known_releases(pinned, load_files(folder)[0])
            assert {one.kind for one in readings.reading_of(first).release.paragraphs} == {
                Kind.BODY
            }
        build(folder, tmp_path / "afresh", HashedWords(), fresh=True)
        assert bytes_of(index) == bytes_of(tmp_path / "afresh")
        return qa.releases.read_folder(folder).releases[0].paragraphs[1].kind

    first = ReleaseFile("a.md", (folder / "a.md").read_bytes())
    assert repeats_needed(3) == 3
    assert kinds() is Kind.BODY
    write({"c.md": f"Man c met a fox.\n\n{RING}\n"})
    assert kinds() is Kind.BOILERPLATE
    (folder / "c.md").unlink()
    assert kinds() is Kind.BODY


# The fingerprint


def fingerprint_of(package):
    code = "from qa.releases.fingerprint import reading_fingerprint as f; print(f())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=package.parent,
        env=os.environ | {"PYTHONPATH": str(package.parent)},
    )
    return done.stdout.strip()


def test_the_fingerprint_covers_the_code_that_reads_and_no_other(tmp_path):
    package = tmp_path / "qa"
    shutil.copytree(
        Path(qa.__file__).parent, package, ignore=shutil.ignore_patterns("*.safetensors", "*.pyc")
    )
    first = fingerprint_of(package)
    assert len(first) == 64

    with (package / "show.py").open("a") as file:
        file.write("\n# another line\n")
    assert fingerprint_of(package) == first
    seen = {first}
    parts = ("language/markup.py", "releases/boilerplate.py", "records/release.py", "errors.py")
    for part in parts:
        with (package / part).open("a") as file:
            file.write("\n# another line\n")
        seen.add(fingerprint_of(package))
    assert len(seen) == 1 + len(parts)
