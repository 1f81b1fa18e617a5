"""BM25 as it is written down, and the terms it counts."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.index.files import CheckedFiles
from qa.index.lexical import K1, B, build_lexical, load_lexical, write_lexical
from qa.index.terms import KeptStems, new_stemmer, terms


def bm25(query, texts, row):
    """Lucene's BM25 of one text, straight from its formula."""
    n = len(texts)
    mean_length = sum(map(len, texts)) / n
    score = 0.0
    for term in query:
        df = sum(term in text for text in texts)
        tf = texts[row].count(term)
        idf = math.log(1 + (n - df + 0.5) / (df + 0.5))
        score += idf * tf / (tf + 1.5 * (1 - 0.75 + 0.75 * len(texts[row]) / mean_length))
    return score


def test_a_score_computed_by_hand():
    lexical = build_lexical([["fair", "fair", "town"], ["town"]])

    # N = 2, df = 1, so idf = ln(1 + 1.5 / 1.5) = ln 2; tf = 2, length 3, mean length 2:
    # 2 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2)) = 2 / 4.0625
    assert lexical.score(["fair"]).tolist() == pytest.approx([math.log(2) * 2 / 4.0625, 0])
    assert (K1, B) == (1.5, 0.75)


corpora = st.lists(st.lists(st.sampled_from("abcdef"), max_size=8), min_size=1, max_size=8)


@settings(deadline=None)
@given(corpora, st.lists(st.sampled_from("abcdefz"), max_size=5))
def test_scores_agree_with_the_formula(texts, query):
    scores = build_lexical(texts).score(query)

    assert scores.shape == (len(texts),)
    expected = [bm25(query, texts, row) for row in range(len(texts))] if any(texts) else 0
    np.testing.assert_allclose(scores, expected, rtol=1e-5, atol=1e-6)


@settings(deadline=None)
@given(corpora, st.lists(st.sampled_from("abcdefz"), max_size=5), st.data())
def test_the_scores_of_some_texts_are_those_among_all_to_the_last_bit(texts, query, data):
    lexical = build_lexical(texts)
    rows = np.array(data.draw(st.lists(st.integers(0, len(texts) - 1))), dtype=np.int64)

    assert lexical.score_of(query, rows).tobytes() == lexical.score(query)[rows].tobytes()


def test_equal_texts_score_equally_and_a_term_asked_twice_counts_twice():
    lexical = build_lexical([["pear", "stall"], ["plum"], ["pear", "stall"]])

    once, twice = lexical.score(["pear"]), lexical.score(["pear", "pear"])

    assert once[0] == once[2] > once[1] == 0
    np.testing.assert_allclose(twice, 2 * once)


def coverage(query, texts, row):
    """Which share of the query's distinct terms a text holds, each counting by its idf."""
    n = len(texts)
    idf = {}
    for term in set(query):
        df = sum(term in text for text in texts)
        idf[term] = math.log(1 + (n - df + 0.5) / (df + 0.5))
    return sum(idf[term] for term in idf if term in texts[row]) / sum(idf.values()) if idf else 0


@settings(deadline=None)
@given(corpora, st.lists(st.sampled_from("abcdefz"), max_size=5))
def test_coverage_agrees_with_its_definition(texts, query):
    found = build_lexical(texts).coverage(query, np.arange(len(texts)))

    assert found.shape == (len(texts),)
    expected = [coverage(query, texts, row) for row in range(len(texts))]
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_coverage_computed_by_hand():
    lexical = build_lexical([["fair", "fair", "town"], ["town"]])

    # N = 2: fair is in one text, idf ln 2; town in both, ln(1 + 0.5 / 2.5); quince in none,
    # ln(1 + 2.5 / 0.5). How often a text or the query has a term does not count.
    fair, town, quince = math.log(2), math.log(1.2), math.log(6)
    assert lexical.coverage(
        ["fair", "town", "fair", "quince"], np.array([0, 1])
    ).tolist() == pytest.approx(
        [(fair + town) / (fair + town + quince), town / (fair + town + quince)]
    )


def test_a_text_with_every_term_covers_the_query_and_no_terms_are_not_covered():
    lexical = build_lexical([["pear", "plum", "fig"], ["pear"], []])

    every = np.arange(3)
    assert lexical.coverage(["plum", "pear"], every)[0] == pytest.approx(1)
    assert lexical.coverage([], every).tolist() == [0, 0, 0]
    assert lexical.coverage(["quince"], every).tolist() == [0, 0, 0]
    assert build_lexical([[], []]).coverage(["pear"], every[:2]).tolist() == [0, 0]


def test_unknown_terms_and_no_terms_score_nothing():
    lexical = build_lexical([["pear"], []])

    assert lexical.score(["quince"]).tolist() == [0, 0]
    assert lexical.score([]).tolist() == [0, 0]


def test_texts_without_any_term_can_be_indexed():
    lexical = build_lexical([[], []])

    assert lexical.score(["pear"]).tolist() == [0, 0]


def test_what_is_written_is_read_back_alike(tmp_path):
    lexical = build_lexical([["pear", "plum"], ["plum"], ["fig"]])

    read = load_lexical(CheckedFiles(tmp_path, write_lexical(lexical, tmp_path, "some")), "some")

    assert read.vocabulary == {"fig": 0, "pear": 1, "plum": 2}, "numbered in sorted order"
    assert len(list(tmp_path.iterdir())) == 4
    np.testing.assert_array_equal(read.score(["plum", "fig"]), lexical.score(["plum", "fig"]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("?! – …", [], id="no words"),
        pytest.param("What did the fair say about us?", ["fair"], id="stop words go"),
        pytest.param("Visitors visiting", ["visitor", "visit"], id="words are stemmed"),
        pytest.param("120,000 at 13:30", ["120,000", "13:30"], id="a number is one term"),
        pytest.param("£4.50, then 7.", ["4.50", "7"], id="the full stop is no part of a number"),
        pytest.param("The farmer’s", ["farmer"], id="a curly apostrophe is an apostrophe"),
        pytest.param("CAFÉ café", ["café", "café"], id="case does not count, accents do"),
        pytest.param("stop-and-search", ["stop", "search"], id="a hyphen parts words"),
        pytest.param("a_b", ["b"], id="an underscore parts words"),
        pytest.param("**Alder** Road", ["alder", "road"], id="marks are no part of a word"),
    ],
)
def test_terms(text, expected):
    assert terms(text, new_stemmer()) == expected


@given(st.lists(st.text(st.sampled_from("aeioustngdl’' -1"), max_size=60), max_size=4))
def test_stems_that_are_kept_are_those_of_the_stemmer(texts):
    kept = KeptStems()

    for text in [*texts, *texts]:
        assert terms(text, kept) == terms(text, new_stemmer())


@given(st.text(max_size=60))
def test_terms_are_lower_case_words_of_the_text(text):
    for term in terms(text, new_stemmer()):
        assert term
        assert not any(character.isspace() for character in term)


def test_a_process_that_is_killed_keeps_no_lock_of_another():
    build_lexical([["fair"]])
    import bm25s

    assert bm25s.scoring.tqdm.__module__ == "bm25s.scoring", "progress bars share a lock"
