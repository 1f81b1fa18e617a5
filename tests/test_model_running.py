"""What models share when they run: batches, text for a tokenizer, and loading once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.model_running import BATCH_PIECES, Once, batches_by_length, tokenizable
from tests.tiny_models import UGLY


@given(st.lists(st.integers(1, 3000), max_size=60))
def test_batches_hold_every_row_once_and_not_too_much(lengths):
    made = list(batches_by_length(lengths))

    assert sorted(row for rows in made for row in rows) == list(range(len(lengths)))
    for rows in made:
        assert len(rows) == 1 or len(rows) * max(lengths[row] for row in rows) <= BATCH_PIECES


@given(UGLY)
def test_what_a_tokenizer_takes_keeps_every_place(text):
    taken = tokenizable(text)

    assert len(taken) == len(text)
    taken.encode()  # no half of a pair is left
    for here, there in zip(taken, text, strict=True):
        assert here == there or (here == " " and there.isspace()) or here == "\ufffd"


def test_what_could_not_be_made_is_tried_again():
    tries = iter([ModelError("not yet"), None])

    def make():
        if error := next(tries):
            raise error
        return "made"

    once = Once(make)
    with pytest.raises(ModelError):
        once()
    assert once() == once() == "made"
