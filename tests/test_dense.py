"""Dense search finds what comparing every row would find."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.index.dense import Dense


def unit_rows(n, d, seed):
    rows = np.random.default_rng(seed).normal(size=(n, d))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def every_row(vectors, query, k, allowed=None):
    """Compare every allowed row, best first, the lower row first where two tie."""
    scores = vectors @ query
    rows = np.arange(len(vectors)) if allowed is None else np.flatnonzero(allowed)
    return rows[np.argsort(-scores[rows], kind="stable")][:k]


@pytest.mark.parametrize("k", [1, 10, 99, 100, 500, 2000])
@pytest.mark.parametrize("filtered", [False, True])
def test_agrees_with_comparing_every_row(k, filtered):
    vectors, query = unit_rows(1000, 32, seed=1), unit_rows(1, 32, seed=2)[0]
    allowed = np.random.default_rng(3).random(1000) < 0.1 if filtered else None

    found = Dense(vectors).nearest(query, k, allowed)

    assert found.tolist() == every_row(vectors, query, k, allowed).tolist()


# Small whole numbers: sums are exact, and many rows tie.
small = st.integers(-1, 1)


@settings(deadline=None)
@given(st.data(), st.integers(1, 30), st.integers(1, 40))
def test_ties_keep_the_lower_row_also_at_the_last_place(data, n, k):
    rows = st.lists(st.tuples(small, small), min_size=n, max_size=n)
    vectors = np.array(data.draw(rows), dtype=np.float32)
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    query = np.array(data.draw(st.tuples(small, small)), dtype=np.float32)
    dense = Dense(vectors)

    assert dense.nearest(query, k).tolist() == every_row(vectors, query, k).tolist()
    assert dense.nearest(query, k, allowed).tolist() == (
        every_row(vectors, query, k, allowed).tolist()
    )


def test_of_many_equal_rows_the_first_are_found():
    vectors = np.tile(np.float32([1, 0]), (1000, 1))
    vectors[700] = [0.5, 0]

    assert Dense(vectors).nearest(np.float32([1, 0]), 150).tolist() == list(range(150))


def test_a_filter_is_applied_before_the_best_are_taken():
    vectors, query = unit_rows(500, 8, seed=4), unit_rows(1, 8, seed=5)[0]
    worst = np.argsort(vectors @ query)[:3]
    allowed = np.isin(np.arange(500), worst)

    assert Dense(vectors).nearest(query, 3, allowed).tolist() == worst[::-1].tolist()


def test_a_filter_that_lets_nothing_through_finds_nothing():
    found = Dense(unit_rows(9, 4, seed=6)).nearest(unit_rows(1, 4, seed=7)[0], 3, np.zeros(9, bool))

    assert found.tolist() == []


def test_cosines_and_vectors_are_those_given():
    vectors, query = unit_rows(50, 16, seed=8), unit_rows(1, 16, seed=9)[0]
    dense = Dense(vectors)

    np.testing.assert_array_equal(dense.vectors, vectors)
    rows = np.array([7, 3, 3])
    np.testing.assert_allclose(dense.cosines(query, rows), vectors[rows] @ query, rtol=1e-6)
