"""Search by codes finds nearly what comparing every row finds, whatever the filter."""

import numpy as np
import pytest

from qa.index import segment as segments
from qa.index.generation import open_generation
from qa.index.quantized import SPARE, Quantized, make_codes, widened
from tests.index_samples import RELEASES, HashedWords, build
from tests.test_dense import every_row, unit_rows

N, D = 6000, 32
RECALL = 0.99
K = 50


@pytest.fixture(scope="module")
def vectors():
    """Texts lie in heaps: 300 centres, and twenty vectors about each."""
    centres = np.repeat(unit_rows(N // 20, D, seed=1), 20, axis=0)
    rows = centres + 0.6 * unit_rows(N, D, seed=2)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float16)


@pytest.fixture(scope="module")
def quantized(vectors):
    return Quantized(vectors, make_codes(vectors))


@pytest.fixture(scope="module")
def queries(vectors):
    rows = widened(vectors[::100]) + 0.4 * unit_rows(N // 100, D, seed=3)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def recall(quantized, queries, allowed=None):
    shares = []
    for query in queries:
        expected = every_row(widened(quantized.vectors), query, K, allowed)
        found = quantized.nearest(query, K, allowed)
        assert len(found) == len(expected), "as many as there are"
        shares.append(np.isin(expected, found).mean())
    return np.mean(shares)


def test_recall_without_a_filter(quantized, queries):
    assert recall(quantized, queries) >= RECALL


def test_the_codes_alone_would_not_do(quantized, queries, monkeypatch):
    monkeypatch.setattr("qa.index.quantized.SPARE", 0)

    assert recall(quantized, queries) < 0.95


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.001])
@pytest.mark.parametrize("together", [True, False], ids=["rows together", "rows at random"])
def test_recall_holds_under_a_filter(quantized, queries, share, together):
    allowed = np.zeros(N, dtype=bool)
    if together:
        allowed[: round(share * N)] = True
    else:
        allowed[np.random.default_rng(4).permutation(N)[: round(share * N)]] = True

    assert recall(quantized, queries, allowed) >= RECALL
    assert allowed[quantized.nearest(queries[0], K, allowed)].all()


def test_a_filter_far_from_the_question_is_searched_to_the_end(quantized, vectors, queries):
    far = np.argsort(widened(vectors) @ queries[0])[: N // 2]
    allowed = np.isin(np.arange(N), far)

    found = quantized.nearest(queries[0], K, allowed)

    assert len(found) == K
    assert allowed[found].all()


def test_the_narrowest_filters_are_exact(quantized, vectors, queries):
    allowed = np.zeros(N, dtype=bool)
    allowed[np.random.default_rng(5).permutation(N)[: K + SPARE]] = True

    for query in queries:
        expected = every_row(widened(vectors), query, K, allowed)
        assert quantized.nearest(query, K, allowed).tolist() == expected.tolist()


def test_nothing_allowed_and_more_wanted_than_there_are(quantized, queries):
    allowed = np.zeros(N, dtype=bool)
    assert quantized.nearest(queries[0], K, allowed).tolist() == []

    allowed[[7, 3000]] = True
    assert sorted(quantized.nearest(queries[0], K, allowed)) == [7, 3000]


def test_of_equal_rows_the_lower_comes_first(vectors, queries):
    twice = np.concatenate([vectors[: N // 2], vectors[: N // 2]])
    found = Quantized(twice, make_codes(twice)).nearest(queries[0], 20).tolist()

    assert [row - N // 2 for row in found[1::2]] == found[::2]


def test_the_same_vectors_give_the_same_bytes(vectors):
    assert make_codes(vectors).tobytes() == make_codes(vectors.copy()).tobytes()


def test_widened_vectors_are_those_given(vectors):
    np.testing.assert_array_equal(widened(vectors), vectors.astype(np.float32))
    assert widened(vectors[:0]).shape == (0, D)


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        pytest.param(lambda made, rows: (made[:100], rows), "cannot read", id="cut short"),
        pytest.param(lambda made, rows: (made, rows[1:]), "not 5,999", id="of other vectors"),
        pytest.param(lambda made, rows: (made * 0, rows), "cannot read", id="something else"),
    ],
)
def test_codes_that_do_not_fit_are_refused(vectors, harm, message):
    made, rows = harm(make_codes(vectors), vectors)

    with pytest.raises(ValueError, match=message):
        Quantized(rows, made)


def test_a_large_index_has_codes_and_is_used_again(write, tmp_path, monkeypatch):
    """Large is what has more paragraphs than are compared one and all; here, more than five."""
    monkeypatch.setattr(segments, "EXACT_UP_TO", 5)
    many = {
        f"{number}.md": f"Stall {number} sold pears and plum {number * 7}." for number in range(60)
    }
    encoder = HashedWords()
    build(write({**RELEASES, **many}), tmp_path / "index", encoder)

    opened = open_generation(tmp_path / "index", (encoder.name, encoder.fingerprint))
    try:
        dense = opened.dense
        assert isinstance(dense, Quantized)
        query = encoder.encode_query("Which stall sold plum 84?").vector
        exact = every_row(widened(dense.vectors), query, 1)
        assert dense.nearest(query, 1).tolist() == exact.tolist()
    finally:
        opened.close()

    again = build(write({"one.md": "One more stall came."}), tmp_path / "index", encoder)
    assert (again.embedded, again.reused) == (1, again.paragraphs - 1)
