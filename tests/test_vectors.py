"""Vectors of a build: each distinct text once, each paragraph its own."""

from pathlib import Path
from tempfile import gettempdir

import numpy as np
import pytest

from qa.embedding import Passage
from qa.index.columns import digest16
from qa.index.layer import Known
from qa.index.vectors import make_vectors, sentence_numbers
from tests.index_samples import HashedWords

FAIR = Passage("Fair", "Pears sold. Plums sold out by noon.")
HALL = Passage("Hall", "The hall is shut.")
CALL = Passage("", "Call the office.")


def silent(done, total):
    pass


def make(passages, encoder, known=None, progress=silent):
    digests = [digest16(passage.whole) for passage in passages]
    return make_vectors(passages, digests, encoder, known, progress, Path(gettempdir()))


def known_from(passages, made):
    digests = [digest16(passage.whole) for passage in passages]
    rows = {digest: row for row, digest in enumerate(digests)}
    return Known(rows, made.vectors, made.pieces)


def alone(passage):
    return next(iter(HashedWords().encode_passages([passage])))[1]


def ids_of(made, row):
    start, end = made.pieces.spans[row]
    return made.pieces.ids[start:end].tolist()


def test_row_i_belongs_to_passage_i():
    passages = [FAIR, CALL, HALL, CALL]

    made = make(passages, HashedWords())

    np.testing.assert_array_equal(made.vectors, [alone(passage).vector for passage in passages])
    assert [ids_of(made, row) for row in range(4)] == [alone(p).ids.tolist() for p in passages]


def test_equal_passages_share_their_pieces_and_count_once():
    made = make([CALL, FAIR, CALL, CALL], HashedWords())

    assert (made.embedded, made.reused) == (2, 2)
    assert made.pieces.spans[0].tolist() == made.pieces.spans[2].tolist()
    assert len(made.pieces.ids) == len(alone(CALL).ids) + len(alone(FAIR).ids)
    number = alone(CALL).ids[0]
    assert made.pieces.df[number] == 1, "three paragraphs, one text"


def test_the_same_text_under_two_titles_is_two_texts():
    made = make([Passage("One", CALL.text), Passage("Two", CALL.text)], HashedWords())

    assert made.embedded == 2
    assert made.vectors[0].tolist() != made.vectors[1].tolist()


def test_known_vectors_are_used_again_unaltered_and_not_computed():
    passages = [FAIR, HALL]
    before = make(passages, HashedWords())
    encoder = HashedWords()

    made = make([CALL, HALL, FAIR], encoder, known_from(passages, before))

    assert encoder.texts == [CALL.whole]
    assert (made.embedded, made.reused) == (1, 2)
    np.testing.assert_array_equal(made.vectors[[2, 1]], before.vectors)
    np.testing.assert_array_equal(made.pieces.projection, before.pieces.projection)
    for row, row_before in ((2, 0), (1, 1)):
        (start, end), (first, last) = made.pieces.spans[row], before.pieces.spans[row_before]
        for name in ("vectors", "ids", "sentences"):
            np.testing.assert_array_equal(
                getattr(made.pieces, name)[start:end], getattr(before.pieces, name)[first:last]
            )


def test_progress_counts_the_passages_that_are_encoded():
    told = []

    make([FAIR, CALL, CALL], HashedWords(), progress=lambda *step: told.append(step))

    assert told == [(0, 2), (1, 2), (2, 2)]


def test_passages_may_come_ready_in_any_order():
    class Backwards(HashedWords):
        def encode_passages(self, passages):
            yield from reversed(list(super().encode_passages(passages)))

    passages = [FAIR, CALL, HALL]

    np.testing.assert_array_equal(
        make(passages, Backwards()).vectors, make(passages, HashedWords()).vectors
    )


def test_a_passage_without_a_word_has_a_vector_and_no_pieces():
    made = make([Passage("", "—"), FAIR], HashedWords())

    assert made.pieces.spans[0].tolist() == [0, 0]
    assert np.linalg.norm(made.vectors[0]) == pytest.approx(1)


def test_pieces_are_told_apart_by_the_sentence_they_begin_in():
    text = FAIR.text
    starts = [text.index(word) for word in ("Pears", "sold", "Plums", "noon")]

    assert sentence_numbers(text, np.array(starts)).tolist() == [0, 0, 1, 1]


def test_sentences_past_the_250th_count_as_the_250th():
    text = " ".join(f"Stall {number} sold out by noon." for number in range(300))
    starts = np.array([text.index(f"Stall {number} ") for number in (0, 248, 249, 250, 299)])

    assert sentence_numbers(text, starts).tolist() == [0, 248, 249, 249, 249]
