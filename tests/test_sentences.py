"""Sentences are exact spans, and no abbreviation of a police release cuts one in half."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.language.markup import plain
from qa.language.sentences import sentence_spans

PARTS = (
    "We came. ", "“We saw.” ", "PC ", "Jo", " Bloggs", ".", "!", "? ", "Mr. ", "**", "* ", "_",
    "&amp;", "&#8217;", "\n", "\r\n", "\r", "\u2028", "\u00a0", "\u200b", "\ufeff", "e\u0301", "🚓",
    "’", " ", "…",
)  # fmt: skip
paragraphs = st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=20).map("".join)


def cut(text):
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        pytest.param("Two men. Call 101.", ["Two men.", "Call 101."], id="two"),
        pytest.param(
            "Is he known? Yes! Ring us.", ["Is he known?", "Yes!", "Ring us."], id="marks"
        ),
        pytest.param("Insp. Jo Bloggs came.", ["Insp. Jo Bloggs came."], id="rank"),
        pytest.param("Supt. Jo Bloggs came.", ["Supt. Jo Bloggs came."], id="longer rank"),
        pytest.param("It was in Marrow Rd. Leaden.", ["It was in Marrow Rd. Leaden."], id="road"),
        pytest.param("J. R. Bloggs came.", ["J. R. Bloggs came."], id="initials"),
        pytest.param("It cost £3.50 in all.", ["It cost £3.50 in all."], id="decimal"),
        pytest.param("At 3.30pm he left.", ["At 3.30pm he left."], id="time"),
        pytest.param("Yahoo! Inc. was told.", ["Yahoo! Inc. was told."], id="a name with a mark"),
        pytest.param("One entry\nAnother entry", ["One entry", "Another entry"], id="new line"),
        pytest.param("One\r\nTwo\rThree", ["One", "Two", "Three"], id="every new line"),
        pytest.param("One\u2028Two", ["One", "Two"], id="line separator"),
        pytest.param("**Two** men.", ["Two** men."], id="markup before stays outside"),
        pytest.param("* First.\n* Second.", ["First.", "Second."], id="list"),
        pytest.param("A &amp; B came. C left.", ["A &amp; B came.", "C left."], id="entity"),
        pytest.param("“We came.” He left.", ["“We came.”", "He left."], id="closing quote"),
        pytest.param("  Two men.  ", ["Two men."], id="outer blanks"),
        pytest.param("***", [], id="no words"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_how_a_paragraph_is_cut(text, sentences):
    assert cut(text) == sentences


@given(paragraphs)
@settings(deadline=None)
def test_sentences_stand_in_order_and_hold_every_word(text):
    spans = sentence_spans(text)
    reading = plain(text)

    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for character, place in zip(reading.text, reading.offsets, strict=True):
        if character.isalnum():
            assert any(start <= place < end for start, end in spans)


@given(paragraphs)
@settings(deadline=None)
def test_no_sentence_has_outer_blanks_or_spans_lines(text):
    for start, end in sentence_spans(text):
        reading = plain(text)
        first, last = reading.place(start, end)
        words = reading.text[first:last]
        assert words == words.strip()
        assert not set(text[start:end]) & set("\r\n\u2028\u2029")
