"""The catalogue gives back what was put in, character for character."""

import sqlite3
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from qa.errors import UnreadableRelease
from qa.index.catalogue import Catalogue, ReleaseHead, write_catalogue
from qa.index.columns import TRAITS, digest16, load_columns, make_columns, write_columns
from qa.index.files import CheckedFiles
from qa.language.markup import plain
from qa.releases.reader import read_release
from tests.index_samples import RELEASES

HEAD = """---
title: Pears win prize
url: https://example.org/pears
area: [North, West]
publish:
  date: 7 December 2020
---
"""
QUOTED = HEAD + (
    "Growers met on the green. \N{GREEN APPLE} They were glad.\r\n\r\n"
    "Superintendent Ann Reed, who led the show, said: “We sold 300 pears.”\r\n"
)


def releases_of(files):
    return [read_release(text.encode(), name) for name, text in files.items()]


SAMPLES = releases_of(RELEASES | {"west/pears.md": QUOTED})


@pytest.fixture
def place(tmp_path):
    write_catalogue(SAMPLES, tmp_path / "catalogue.db")
    return tmp_path / "catalogue.db"


@pytest.fixture
def catalogue(place):
    with closing(Catalogue(place.read_bytes())) as opened:
        yield opened


def all_paragraphs(releases):
    return [paragraph for release in releases for paragraph in release.paragraphs]


def test_paragraphs_come_back_by_row_with_sentences_kind_and_speaker(catalogue):
    expected = all_paragraphs(SAMPLES)
    assert any(paragraph.speaker for paragraph in expected)

    found = catalogue.paragraphs(range(len(expected)))

    assert found == dict(enumerate(expected))


def test_only_the_rows_asked_for_come_back_each_once(catalogue):
    assert list(catalogue.paragraphs([3, 1, 3])) == [1, 3]
    assert catalogue.paragraphs([]) == {}
    assert catalogue.paragraphs([10_000]) == {}


def test_more_rows_than_a_statement_takes_come_back(tmp_path):
    most = 40_000  # SQLite takes 32,766, unless it was built to take more
    release = read_release(b"a\n\n" * most, "many.md")
    write_catalogue([release], tmp_path / "catalogue")
    with closing(Catalogue(tmp_path / "catalogue")) as catalogue:
        catalogue._connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 32_766)
        found = catalogue.paragraphs(range(most))

    assert len(found) == most
    assert found[most - 1].start == 3 * (most - 1)


def test_a_release_comes_back_with_its_text(catalogue):
    for row, expected in enumerate(SAMPLES):
        found = catalogue.release(row)
        names = [name for name in type(found).__slots__ if name != "paragraphs"]
        assert [getattr(found, name) for name in names] == [
            getattr(expected, name) for name in names
        ]
        assert catalogue.count_of(row) == len(expected.paragraphs)


def test_a_release_that_is_not_there_is_told(catalogue):
    with pytest.raises(KeyError):
        catalogue.release(len(SAMPLES))


def test_heads_hold_what_a_citation_needs(catalogue):
    pears = SAMPLES[3]

    assert catalogue.heads([3, 3]) == {
        3: ReleaseHead(
            "west/pears.md",
            "Pears win prize",
            ("North", "West"),
            "https://example.org/pears",
            pears.published,
            pears.sha256,
        )
    }
    assert pears.published.iso == "2020-12-07"


def test_a_catalogue_is_never_written_to(catalogue, place):
    before = place.read_bytes()

    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        catalogue._query("DELETE FROM releases WHERE row = ?", [0])

    catalogue.paragraphs([0])
    assert place.read_bytes() == before
    assert [path.name for path in place.parent.iterdir()] == ["catalogue.db"]


def test_many_threads_read_alike(catalogue):
    rows = range(len(all_paragraphs(SAMPLES)))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda row: catalogue.paragraphs([row])[row], [*rows] * 20))

    assert found == all_paragraphs(SAMPLES) * 20


def test_a_folder_with_odd_characters_can_hold_a_catalogue(tmp_path):
    folder = tmp_path / "what? 100% #1 é"
    folder.mkdir()
    write_catalogue(SAMPLES, folder / "catalogue.db")

    with closing(Catalogue((folder / "catalogue.db").read_bytes())) as opened:
        assert opened.release(0).id == SAMPLES[0].id


def test_a_folder_that_takes_no_file_is_an_error_of_the_disk(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_catalogue(SAMPLES, tmp_path / "nowhere" / "catalogue.db")


characters = st.characters(codec="utf-8", exclude_characters="\0")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(characters, max_size=30), min_size=1, max_size=5))
def test_any_text_comes_back_exactly(parts):
    text = "\r\n\r\n".join(parts)
    try:
        release = read_release(text.encode(), "a.md")
    except UnreadableRelease:
        assume(False)

    with tempfile.TemporaryDirectory() as scratch:
        write_catalogue([release], Path(scratch) / "catalogue.db")
        with closing(Catalogue((Path(scratch) / "catalogue.db").read_bytes())) as opened:
            assert opened.release(0).text == release.text
            found = opened.paragraphs(range(len(release.paragraphs)))
    assert found == dict(enumerate(release.paragraphs))
    assert all(release.text[p.start : p.end] == p.text for p in found.values())


# Columns


@pytest.fixture
def columns(tmp_path):
    """Columns of the samples, through the disk."""
    texts = [plain(paragraph.text).text for paragraph in all_paragraphs(SAMPLES)]
    digests = [digest16(text) for text in texts]
    records = write_columns(make_columns(SAMPLES, texts, digests), tmp_path)
    return load_columns(CheckedFiles(tmp_path, records))


def test_columns_tell_area_day_and_release_of_each_row(columns):
    pears = SAMPLES[3]

    assert columns.areas == ("North", "West")
    assert columns.in_area.tolist() == [[False, False]] * 3 + [[True, True]]
    assert columns.published[3].tolist() == [pears.published.first.toordinal()] * 2
    assert columns.published[2].tolist() == [0, 0], "unknown"
    assert columns.n_releases == 4
    rows = [row for release in range(4) for row in columns.rows_of(release)]
    assert rows == list(range(len(all_paragraphs(SAMPLES))))
    assert [len(columns.rows_of(row)) for row in range(4)] == [len(r.paragraphs) for r in SAMPLES]


def test_columns_tell_equal_texts(columns):
    calls = [
        row for row, item in enumerate(all_paragraphs(SAMPLES)) if item.text.startswith("Call the")
    ]

    assert len(calls) == 2
    assert columns.text_hash[calls[0]] == columns.text_hash[calls[1]]
    assert len(set(columns.text_hash.tolist())) == len(columns.text_hash) - 1


def test_traits_are_read_off_the_text(columns):
    pears = dict(zip(TRAITS, columns.traits[columns.rows_of(3)[0]].tolist(), strict=True))

    # "Growers met on the green. 🍏 They were glad." is the first paragraph, of 9 words.
    assert pears == {
        "has_digit": 0,
        "log_words": pytest.approx(2.302585),  # ln(1 + 9)
        "has_money": 0,
        "opens_quote": 0,
        "is_speech": 0,
        "is_heading": 0,
        "is_first": 1,
        "is_aside": 0,
    }
