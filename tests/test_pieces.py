"""MaxSim over word pieces, and the small form they are kept in."""

import math

import numpy as np
import pytest

from qa.embedding import Encoded
from qa.index.files import CheckedFiles
from qa.index.pieces import (
    SMALL,
    Pieces,
    learn_projection,
    load_pieces,
    small,
    write_pieces,
)


def unit_rows(n, d, seed):
    rows = np.random.default_rng(seed).normal(size=(n, d))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def question(pieces, ids):
    return Encoded(pieces[0], pieces, np.array(ids, dtype=np.int32), np.zeros(len(ids), np.int32))


NO_QUESTION = Encoded(
    np.eye(1, 32, dtype=np.float32)[0], np.zeros((0, 32), np.float32), *[np.zeros(0, np.int32)] * 2
)


@pytest.fixture
def pieces():
    """Four paragraphs of 5, 0, 3 and again the first 5 pieces; the first has three sentences."""
    projection = learn_projection(unit_rows(200, 32, seed=1))
    return Pieces(
        projection,
        small(unit_rows(8, 32, seed=2), projection),
        np.array([0, 1, 2, 3, 4, 0, 1, 5], dtype=np.int32),
        np.array([0, 0, 1, 3, 3, 0, 0, 0], dtype=np.uint8),  # sentence 2 has no piece
        np.array([[0, 5], [5, 5], [5, 8], [0, 5]], dtype=np.int64),
        np.array([2, 2, 1, 1, 1, 1, 0], dtype=np.int32),
    )


def max_sim(pieces, query, rows):
    """The idf-weighted mean of best cosines over piece `rows`, by a plain double loop."""
    n = len(pieces.spans)
    idfs, bests = [], []
    for piece, number in zip(query.pieces, query.ids, strict=True):
        asked = piece @ pieces.projection
        asked = asked / np.linalg.norm(asked)
        best = -math.inf
        for row in rows:
            best = max(
                best, sum(a * b / 127 for a, b in zip(asked, pieces.vectors[row], strict=True))
            )
        df = pieces.df[number]
        idfs.append(math.log(1 + (max(n - df, 0) + 0.5) / (df + 0.5)))
        bests.append(best)
    return sum(idf * best for idf, best in zip(idfs, bests, strict=True)) / sum(idfs)


def test_max_sim_agrees_with_a_plain_double_loop(pieces):
    query = question(unit_rows(3, 32, seed=3), [0, 2, 6])

    found = pieces.max_sim(query, np.array([0, 2, 3, 1]))

    first, third = max_sim(pieces, query, range(5)), max_sim(pieces, query, range(5, 8))
    assert found.tolist() == pytest.approx([first, third, first, 0], abs=1e-5)


def test_max_sims_of_sentences_agree_with_a_plain_double_loop(pieces):
    query = question(unit_rows(3, 32, seed=4), [0, 2, 6])

    without, found, again = pieces.max_sims(query, [1, 0, 0])

    assert without.tolist() == [0]
    assert again.tolist() == pytest.approx(found.tolist(), abs=1e-6)
    expected = [max_sim(pieces, query, rows) for rows in ([0, 1], [2], [3, 4])]
    assert found.tolist() == pytest.approx([*expected[:2], -1, expected[2]], abs=1e-5)


def test_a_piece_finds_itself(pieces):
    """Rounding to bytes costs less than a hundredth of a cosine."""
    itself = unit_rows(8, 32, seed=2)[5:6]

    assert pieces.max_sim(question(itself, [0]), np.array([2]))[0] == pytest.approx(1, abs=0.01)


def test_without_pieces_on_either_side_there_is_no_score(pieces):
    query = question(unit_rows(1, 32, seed=5), [0])

    assert pieces.max_sims(query, [1])[0].tolist() == [0]
    assert pieces.max_sims(NO_QUESTION, [0])[0].tolist() == [0]
    assert pieces.max_sim(NO_QUESTION, np.array([0, 1])).tolist() == [0, 0]


def test_weights_are_idf_and_sum_to_one(pieces):
    query = question(unit_rows(3, 32, seed=6), [0, 2, 6])

    # Of 4 paragraphs: a piece of 2 texts, of 1, and of none.
    idfs = [math.log(1 + (4 - df + 0.5) / (df + 0.5)) for df in (2, 1, 0)]
    assert pieces.weights(query).tolist() == pytest.approx([idf / sum(idfs) for idf in idfs])


@pytest.mark.parametrize(("d", "kept"), [(384, SMALL), (SMALL, SMALL), (8, 8)])
def test_a_projection_is_orthonormal_and_repeatable(d, kept):
    sample = unit_rows(500, d, seed=7)

    projection = learn_projection(sample)

    assert projection.shape == (d, kept)
    np.testing.assert_allclose(projection.T @ projection, np.eye(kept), atol=1e-5)
    np.testing.assert_array_equal(projection, learn_projection(sample.copy()))


def test_a_projection_keeps_what_varies():
    """A sample that lies in ten directions loses nothing by keeping 64."""
    sample = unit_rows(300, 10, seed=8) @ np.linalg.qr(unit_rows(100, 10, seed=9))[0].T

    projected = sample @ learn_projection(sample)

    np.testing.assert_allclose(projected @ projected.T, sample @ sample.T, atol=1e-5)


def test_a_projection_can_be_learnt_from_nothing():
    projection = learn_projection(np.zeros((0, 8), dtype=np.float32))

    np.testing.assert_allclose(projection.T @ projection, np.eye(8), atol=1e-6)


def test_what_is_written_is_read_back_alike(pieces, tmp_path):
    read = load_pieces(CheckedFiles(tmp_path, write_pieces(pieces, tmp_path)))

    for name in Pieces.__slots__:
        np.testing.assert_array_equal(getattr(read, name), getattr(pieces, name))
        assert getattr(read, name).dtype == getattr(pieces, name).dtype


def test_no_pieces_at_all_can_be_written_and_read(tmp_path):
    none = np.zeros(0, dtype=np.int32)
    empty = Pieces(
        np.eye(8, dtype=np.float32),
        np.zeros((0, 8), np.int8),
        none,
        none.astype(np.uint8),
        np.zeros((2, 2), np.int64),
        none,
    )
    files = CheckedFiles(tmp_path, write_pieces(empty, tmp_path))

    assert load_pieces(files).max_sim(NO_QUESTION, np.array([0, 1])).tolist() == [0, 0]
