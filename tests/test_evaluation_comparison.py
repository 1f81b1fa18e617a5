"""The paired bootstrap: what it must see, and what it must not be fooled by."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.comparison import Difference, compare
from qa.evaluation.intervals import measure
from qa.evaluation.summary import MEASURES
from tests.evaluation_samples import make_outcome

ranks = st.lists(st.sampled_from([1, 2, 3, None]), min_size=1, max_size=12)


def run(*first_ranks):
    return [make_outcome(f"q{row}", rank) for row, rank in enumerate(first_ranks)]


def against(ours, theirs, name="success@1"):
    return compare(ours, theirs, "other.json").measures[name]


def test_differences_and_changes_by_hand():
    found = compare(run(1, 1, 2, 1), run(1, 2, 1, None), "other.json")

    assert found.run == "other.json"
    assert list(found.measures) == list(MEASURES)
    one = found.measures["success@1"]
    assert (one.value, one.other, one.difference) == (3 / 4, 2 / 4, 1 / 4)
    assert (one.better, one.worse, one.n) == (2, 1, 4)
    reciprocal = found.measures["reciprocal_rank"]
    assert reciprocal.difference == pytest.approx((0 + 1 / 2 - 1 / 2 + 1) / 4)


def test_the_share_not_better_is_that_of_all_possible_resamples():
    # Per question +1, -1, 0: enumerate the 27 resamples of three questions.
    drawn = [sum(draw) for draw in product((1, -1, 0), repeat=3)]
    expected = sum(change <= 0 for change in drawn) / len(drawn)

    found = against(run(1, 2, 1), run(2, 1, 1))

    assert found.not_better == pytest.approx(expected, abs=0.03)  # 3 deviations of 2,000 draws


def test_both_runs_are_given_the_same_resamples():
    hard_and_easy = [0.5, 0.75] * 20
    ours = [
        replace(one, token_f1=f1) for one, f1 in zip(run(*[1] * 40), hard_and_easy, strict=True)
    ]
    theirs = [replace(one, token_f1=one.token_f1 - 0.25) for one in ours]

    alone = measure(hard_and_easy)
    found = against(ours, theirs, "token_f1")

    # Which questions are drawn moves each run's mean, and the difference not at all.
    assert alone.high - alone.low > 0.05
    assert (found.low, found.difference, found.high) == (0.25, 0.25, 0.25)


def test_a_run_against_itself_is_not_better():
    found = against(run(*[1, None] * 20), run(*[1, None] * 20))

    assert (found.low, found.difference, found.high, found.not_better) == (0, 0, 0, 1)
    assert (found.better, found.worse) == (0, 0)


def test_a_run_that_is_better_everywhere_is_surely_better():
    found = against(run(1, 1, 1), run(2, None, 3))

    assert (found.low, found.difference, found.high) == (1, 1, 1)
    assert (found.not_better, found.better, found.worse) == (0, 3, 0)


@given(ranks, st.data())
@settings(deadline=None, max_examples=25)
def test_seen_from_the_other_run_everything_is_turned_round(first_ranks, data):
    other = data.draw(st.permutations(first_ranks))
    ours, theirs = (
        against(run(*first_ranks), run(*other), "reciprocal_rank"),
        against(run(*other), run(*first_ranks), "reciprocal_rank"),
    )

    assert ours.difference == pytest.approx(-theirs.difference)
    assert (ours.low, ours.high) == pytest.approx((-theirs.high, -theirs.low))
    assert (ours.better, ours.worse) == (theirs.worse, theirs.better)
    # Equal resamples are "not better" on both sides.
    assert ours.not_better + theirs.not_better >= 1


@given(st.permutations([1, 2, 3, 3, 3, 2]))
@settings(deadline=None, max_examples=25)
def test_the_same_points_in_another_order_differ_by_nothing(first_ranks):
    """Sums of thirds depend on their order in the last digit; that must not decide."""
    found = against(run(*first_ranks), run(1, 2, 3, 3, 3, 2), "reciprocal_rank")

    assert found.difference == 0


def test_refusing_less_is_better():
    refused = [replace(outcome, answered=False) for outcome in run(None, None)]
    found = against(run(1, 1), refused, "refusal_cost")

    assert (found.value, found.other, found.difference) == (0, 1, -1)
    assert (found.better, found.worse, found.not_better) == (2, 0, 0)


def test_a_question_that_is_a_case_of_one_run_alone_is_neither_better_nor_worse():
    theirs = [replace(outcome, sentence_hit=False) for outcome in run(1, 2, 2)]

    found = against(run(1, 1, 2), theirs, "sentence_when_right")

    # Sentences are judged in q0 and q1 here, in q0 there; in q2 in neither.
    assert (found.value, found.other, found.n) == (1, 0, 2)
    assert (found.better, found.worse) == (1, 0)
    # Resamples of q1 alone have no case in the other run: left out, not counted as alike.
    assert (found.low, found.high, found.not_better) == (1, 1, 0)


def test_what_one_run_did_not_measure_is_not_compared():
    pointing = [replace(outcome, token_f1=0.5) for outcome in run(1, 2)]

    assert against(pointing, run(1, 2), "token_f1") == Difference(
        0.5, None, None, None, None, None, 0, 0, 2
    )
    assert against([], []).difference is None


def test_runs_over_other_questions_are_not_paired():
    with pytest.raises(ValueError, match="different questions"):
        compare(run(1, 2), run(1, 2)[::-1], "other.json")
