"""Search in clusters finds nearly what comparing every row finds, whatever the filter."""

import numpy as np
import pytest

from qa.index import generation as generations
from qa.index.clustered import COMPARED, Clustered, make_clusters, n_clusters, widened
from qa.index.generation import open_generation
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
def clustered(vectors):
    return Clustered(vectors, make_clusters(vectors))


@pytest.fixture(scope="module")
def queries(vectors):
    rows = widened(vectors[::100]) + 0.4 * unit_rows(N // 100, D, seed=3)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def recall(clustered, queries, allowed=None):
    shares = []
    for query in queries:
        expected = every_row(widened(clustered.vectors), query, K, allowed)
        found = clustered.nearest(query, K, allowed)
        assert len(found) == len(expected), "as many as there are"
        shares.append(np.isin(expected, found).mean())
    return np.mean(shares)


def test_recall_without_a_filter(clustered, queries, monkeypatch):
    # Of 6,000 vectors more is compared than of 544,000, where 50 are a hundredth as many.
    monkeypatch.setattr("qa.index.clustered.COMPARED", 0.3)

    assert recall(clustered, queries) >= RECALL


def test_looking_at_few_clusters_would_not_do(clustered, queries, monkeypatch):
    monkeypatch.setattr("qa.index.clustered.COMPARED", 5 / n_clusters(N))

    assert recall(clustered, queries) < 0.9


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01, 0.001])
@pytest.mark.parametrize("together", [True, False], ids=["rows together", "rows at random"])
def test_recall_holds_under_a_filter(clustered, queries, monkeypatch, share, together):
    monkeypatch.setattr("qa.index.clustered.COMPARED", 0.3)
    allowed = np.zeros(N, dtype=bool)
    if together:
        allowed[: round(share * N)] = True
    else:
        allowed[np.random.default_rng(4).permutation(N)[: round(share * N)]] = True

    assert recall(clustered, queries, allowed) >= RECALL
    assert allowed[clustered.nearest(queries[0], K, allowed)].all()


def test_a_filter_far_from_the_question_is_searched_to_the_end(clustered, vectors, queries):
    """None of the clusters that are looked at first holds a row that may be found."""
    far = np.argsort(widened(vectors) @ queries[0])[: N // 2]
    allowed = np.isin(np.arange(N), far)

    found = clustered.nearest(queries[0], K, allowed)

    assert len(found) == K
    assert allowed[found].all()


def test_the_narrowest_filters_are_exact(clustered, vectors, queries):
    allowed = np.zeros(N, dtype=bool)
    allowed[np.random.default_rng(5).permutation(N)[: round(COMPARED * N)]] = True

    for query in queries:
        expected = every_row(widened(vectors), query, K, allowed)
        assert clustered.nearest(query, K, allowed).tolist() == expected.tolist()


def test_nothing_allowed_and_more_wanted_than_there_are(clustered, queries):
    allowed = np.zeros(N, dtype=bool)
    assert clustered.nearest(queries[0], K, allowed).tolist() == []

    allowed[[7, 3000]] = True
    assert sorted(clustered.nearest(queries[0], K, allowed)) == [7, 3000]


def test_of_equal_rows_the_lower_comes_first(vectors, queries):
    twice = np.concatenate([vectors[: N // 2], vectors[: N // 2]])
    found = Clustered(twice, make_clusters(twice)).nearest(queries[0], 20).tolist()

    assert [row - N // 2 for row in found[1::2]] == found[::2]


def test_the_same_vectors_give_the_same_bytes(vectors):
    assert make_clusters(vectors).tobytes() == make_clusters(vectors.copy()).tobytes()


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
def test_clusters_that_do_not_fit_are_refused(vectors, harm, message):
    made, rows = harm(make_clusters(vectors), vectors)

    with pytest.raises(ValueError, match=message):
        Clustered(rows, made)


def test_a_large_index_is_clustered_and_used_again(write, tmp_path, monkeypatch):
    """Large is what has more paragraphs than are compared one and all; here, more than five."""
    monkeypatch.setattr(generations, "EXACT_UP_TO", 5)
    many = {
        f"{number}.md": f"Stall {number} sold pears and plum {number * 7}." for number in range(60)
    }
    encoder = HashedWords()
    build(write({**RELEASES, **many}), tmp_path / "index", encoder)

    opened = open_generation(tmp_path / "index", (encoder.name, encoder.fingerprint))
    try:
        dense = opened.dense
        assert isinstance(dense, Clustered)
        query = encoder.encode_query("Which stall sold plum 84?").vector
        exact = every_row(widened(dense.vectors), query, 1)
        assert dense.nearest(query, 1).tolist() == exact.tolist()
    finally:
        opened.close()

    again = build(write({"one.md": "One more stall came."}), tmp_path / "index", encoder)
    assert (again.embedded, again.reused) == (1, again.paragraphs - 1)
