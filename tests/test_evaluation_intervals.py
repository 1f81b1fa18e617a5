"""The bootstrap: what it must do whatever the data, and where a formula tells the answer."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation import intervals
from qa.evaluation.intervals import Measure, measure, resampled, share_interval

points = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(st.floats(0, 1), st.integers(1, 50))
@settings(deadline=None)
def test_questions_that_came_out_alike_leave_no_width(value, n):
    measured = measure([value] * n)

    assert [measured.low, measured.value, measured.high] == pytest.approx([value] * 3)
    assert measured.n == n


@given(points)
@settings(deadline=None)
def test_ends_are_in_order_and_within_the_data(values):
    measured = measure(values)

    assert measured.value == pytest.approx(sum(values) / len(values))
    assert min(values) - 1e-9 <= measured.low <= measured.high <= max(values) + 1e-9


@given(points)
@settings(deadline=None)
def test_the_same_data_give_the_same_interval(values):
    assert measure(values) == measure(values)
    assert measure(values, seed=1).value == measure(values, seed=2).value


def test_another_seed_draws_otherwise():
    values = np.random.default_rng(0).random(30).tolist()

    assert measure(values, seed=1).low != measure(values, seed=2).low


def test_four_times_the_questions_halve_the_width():
    few, many = ([1, 0, 0, 1] * times for times in (25, 100))

    assert width(measure(many)) == pytest.approx(width(measure(few)) / 2, rel=0.15)


def test_the_width_is_that_of_the_normal_approximation():
    n, p = 145, 58 / 145
    measured = measure([1] * 58 + [0] * 87)

    half = 1.96 * math.sqrt(p * (1 - p) / n)  # 0.08: the "plus or minus 7 points" of 145

    assert measured.value == p
    assert (measured.low, measured.high) == pytest.approx((p - half, p + half), abs=0.015)


def test_points_are_counted_per_case():
    # 3 of 4 quotes of the first question, 1 of 1 of the second, 0 of 5 of the third.
    measured = measure([3, 1, 0], [4, 1, 5])

    assert measured.value == 4 / 10
    assert measured.n == 10
    # The worst draw is the third question each time, the best the second: 1 in 27 each,
    # which is more than the 1 in 40 that is cut off at either end.
    assert (measured.low, measured.high) == (0, 1)


def test_no_questions_have_no_value():
    assert measure([]) == Measure(None, None, None, 0)


def test_many_questions_are_drawn_in_parts_with_the_same_outcome(monkeypatch):
    values = np.random.default_rng(0).random(50).tolist()
    at_once = measure(values)

    monkeypatch.setattr(intervals, "_DRAWS_AT_ONCE", 170)  # 3 resamples of 50 a part

    assert measure(values) == at_once


@pytest.mark.parametrize(
    ("points", "cases", "says"),
    [
        pytest.param([1, 0], [1], "2 points cannot belong to 1 cases", id="lengths"),
        pytest.param([1, 0], [1, 0], "without a case", id="no case"),
    ],
)
def test_misuse_is_told(points, cases, says):
    with pytest.raises(ValueError, match=says):
        measure(points, cases)


def test_resamples_without_a_case_have_no_value():
    drawn = resampled(np.array([1.0, 0.0]), np.array([1, 0]))

    # Both draws are the second question in 1 of 4 resamples: nothing is measured there.
    assert np.isnan(drawn).mean() == pytest.approx(1 / 4, abs=0.03)
    assert set(drawn[~np.isnan(drawn)]) == {1.0}


@pytest.mark.parametrize(("right", "n"), [(0, 3), (3, 3), (1, 2), (58, 145)])
def test_wilsons_ends_are_where_the_share_is_1_96_deviations_away(right, n):
    low, high = share_interval(right, n)

    # An end e solves |share - e| = z * sqrt(e (1 - e) / n), with z = 1.96 for 95 %.
    for end in {low, high} - {0.0, 1.0}:
        assert abs(right / n - end) == pytest.approx(1.95996 * math.sqrt(end * (1 - end) / n), 1e-4)
    assert 0 <= low <= right / n <= high <= 1
    assert low < high


def width(measured):
    return measured.high - measured.low
