"""Spans that a question-answering model points at: exact slices, and the best by its logits."""

import itertools
import json
import shutil

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from qa.reading import Page, extractive, open_reader
from qa.reading.spans import MAX_PIECES, best_span
from qa.settings import Settings
from tests.tiny_models import UGLY

QUESTION = "How many visitors came?"
LONG = " ".join(f"Stall {number} sold pears by noon." for number in range(60))

pointing = pytest.mark.parametrize("kind", ["points", "bytes"])


def texts_and_readings(texts, found):
    (page,) = found
    return zip(texts, page.readings, strict=True)


# The best span


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(st.floats(-9, 9, width=16), st.floats(-9, 9, width=16)), min_size=1, max_size=70
    )
)
def test_the_best_span_is_the_best_of_all_pairs(logits):
    starts, ends = np.array(logits, dtype=np.float32).T
    pairs = [
        (-(starts[i] + ends[j]), i, j)
        for i in range(len(starts))
        for j in range(i, min(i + MAX_PIECES, len(starts)))
    ]

    best, first, last = min(pairs)

    assert best_span(starts, ends) == (first, last, -best)


@pointing
def test_a_span_is_the_best_by_the_logits_that_transformers_gives(reader_models, opened, kind):
    tokenizer = AutoTokenizer.from_pretrained(reader_models / kind)
    model = AutoModelForQuestionAnswering.from_pretrained(reader_models / kind).eval()
    texts = ("visitors came", "the fair", "It is closed.")

    found = opened(kind).read("Who?", [Page("", texts)])

    for text, reading in texts_and_readings(texts, found):
        given = tokenizer("Who?", text, return_tensors="pt", return_offsets_mapping=True)
        offsets = given.pop("offset_mapping")[0].tolist()
        with torch.inference_mode():
            output = model(**given)
        start, end = output.start_logits[0].tolist(), output.end_logits[0].tolist()
        inside = [
            place
            for place, part in enumerate(given.sequence_ids(0))
            if part == 1 and text[slice(*offsets[place])].strip()
        ]
        total, first, last = max(
            (start[i] + end[j], i, j) for i in inside for j in inside if i <= j < i + MAX_PIECES
        )
        assert reading.score == pytest.approx(total - (start[0] + end[0]), abs=1e-4)
        assert reading.span_score == reading.score
        slice_ = text[slice(*reading.span)]
        assert slice_ == text[offsets[first][0] : offsets[last][1]].strip()


# Characters


@pointing
@settings(max_examples=150, deadline=None)
@given(texts=st.lists(UGLY, min_size=1, max_size=4), question=UGLY)
@example(texts=["a\ud800b", "e\u0301\tx\n", "", " \n\t", "\u0301", " \u0301a"], question="\udc00?")
@example(texts=["ﬁ İİx \xadq", "각 🏳️‍🌈 नमस्ते", "x" * 200], question="")
def test_a_span_is_an_exact_slice_whatever_the_text(opened, kind, texts, question):
    found = opened(kind).read(question, [Page("", tuple(texts))])

    for text, reading in texts_and_readings(texts, found):
        assert np.isfinite(reading.score)
        if reading.span is None:
            assert reading.span_score == 0
            continue
        start, end = reading.span
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()


@pointing
def test_a_text_of_blanks_has_no_span_and_the_lowest_score(opened, kind):
    blank, empty, worded = (
        opened(kind).read(QUESTION, [Page("", (" \n\t", "", "The fair."))])[0].readings
    )

    assert blank.span is empty.span is None
    assert blank.score == empty.score < worded.score


@pointing
def test_an_accent_of_its_own_stays_with_its_letter(opened, kind):
    accented = [letter + "\u0301" for letter in "aeiou"]

    (page,) = opened(kind).read("Who?", [Page("", tuple(accented))])

    assert [reading.span for reading in page.readings] == [(0, 2)] * 5


@pointing
def test_a_long_paragraph_is_read_in_windows_and_the_best_one_counts(reader_models, opened, kind):
    text = "Stall 7 sold plums. " * 8 + "Who came? £9!"
    room, _ = windows_of(opened(kind), "Who?", text)

    (reading,) = opened(kind).read("Who?", [Page("", (text,))])[0].readings

    scores = list(scores_by_hand(reader_models / kind, room, "Who?", text))
    assert len(scores) > 3
    assert reading.score == pytest.approx(max(scores), abs=1e-4)


def scores_by_hand(folder, room, question, text):
    """The score of each window, half of which is read again in the next."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForQuestionAnswering.from_pretrained(folder).eval()
    options = {"add_special_tokens": False, "return_offsets_mapping": True, "verbose": False}
    asked, given = tokenizer(question, **options), tokenizer(text, **options)
    close = [tokenizer.sep_token_id]
    twice = model.config.model_type == "roberta"  # it puts two between question and text
    head = [tokenizer.cls_token_id, *asked["input_ids"], *close * (2 if twice else 1)]
    size = room - len(head) - 1

    for first in range(0, len(given["input_ids"]), size - size // 2):
        part = given["input_ids"][first : first + size]
        ids = torch.tensor([[*head, *part, *close]])
        kinds = torch.tensor([[0] * len(head) + [1] * (len(part) + 1)])
        with torch.inference_mode():
            output = model(ids, token_type_ids=None if twice else kinds)
        start, end = (logits[0].numpy() for logits in (output.start_logits, output.end_logits))
        null = start[0] + end[0]
        for place, span in enumerate(given["offset_mapping"][first : first + size], len(head)):
            if text[slice(*span)].isspace():
                start[place] = end[place] = -np.inf
        inside = slice(len(head), len(head) + len(part))
        yield best_span(start[inside], end[inside])[2] - null
        if first + size >= len(given["input_ids"]):
            return


@pointing
def test_every_word_of_a_long_paragraph_is_read_and_windows_overlap(opened, kind):
    room, windows = windows_of(opened(kind), "Who?", LONG)

    assert len(windows) > 10
    read = {place for pieces in windows for span in pieces for place in range(*span)}
    assert read == {place for place, character in enumerate(LONG) if character != " "}
    for before, after in itertools.pairwise(windows):
        assert len(set(before) & set(after)) >= room // 4, "an answer is whole in one of them"


@pointing
def test_windows_keep_to_the_positions_of_a_model_whose_tokenizer_names_no_limit(
    reader_models, tmp_path, kind
):
    shutil.copytree(reader_models / kind, tmp_path / "limitless")
    config = tmp_path / "limitless" / "tokenizer_config.json"
    values = json.loads(config.read_text())
    del values["model_max_length"]
    config.write_text(json.dumps(values))
    reader = open_reader(Settings(reader=str(tmp_path / "limitless"), dtype="float32"))

    (page,) = reader.read("Who?", [Page("", (LONG,))])

    assert page.readings[0].span is not None


def windows_of(reader, question, text):
    """How many pieces a window has room for, and the characters of the pieces of each."""
    model, tokenizer = reader._loaded()
    room = extractive._room(model, tokenizer)
    _, windows = extractive._windows(tokenizer, room, question, [text])
    return room, [list(window.pieces.values()) for window in windows]


@pointing
def test_a_question_longer_than_the_window_leaves_room_for_the_text(opened, kind):
    (page,) = opened(kind).read("who came? " * 300, [Page("", ("It was dry.", "The fair."))])

    assert all(reading.span is not None for reading in page.readings)
