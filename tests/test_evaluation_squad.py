"""Words pointed at against words expected: SQuAD's normalisation, exact match and token F1."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.question_set import Gold
from qa.evaluation.squad import best, exact_match, normalised, token_f1
from tests.evaluation_samples import make_quote

phrases = st.lists(st.sampled_from("the 41 vans Vans, a “red” £5 –".split())).map(" ".join)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("Forty VANS", "forty vans", id="lower case"),
        pytest.param("The van, a car and an anvil", "van car and anvil", id="articles alone"),
        pytest.param("1,200 (or so).", "1200 or so", id="ASCII punctuation"),
        pytest.param("$5 + ~10", "5 10", id="ASCII signs that Unicode calls symbols"),
        pytest.param("“It’s red” – she said…", "its red she said", id="curly marks and dashes"),
        pytest.param("41\n  vans\u00a0here", "41 vans here", id="white space"),
        pytest.param("£5 & 10%", "£5 10", id="a sign of money is no punctuation"),
        pytest.param("The. A. An.", "", id="nothing is left"),
    ],
)
def test_what_is_left_of_a_text(text, words):
    assert normalised(text) == words


@pytest.mark.parametrize(
    ("given_words", "expected", "f1"),
    [
        pytest.param("41 vans", "the 41 Vans", 1, id="the same"),
        pytest.param("41 vans", "41", 2 * 1 / (2 + 1), id="one too many"),
        pytest.param("vans", "41 red vans", 2 * 1 / (1 + 3), id="two too few"),
        pytest.param("red red van", "red van van", 2 * 2 / (3 + 3), id="repeats count as often"),
        pytest.param("cars", "41 vans", 0, id="others"),
        pytest.param("the", "41 vans", 0, id="nothing left of one"),
        pytest.param("the", "“a”", 1, id="nothing left of either"),
    ],
)
def test_token_f1_by_hand(given_words, expected, f1):
    assert token_f1(given_words, expected) == pytest.approx(f1)


@given(phrases, phrases)
def test_an_exact_match_is_an_f1_of_one_and_neither_minds_the_sides(one, other):
    assert exact_match(one, other) == exact_match(other, one)
    assert token_f1(one, other) == token_f1(other, one)
    assert 0 <= exact_match(one, other) <= token_f1(one, other) <= 1


def test_the_best_of_the_golds_of_that_release_counts():
    golds = [Gold("a", "about 41 vans"), Gold("a", "41 vans"), Gold("b", "a lorry")]
    text = "They stopped 41 vans and a lorry."

    assert best(exact_match, [make_quote("a", text, words="41 vans")], golds) == 1
    assert best(token_f1, [make_quote("a", text, words="41 vans and")], golds) == 2 * 2 / (3 + 2)
    assert best(exact_match, [make_quote("a", text, words="a lorry")], golds) == 0


@pytest.mark.parametrize(
    "quotes",
    [
        pytest.param([], id="a refusal"),
        pytest.param([make_quote("a", "41 vans")], id="no words pointed at"),
        pytest.param([make_quote("c", "41 vans", words="41 vans")], id="no gold release"),
        pytest.param(
            [make_quote("a", "Rain."), make_quote("a", "41 vans", words="41 vans")], id="second"
        ),
    ],
)
def test_nothing_is_earned_without_words_of_a_gold_release_in_the_first_quote(quotes):
    assert best(exact_match, quotes, [Gold("a", "41 vans")]) == 0
