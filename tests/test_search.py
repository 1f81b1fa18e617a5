"""The two stages as one search, with a model and a reader that can be computed by hand."""

import itertools

import numpy as np
import pytest

from qa.assistant import Assistant
from qa.embedding import Fitted
from qa.index.build import build_index
from qa.records import Query
from qa.retrieval.paragraphs import READ_FEATURES, WEIGHTS
from qa.retrieval.releases import RELEASE_WEIGHTS
from qa.retrieval.scope import scope_of
from qa.retrieval.search import RELEASES_READ, search
from tests.counting_reader import CountingReader

HEAD = "---\narea: {area}\ndate: {date}\ntitle: {title}\n---\n\n"
QUESTION = "Which bees swarmed at the mill?"
# Every release is about bees at the mill; each has a paragraph with an owl or two.
RELEASES = {
    f"{name}.md": HEAD.format(
        area="North" if number % 2 else "South", date=f"2021-03-{number + 1:02}", title="Bees"
    )
    + "\n\n".join(
        [
            f"Bees swarmed at the mill for {number} hours.",
            f"Wardens saw {'an owl and an owl' if number % 2 else 'an owl'} near shed {number}.",
            f"Nobody was hurt in barn {number}.",
        ]
    )
    for number, name in enumerate("abcdefgh")
}
BY_READER = {"reader": 1.0}  # weights with which the reader alone decides


@pytest.fixture
def opened(write, encoder, tmp_path):
    """Open an index of release files, of the sample ones if none are given."""
    desks = []

    def open_index(reader=None, files=None):
        folder = write(files or RELEASES)
        build_index(folder, tmp_path / "index", encoder, max_file_bytes=100_000)
        desks.append(Assistant.open(tmp_path / "index", encoder=encoder, reader=reader))
        return desks[-1]

    yield open_index
    for desk in desks:
        desk.close()


def found_by(desk, question=QUESTION, k=5, **filters):
    query = Query(question, **filters)
    scope = scope_of(query, desk.generation.columns)
    return search(desk.serving.asked(query), desk.generation, scope, desk.reader, k)


def texts(desk, found):
    paragraphs = desk.generation.catalogue.paragraphs(one.row for one in found)
    return [paragraphs[one.row].text for one in found]


def releases_of(desk, found):
    return desk.generation.columns.release_of[[one.row for one in found]].tolist()


# What is read


def test_the_reader_is_given_the_words_and_the_pages_of_the_best_releases(opened):
    reader = CountingReader("owl")
    desk = opened(reader)

    found = found_by(desk)

    assert reader.questions == [QUESTION]
    assert len(found.releases) == len(reader.read_pages) == RELEASES_READ
    for release, page in zip(found.releases, reader.read_pages, strict=True):
        paragraphs = desk.generation.catalogue.paragraphs(release.rows.tolist())
        assert page.title == "Bees"
        assert page.paragraphs == tuple(paragraphs[row].text for row in sorted(paragraphs))


def test_a_short_follow_up_is_read_with_what_it_leans_on(opened):
    reader = CountingReader("owl")

    found_by(opened(reader), "And where?", context=("Which bees swarmed?",))

    assert reader.questions == ["Which bees swarmed? And where?"]


def test_the_reader_reads_plain_text(opened):
    reader = CountingReader("owl")
    files = {"a.md": "---\ntitle: Bees &amp; owls\n---\n\n**Bees** &amp; an owl came.\n"}

    (found,) = found_by(opened(reader, files), "bees").paragraphs

    (page,) = reader.read_pages
    assert (page.title, page.paragraphs) == ("Bees & owls", ("Bees & an owl came.",))
    assert page.paragraphs[0][slice(*found.read.reading.span)] == "owl"


def test_without_a_reader_nothing_is_read(opened):
    found = found_by(opened())

    assert len(found.paragraphs) == 3 * RELEASES_READ
    assert {one.read for one in found.paragraphs} == {None}


def test_the_page_of_a_reader_that_does_not_tell_counts_as_even(opened):
    class Silent(CountingReader):
        def read(self, question, pages):
            return [type(page)(page.readings, None) for page in super().read(question, pages)]

    told = found_by(opened(CountingReader("owl"))).paragraphs
    silent = found_by(opened(Silent("owl"))).paragraphs

    assert {one.read.page_answers for one in told} == {1, 2}
    assert {one.read.page_answers for one in silent} == {0}


# The order


def test_where_the_ranking_says_so_the_reader_orders(opened):
    desk = opened(CountingReader("owl", BY_READER))

    found = found_by(desk).paragraphs

    counts = [text.count("owl") for text in texts(desk, found)]
    assert [one.score for one in found] == counts
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == {0, 1, 2}
    for one, other in itertools.pairwise(found):
        assert one.score > other.score or one.row < other.row, "a tie goes to the lower row"


def test_a_fitted_model_brings_its_own_weights_of_paragraphs(opened):
    desk = opened()
    usual = texts(desk, found_by(desk).paragraphs)
    turned = {**dict.fromkeys(WEIGHTS, 0.0), "bm25": -1.0}

    desk.encoder.fitted = Fitted(RELEASE_WEIGHTS, turned, 0.0)
    found = texts(desk, found_by(desk).paragraphs)

    assert usual[0].startswith("Bees swarmed")
    assert not found[0].startswith("Bees swarmed")
    assert sorted(usual) == sorted(found)


def test_a_ranking_weighs_what_it_names(opened):
    ranking = {"reader": 2.0, "span": 0.5, "page_answers": -1.0, "is_first": 3.0}
    found = found_by(opened(CountingReader("owl", ranking))).paragraphs

    for one in found:
        count, page = one.read.reading.score, one.read.page_answers
        pointed = 1.0 if count else 0.0
        first = 1.0 if one.row % 3 == 0 else 0.0
        assert one.score == pytest.approx(2 * count + 0.5 * pointed - page + 3 * first)


@pytest.mark.parametrize(("word", "liked", "other"), [("shed", 1, 2), ("barn", 2, 1)])
def test_a_reader_that_was_not_fitted_decides_among_near_ties(opened, word, liked, other):
    desk = opened(CountingReader(word))

    found = found_by(desk).paragraphs

    # Of each release, no word but "was" or "saw" parts the second paragraph from the third.
    by_release = {}
    for one in found:
        by_release.setdefault(one.row // 3, []).append(one.row % 3)
    assert len(by_release) == RELEASES_READ
    for places in by_release.values():
        assert sorted(places) == [0, 1, 2]
        assert places.index(liked) < places.index(other)


def test_a_reader_that_was_not_fitted_does_not_decide_alone(opened):
    # A release off the subject, whose paragraph the reader likes as much as one on it.
    files = {
        "bees.md": "---\ntitle: Bees\n---\n\nBees swarmed at the mill near an owl.\n",
        "rain.md": "---\ntitle: Rain\n---\n\nIt rained at the pier on an owl.\n\nNo.\n",
    }
    desk = opened(CountingReader("owl"), files)

    found = found_by(desk).paragraphs

    assert [text.split()[0] for text in texts(desk, found)] == ["Bees", "It", "No."]
    assert [one.read.reading.score for one in found] == [1, 1, 0]


def test_a_reader_that_makes_no_difference_changes_no_order(opened):
    without = found_by(opened()).paragraphs
    beside = found_by(opened(CountingReader("volcano"))).paragraphs

    assert [one.row for one in beside] == [one.row for one in without]
    assert {one.read.reading.score for one in beside} == {0}


def test_k_beyond_the_releases_read_brings_those_of_more_after_them(opened):
    desk = opened(CountingReader("owl", BY_READER))

    found = found_by(desk, k=100)

    read = [one for one in found.paragraphs if one.read is not None]
    unread = [one for one in found.paragraphs if one.read is None]
    assert list(found.paragraphs) == [*read, *unread]
    assert (len(read), len(unread)) == (3 * RELEASES_READ, 3 * (len(RELEASES) - RELEASES_READ))
    assert len({one.row for one in found.paragraphs}) == 3 * len(RELEASES)
    assert len(desk.reader.read_pages) == RELEASES_READ, "k makes nobody read more"
    assert {desk.generation.columns.release_of[one.row] for one in read} == {
        release.row for release in found.releases
    }
    # Those behind stand as they would without a reader.
    plain_desk = opened()
    rows = {one.row for one in unread}
    assert [one.row for one in unread] == [
        one.row for one in found_by(plain_desk, k=100).paragraphs if one.row in rows
    ]


def test_enough_paragraphs_of_the_best_releases_need_no_others(opened):
    found = found_by(opened(), k=3 * RELEASES_READ)

    assert len(found.paragraphs) == 3 * RELEASES_READ
    assert len(found.releases) == RELEASES_READ


def test_a_page_of_hits_takes_them_in_order(opened):
    desk = opened(CountingReader("owl", BY_READER))

    hits = desk.retrieve(QUESTION, 20)

    rows = [one.row for one in found_by(desk, k=20).paragraphs[:20]]
    heads = desk.generation.catalogue.heads(range(len(RELEASES)))
    assert [(hit.release, hit.paragraph) for hit in hits] == [
        (heads[row // 3].id, row % 3 + 1) for row in rows
    ]
    assert desk.retrieve(QUESTION, 2) == hits[:2]
    owls = [hit for hit in hits if hit.answer is not None]
    assert {hit.answer.text for hit in owls} == {"owl"}
    assert len(owls) == RELEASES_READ


# Filters


def test_filters_leave_releases_out_before_they_are_read(opened):
    reader = CountingReader("owl")
    desk = opened(reader)

    found = found_by(desk, k=100, areas=("North",))

    assert releases_of(desk, found.paragraphs).count(1) == 3
    assert {release % 2 for release in releases_of(desk, found.paragraphs)} == {1}
    assert len(reader.read_pages) == len(RELEASES) // 2, "fewer than are read at most"


def test_nothing_in_scope_finds_and_reads_nothing(opened):
    reader = CountingReader("owl")
    desk = opened(reader)
    query = Query(QUESTION)
    scope = scope_of(query, desk.generation.columns)
    none = type(scope)(np.zeros_like(scope.releases), False, scope.searched)

    found = search(desk.serving.asked(query), desk.generation, none, reader, 5)

    assert (found.releases, found.paragraphs, reader.questions) == ((), (), [])


# What is weighed


def test_every_weight_has_a_feature(opened):
    desk = opened(CountingReader("owl", dict.fromkeys([*WEIGHTS, *READ_FEATURES], 1.0)))

    assert len(found_by(desk).paragraphs) == 3 * RELEASES_READ
    assert set(RELEASE_WEIGHTS) == {"bm25", "best_cosine", "paragraph_bm25", "max_sim", "names"}


# What the reader is asked


@pytest.mark.parametrize(
    ("question", "read"),
    [
        pytest.param("How long did it stay?", "How long did it stay?", id="by itself"),
        pytest.param("And in Marden?", "Where was the owl seen? And in Marden?", id="a fragment"),
    ],
)
def test_a_follow_up_is_read_by_itself_unless_it_asks_nothing(opened, question, read):
    reader = CountingReader("owl")
    desk = opened(reader)

    desk.ask(question, history=["Where was the owl seen?"])

    assert reader.questions[-1] == read
