"""Paragraphs are exact spans between blank lines, and lose no word."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.language.markup import plain
from qa.releases.paragraphs import MAX_CHARACTERS, paragraph_spans

PARTS = (
    "We came. ", "“We saw.”", "\n", "\n\n", "\r\n\r\n", "\r", "\r\n", " ", "\t", "\u00a0", "\u2028",
    "\x0b", "\ufeff", "---", "* * *", "****", "**", "_", "[](", ")", "&nbsp;", "🚓", "e\u0301", "1",
)  # fmt: skip
bodies = st.lists(st.sampled_from(PARTS) | st.text(max_size=6), max_size=24).map("".join)


def cut(text, body_start=0):
    return [text[start:end] for start, end in paragraph_spans(text, body_start)]


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        pytest.param("One.\n\nTwo.", ["One.", "Two."], id="LF"),
        pytest.param("One.\r\n\r\nTwo.\r\n", ["One.", "Two."], id="CRLF"),
        pytest.param("One.\r\rTwo.", ["One.", "Two."], id="CR"),
        pytest.param("One.\n \t\u00a0\nTwo.", ["One.", "Two."], id="a line of blanks"),
        pytest.param("One,\none.\n\n\n\nTwo.", ["One,\none.", "Two."], id="lines of one paragraph"),
        pytest.param("One,\r\none.", ["One,\r\none."], id="newlines inside stay"),
        pytest.param("  One.  \n\n\tTwo. ", ["One.", "Two."], id="outer blanks"),
        pytest.param("One\u2028one.", ["One\u2028one."], id="line separator"),
        pytest.param("One.\n\n* * *\n\n---\n\n****\n\nTwo.", ["One.", "Two."], id="rules"),
        pytest.param("One.\n\n![](van.jpg)\n\n&nbsp;\n\nTwo.", ["One.", "Two."], id="no words"),
        pytest.param("\ufeff\n\nOne.", ["One."], id="invisible"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_how_a_body_is_cut(text, paragraphs):
    assert cut(text) == paragraphs


def test_spans_count_from_the_start_of_the_file():
    assert paragraph_spans("Head\nOne.", 4) == [(5, 9)]
    assert paragraph_spans("Head", 4) == []


@given(bodies, st.integers(0, 4))
@settings(deadline=None)
def test_spans_stand_in_order_and_what_lies_between_has_no_words(text, body_start):
    body_start = min(body_start, len(text))
    spans = paragraph_spans(text, body_start)
    edges = [body_start, *(edge for span in spans for edge in span), len(text)]

    assert edges == sorted(edges)
    for start, end in spans:
        assert text[start:end] == text[start:end].strip() != ""
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        assert re.search(r"[^\W_]", plain(text[start:end]).text) is None


@pytest.mark.parametrize(
    "block",
    [
        pytest.param("We came. " * 2000, id="sentences"),
        pytest.param("word " * 4000, id="one endless sentence"),
        pytest.param("a" * 10_000, id="one endless word"),
        pytest.param("a" + " " * 9000 + "b", id="endless blanks"),
        pytest.param("a " + "-" * 9000 + " b", id="an endless rule"),
        pytest.param("We came.\n" * 2000, id="lines"),
    ],
)
def test_a_long_block_is_cut_into_paragraphs_that_lose_nothing(block):
    paragraphs = cut(block)

    assert len(paragraphs) > 1
    for paragraph in paragraphs:
        assert len(paragraph) <= MAX_CHARACTERS
        assert re.search(r"\w", paragraph)
    kept = "".join(paragraphs)
    assert re.sub(r"\W", "", kept) == re.sub(r"\W", "", block)


def test_a_long_block_is_cut_between_sentences():
    assert {paragraph[-8:] for paragraph in cut("We came. " * 2000)} == {"We came."}
