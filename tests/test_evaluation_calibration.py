"""Reliability, risk and coverage: small cases by hand, and what must hold whatever the data."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.calibration import Point, calibrate
from qa.evaluation.intervals import share_interval
from tests.evaluation_samples import make_outcome

stated = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]), st.booleans()), min_size=1)


def outcomes(*pairs):
    return [
        make_outcome(f"q{row}", probability=probability, first_right=right)
        for row, (probability, right) in enumerate(pairs)
    ]


FOUR = ((0.9, True), (0.2, False), (0.6, False), (0.5, True))


def test_bins_have_equal_counts_and_say_what_is_in_them():
    low, high = calibrate(outcomes(*FOUR), bins=2).bins

    assert (low.n, low.probability, low.right) == (2, pytest.approx((0.2 + 0.5) / 2), 1 / 2)
    assert (high.n, high.probability, high.right) == (2, pytest.approx((0.6 + 0.9) / 2), 1 / 2)
    assert (low.low, low.high) == share_interval(1, 2)


def test_calibration_error_and_brier_score_by_hand():
    made = calibrate(outcomes(*FOUR), bins=2)

    gaps = (1 / 2 - 0.35, 0.75 - 1 / 2)
    assert made.expected_calibration_error == pytest.approx((2 * gaps[0] + 2 * gaps[1]) / 4)
    assert made.brier == pytest.approx((0.1**2 + 0.2**2 + 0.6**2 + 0.5**2) / 4)


def test_risk_over_coverage_by_hand():
    made = calibrate(outcomes(*FOUR))

    # By falling probability: right, wrong, right, wrong.
    assert made.curve == (
        Point(1 / 4, 0 / 1, 0.9),
        Point(2 / 4, 1 / 2, 0.6),
        Point(3 / 4, 1 / 3, 0.5),
        Point(4 / 4, 2 / 4, 0.2),
    )
    assert made.area == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_questions_of_one_probability_stay_in_one_bin():
    made = calibrate(outcomes((0.5, True), (0.5, False), (0.5, True), (0.8, True)), bins=4)

    assert [one.n for one in made.bins] == [3, 1]
    assert made.bins[0].right == pytest.approx(2 / 3)


def test_inside_one_probability_the_risk_is_the_mean_over_all_orders():
    first, alike = (0.9, True), [(0.7, True), (0.7, False), (0.7, False)]
    areas = [
        sum(sum(not right for _, right in (first, *order)[:k]) / k for k in (1, 2, 3, 4)) / 4
        for order in permutations(alike)
    ]

    assert calibrate(outcomes(first, *alike)).area == pytest.approx(sum(areas) / len(areas))


@given(stated, st.randoms())
def test_the_order_of_the_questions_moves_nothing(pairs, random):
    shuffled = list(pairs)
    random.shuffle(shuffled)

    assert calibrate(outcomes(*pairs)) == calibrate(outcomes(*shuffled))


@given(stated)
def test_every_question_is_in_one_bin_and_all_are_answered_in_the_end(pairs):
    made = calibrate(outcomes(*pairs))

    assert sum(one.n for one in made.bins) == made.n == len(made.curve) == len(pairs)
    assert len(made.bins) <= 10
    assert made.curve[-1].coverage == 1
    assert made.curve[-1].risk == pytest.approx(sum(not right for _, right in pairs) / len(pairs))
    assert 0 <= made.expected_calibration_error <= 1
    assert 0 <= made.brier <= 1


def test_the_surest_being_right_has_the_least_area_and_the_reverse_the_greatest():
    shares = (0.8, 0.6, 0.4, 0.2)
    areas = [
        calibrate(outcomes(*zip(shares, rights, strict=True))).area
        for rights in set(permutations((True, True, False, False)))
    ]
    best = calibrate(outcomes(*zip(shares, (True, True, False, False), strict=True))).area
    worst = calibrate(outcomes(*zip(shares, (False, False, True, True), strict=True))).area

    assert (min(areas), max(areas)) == (best, worst)
    assert best == pytest.approx((0 + 0 + 1 / 3 + 2 / 4) / 4)


def test_questions_without_a_probability_have_no_part_in_it():
    some = [*outcomes(*FOUR), make_outcome("silent", 1, first_right=True)]

    assert calibrate(some) == calibrate(outcomes(*FOUR))
    assert calibrate([make_outcome("silent", 1)]) is None
    assert calibrate([]) is None


def test_a_probability_of_nought_is_a_probability():
    made = calibrate(outcomes((0.0, False)))

    assert (made.n, made.brier, made.area) == (1, 0, 1)
