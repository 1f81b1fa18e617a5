"""What counts as an answer, by hand and against ir_measures."""

from dataclasses import replace

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, Qrel, ScoredDoc, SetF, Success

from qa.evaluation.measures import (
    answer_rank,
    exact_quotes,
    first_passage,
    holds_answer,
    list_f1,
    reciprocal_rank,
    release_rank,
    sentence_hit,
    success_at_k,
)
from qa.evaluation.question_set import Gold
from qa.records import Sentence, Span
from tests.evaluation_samples import make_answer, make_quote

RELEASES = "abcdef"


@pytest.mark.parametrize(
    ("release", "text", "holds"),
    [
        pytest.param("a", "Police stopped 41 vans today.", True, id="as it stands"),
        pytest.param("a", "Police stopped 41\n  vans today.", True, id="across a line end"),
        pytest.param("a", "Police stopped 41\u00a0vans.", True, id="with a no-break space"),
        pytest.param("b", "Police stopped 41 vans today.", False, id="another release says so"),
        pytest.param("b", "Some forty-one\tvehicles.", True, id="that release's own words"),
        pytest.param("a", "Some forty-one vehicles.", False, id="words of the other release"),
        pytest.param("a", "Some FORTY-ONE vehicles, 41.", True, id="its second answer"),
        pytest.param("a", "Police stopped 41vans.", False, id="no white space at all"),
        pytest.param("a", "police Stopped 41 VANS", False, id="letters of another case"),
    ],
)
def test_a_quote_holds_the_answer_of_its_own_release(release, text, holds):
    gold = [Gold("a", "41  vans"), Gold("b", "forty-one vehicles"), Gold("a", "vehicles, 41")]

    assert holds_answer(make_quote(release, text), gold) is holds


def test_the_sentence_marked_in_the_first_quote_has_to_hold_it_by_itself():
    gold = [Gold("a", "41 vans")]
    text = "It was cold. Police stopped 41\nvans."
    right = make_quote("a", text, sentence="Police stopped 41\nvans.")
    beside = make_quote("a", text, sentence="It was cold.")
    elsewhere = make_quote("b", text)

    assert sentence_hit([right], gold)
    assert sentence_hit([right, beside], gold)
    assert not sentence_hit([beside, right], gold)
    assert not sentence_hit([elsewhere], gold)
    assert not sentence_hit([], gold)


def test_ranks_count_from_one_and_a_release_may_come_before_its_answer():
    gold = [Gold("a", "41 vans")]
    quotes = [make_quote("b", "41 vans"), make_quote("a", "Rain."), make_quote("a", "41 vans")]

    assert release_rank(quotes, gold) == 2
    assert answer_rank(quotes, gold) == 3
    assert answer_rank(quotes[:2], gold) is None
    assert release_rank(quotes[:1], gold) is None
    assert answer_rank([], gold) is None


@given(st.lists(st.sampled_from(RELEASES), max_size=5, unique=True), st.sets(st.sampled_from("ab")))
def test_success_and_reciprocal_rank_agree_with_ir_measures(ranking, right):
    """Each release has one paragraph here, so a release is a document of the run."""
    quotes = [make_quote(release, f"Answer {release}.") for release in ranking]
    rank = answer_rank(quotes, [Gold(release, f"Answer {release}") for release in right])

    expected = reference([Success @ 1, Success @ 3, Success @ 5, RR], ranking, right)

    assert [success_at_k(rank, k) for k in (1, 3, 5)] == expected[:3]
    assert reciprocal_rank(rank) == pytest.approx(expected[3])


@given(st.lists(st.sampled_from(RELEASES), max_size=5, unique=True), st.sets(st.sampled_from("ab")))
def test_release_success_agrees_with_ir_measures(ranking, right):
    quotes = [make_quote(release, "Words that answer nothing.") for release in ranking]
    rank = release_rank(quotes, [Gold(release, "an answer") for release in right])

    expected = reference([Success @ 1, Success @ 5], ranking, right)

    assert [success_at_k(rank, 1), success_at_k(rank, 5)] == expected


@given(
    st.sets(st.sampled_from(RELEASES), min_size=1), st.sets(st.sampled_from(RELEASES), min_size=1)
)
def test_list_f1_agrees_with_ir_measures(quoted, gold):
    assert list_f1(quoted, gold) == pytest.approx(reference([SetF], sorted(quoted), gold)[0])


@pytest.mark.parametrize(
    ("quoted", "gold", "f1"),
    [
        pytest.param("ab", "ab", 1.0, id="all of it and nothing else"),
        pytest.param("abcd", "ab", 2 * (1 / 2) * 1 / (1 / 2 + 1), id="half of it too much"),
        pytest.param("a", "abc", 2 * 1 * (1 / 3) / (1 + 1 / 3), id="a third of it"),
        pytest.param("c", "ab", 0.0, id="something else"),
        pytest.param("", "ab", 0.0, id="a refusal"),
        pytest.param("a", "", 0.0, id="nothing was to be quoted"),
        pytest.param("", "", 0.0, id="nothing at all"),
    ],
)
def test_list_f1_is_the_harmonic_mean_of_precision_and_recall(quoted, gold, f1):
    assert list_f1(set(quoted), set(gold)) == pytest.approx(f1)


FILE = "Head\r\n\r\n“Caf\u00e9 🚓 closed.” It rained.\u2028End"


@pytest.mark.parametrize(
    ("quote", "exact"),
    [
        pytest.param(make_quote("a", "“Café 🚓 closed.” It rained.", start=8), 1, id="exact"),
        pytest.param(make_quote("a", "“Café 🚓 closed.” It rained.", start=6), 0, id="newlines"),
        pytest.param(make_quote("a", '"Café 🚓 closed."', start=8), 0, id="other marks"),
        pytest.param(make_quote("b", "“Café", start=8), 0, id="no such release"),
    ],
)
def test_a_quote_is_exact_if_it_stands_where_it_says(quote, exact):
    assert exact_quotes([quote], {"a": FILE}.get) == exact


def test_a_sentence_out_of_place_makes_a_quote_inexact():
    text = "It rained. It snowed."
    quote = make_quote("a", text, sentence="It snowed.")
    moved = replace(quote, sentence=Sentence(0, len("It snowed."), "It snowed."))

    assert exact_quotes([quote, moved], {"a": text}.get) == 1


@pytest.mark.parametrize(
    ("words", "moved_by", "exact"),
    [
        pytest.param("snowed", 0, 1, id="inside the sentence"),
        pytest.param("It snowed.", 0, 1, id="all of it"),
        pytest.param("rained", 0, 0, id="in the sentence before"),
        pytest.param("rained. It snowed", 0, 0, id="begins before the sentence"),
        pytest.param("snowed", 1, 0, id="other words stand there"),
    ],
)
def test_words_pointed_at_have_to_stand_inside_the_sentence(words, moved_by, exact):
    text = "It rained. It snowed. It thawed."
    quote = make_quote("a", text, sentence="It snowed.", words=words)
    at = quote.answer.start + moved_by
    quote = replace(quote, answer=Span(at, at + len(words), words))

    assert exact_quotes([quote], {"a": text}.get) == exact


def test_words_that_run_past_the_sentence_make_a_quote_inexact():
    text = "It rained. It snowed."

    assert exact_quotes([make_quote("a", text, "It rained.", words="rained")], {"a": text}.get) == 1
    assert (
        exact_quotes([make_quote("a", text, "It rained.", words="rained. It")], {"a": text}.get)
        == 0
    )


def test_the_first_passage_is_quoted_or_nearest():
    quote, nearest = make_quote("a"), make_quote("b")

    assert first_passage(make_answer(quote, nearest)) is quote
    assert first_passage(make_answer(nearest=nearest)) is nearest
    assert first_passage(make_answer()) is None


def reference(measures, ranking, right):
    """What ir_measures says of one query, in the order of `measures`."""
    # A query without a relevant document is left out there; an unretrieved one stands for it.
    qrels = [Qrel("q", release, 1) for release in (right or {"unretrieved"})]
    # And so is a query without any document; an irrelevant last one stands for that.
    run = [ScoredDoc("q", name, -float(row)) for row, name in enumerate(ranking)]
    run = run or [ScoredDoc("q", "irrelevant", 0.0)]
    values = ir_measures.calc_aggregate(measures, qrels, run)
    return [values[measure] for measure in measures]
