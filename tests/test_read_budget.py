"""How much of the releases found a reader is given to read, and which of it."""

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.index.build import build_index
from qa.language.markup import plain
from qa.records import Query
from qa.retrieval import read as reading
from qa.retrieval.read import _lengths, read_releases
from qa.retrieval.releases import find_releases
from qa.retrieval.scope import scope_of
from qa.retrieval.search import RELEASES_READ, search
from tests.counting_reader import CountingReader

# A budget that can be counted with; that of the project is a matter of speed.
TOKENS, TOKENS_A_RELEASE = 1200, 400


@pytest.fixture(autouse=True)
def _budget(monkeypatch):
    monkeypatch.setattr(reading, "TOKENS", TOKENS)
    monkeypatch.setattr(reading, "TOKENS_A_RELEASE", TOKENS_A_RELEASE)


@pytest.fixture
def opened(write, encoder, tmp_path):
    """Open an index of release files: opened(reader, files)."""
    desks = []

    def open_index(reader, files):
        folder = write(files)
        build_index(folder, tmp_path / "index", encoder, max_file_bytes=100_000)
        desks.append(Assistant.open(tmp_path / "index", encoder=encoder, reader=reader))
        return desks[-1]

    yield open_index
    for desk in desks:
        desk.close()


def found_by(desk, question):
    query = Query(question)
    scope = scope_of(query, desk.generation.columns)
    return search(desk.serving.asked(query), desk.generation, scope, desk.reader, 5)


def long_releases(n_releases, n_paragraphs, n_words):
    """Releases of words of one piece each; the later a paragraph, the more it says of owls."""
    return {
        f"{number}.md": f"---\ntitle: Owls {number}\n---\n\n"
        + "\n\n".join(
            " ".join(["owls"] * place + ["hay"] * (n_words - place)) + "."
            for place in range(n_paragraphs)
        )
        for number in range(n_releases)
    }


def read_rows(desk, question="owls"):
    """Rows that are read, by page, in the order given to the reader."""
    query = Query(question)
    asked = desk.serving.asked(query)
    scope = scope_of(query, desk.generation.columns)
    releases = find_releases(asked, desk.generation, scope, RELEASES_READ)
    read = read_releases(asked, desk.generation, releases, desk.reader)
    by_release = [[row for row in release.rows.tolist() if row in read] for release in releases]
    assert sum(map(len, by_release)) == len(read)
    return [rows for rows in by_release if rows]


def test_no_more_is_read_of_a_release_than_its_share(opened):
    # A paragraph costs 49 pieces and a separator, so 400 pieces are 8 of 12 paragraphs.
    reader = CountingReader("owls")
    desk = opened(reader, long_releases(1, 12, 49))
    assert TOKENS_A_RELEASE == 8 * 50

    (rows,) = read_rows(desk)

    assert rows == list(range(4, 12)), "the best by words and vectors: they say most of owls"
    paragraphs = desk.generation.catalogue.paragraphs(rows)
    (page,) = reader.read_pages
    assert page.paragraphs == tuple(plain(paragraphs[row].text).text for row in rows)


def test_no_more_is_read_for_a_question_than_all_may_have(opened):
    # 4 paragraphs of 99 pieces and a separator fill the share of a release: three fill all.
    reader = CountingReader("owls")
    desk = opened(reader, long_releases(5, 6, 99))
    assert TOKENS == 3 * TOKENS_A_RELEASE == 3 * 4 * 100

    pages = read_rows(desk)

    assert [len(rows) for rows in pages] == [4, 4, 4]
    assert [len(page.paragraphs) for page in reader.read_pages] == [4, 4, 4]
    for rows in pages:
        assert rows == sorted(rows), "in reading order"


def test_what_is_left_is_read_of_the_next_release(opened):
    # 350 of each: 3 of them leave 150, which are 3 paragraphs of 49 pieces and a separator.
    desk = opened(CountingReader("owls"), long_releases(5, 7, 49))

    assert [len(rows) for rows in read_rows(desk)] == [7, 7, 7, 3]


def test_a_paragraph_that_never_fits_keeps_no_other_out(opened):
    long = " ".join(["owls"] * TOKENS_A_RELEASE)
    files = {"a.md": f"---\ntitle: Hay\n---\n\n{long}.\n\nOwls came.\n\nHay fell.\n"}
    desk = opened(CountingReader("owls"), files)

    (rows,) = read_rows(desk)

    assert rows == [1, 2]
    found = found_by(desk, "owls").paragraphs
    assert [(one.row, one.read is None) for one in found] == [(1, False), (2, False), (0, True)]


def test_unread_paragraphs_keep_their_order_behind_those_read(opened):
    files = long_releases(2, 12, 49)
    with_reader = opened(CountingReader("hay", {"reader": 1.0}), files)
    found = found_by(with_reader, "owls").paragraphs
    read = [one for one in found if one.read is not None]
    unread = [one for one in found if one.read is None]
    assert (len(read), len(unread)) == (16, 8)

    without = found_by(opened(None, files), "owls").paragraphs

    assert list(found) == [*read, *unread]
    behind = {one.row for one in unread}
    assert [(one.row, one.score) for one in unread] == [
        (one.row, one.score) for one in without if one.row in behind
    ]


def test_a_release_of_long_paragraphs_alone_is_read_too(opened):
    long = " ".join(["owls"] * TOKENS_A_RELEASE)
    files = {f"{n}.md": f"---\ntitle: Hay {n}\n---\n\n{long}.\n" for n in range(RELEASES_READ)}
    desk = opened(CountingReader("owls"), files)

    # 401 each with the separator: the third leaves nothing for the others.
    assert [len(rows) for rows in read_rows(desk)] == [1, 1, 1]


def test_the_lengths_that_are_counted_are_those_of_the_pieces(opened):
    desk = opened(None, long_releases(1, 3, 49))

    assert _lengths(desk.generation, np.arange(3)).tolist() == [50, 50, 50]
