"""Files that hold many releases, in an index that is updated and purged."""

import pytest

from qa.assistant import Assistant
from qa.index.purge import purge_index
from qa.index.sources import alive_sources
from qa.index.store import pin_current
from qa.index.verify import verify_index
from qa.releases import read_folder
from qa.web.source import Standing, check
from tests.format_samples import zipped
from tests.index_samples import HashedWords, build

TABLE = b"Copy,Line\nTwo vans were found.,Vans\n"
PAGE = b"<html><body><article><p>A bench was mended on the green.</p></article></body></html>"


def archive(*names):
    return zipped({**{name: b"A lamp was lit by %b.\n" % name.encode() for name in names},
                   "x.exe": b"MZ"})  # fmt: skip


@pytest.fixture
def folder(write):
    return write({
        "a.zip": archive("one.md", "two.md"), "b.csv": TABLE, "c.html": PAGE,
        "b.csv.columns.yaml": b"text: Copy\n", "d.md": b"Three men were held.\n",
    })  # fmt: skip


@pytest.fixture
def index(folder, tmp_path):
    build(folder, tmp_path / "index", HashedWords())
    return tmp_path / "index"


def updated(folder, index, within=1.0):
    """Build once more; what serves must be what the folder holds, and verify against it."""
    report = build(folder, index, HashedWords(), update_within=within)
    fresh = read_folder(folder)
    assert made(index) == {(one.id, one.sha256, one.encoding) for one in fresh.releases}
    assert report.skipped == fresh.skipped
    found = verify_index(index, folder)
    assert (found.faults, found.changed, found.releases) == ((), (), len(fresh.releases))
    return report


def made(index):
    pinned = pin_current(index)
    try:
        return {(one.path, one.sha256, one.encoding) for one in alive_sources(pinned)}
    finally:
        pinned.close()


def is_updated(index, report):
    return (index / "gens" / report.generation / "delta").exists()


def test_what_is_skipped_inside_a_file_that_stays_is_still_told(folder, index):
    (folder / "e.md").write_bytes(b"A fourth man was held.\n")

    report = updated(folder, index)

    assert (is_updated(index, report), report.embedded) == (True, 1)
    assert [skip.path for skip in report.skipped] == ["a.zip!/x.exe"]


def test_an_archive_that_changed_is_dead_and_new_as_a_whole(folder, index):
    (folder / "a.zip").write_bytes(archive("two.md", "three.md"))

    report = updated(folder, index)

    assert (report.awaiting_purge, report.embedded) == (2, 1)
    assert not updated(folder, index).changed


def test_a_map_that_changed_reads_its_table_again(folder, index):
    (folder / "b.csv.columns.yaml").write_bytes(b"text: Copy\ntitle: Line\n")

    report = updated(folder, index)

    assert (is_updated(index, report), report.awaiting_purge) == (True, 1)


def test_an_archive_of_more_than_an_update_takes_makes_all_anew(folder, index):
    (folder / "f.zip").write_bytes(archive(*(f"{number}.md" for number in range(6))))

    report = updated(folder, index)

    assert (is_updated(index, report), report.embedded) == (False, 6)


def test_a_purge_keeps_how_each_text_was_made(folder, index):
    (folder / "d.md").unlink()
    updated(folder, index)
    before = made(index)

    purged = purge_index(index)

    assert (purged.compacted, made(index)) == (1, before)
    found = verify_index(index, folder)
    assert (found.faults, found.changed, found.releases) == ((), (), len(before))
    assert not updated(folder, index).changed


def test_a_quote_from_inside_a_file_is_checked_against_that_file(folder, index):
    with Assistant.open(index, encoder=HashedWords()) as desk:
        hits = desk.retrieve("Where was a bench mended and a lamp lit?", 9)
        releases = {hit.release: desk.release(hit.release) for hit in hits}
    assert {"a.zip!/one.md", "c.html"} <= releases.keys()

    def standings():
        return {hit.release: check(hit, releases[hit.release], folder).standing for hit in hits}

    assert set(standings().values()) == {Standing.SAME}
    (folder / "a.zip").write_bytes(archive("two.md"))
    assert standings()["a.zip!/one.md"] is Standing.CHANGED
    assert standings()["c.html"] is Standing.SAME
