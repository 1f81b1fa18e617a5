"""Markup comes off for reading, words stay, and every character knows its place."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language import markup
from qa.language.markup import plain
from tests.tiny_models import UGLY

MARKS = (
    "**", "*", "__", "_", "# ", "### ", "> ", "* ", "- ", "+ ", "\\-", "\\*", "\\_", "\\", "[", "]",
    "](", ")", "![", "&amp;", "&#163;", "&#x202e;", "&nbsp;", "&NotEqualTilde;", "&", ";", "\n",
    "\r\n", "\r", "\u2028", "\u00a0", "\u200b", "\ufeff", "“", "’", "e\u0301", "🚓", "👩‍✈️",
    "word", " ",
)  # fmt: skip
texts = st.lists(st.sampled_from(MARKS) | st.text(max_size=6), max_size=24).map("".join)
# Without links and entities, whose letters may rightly go.
only_marks = texts.map(lambda text: text.replace("](", "] (").replace("&", "+"))


@pytest.mark.parametrize(
    ("source", "reading"),
    [
        pytest.param("**Two** men", "Two men", id="bold"),
        pytest.param("**Jo Bloggs** , 40", "Jo Bloggs, 40", id="blank that came with the bold"),
        pytest.param("__Two__ men", "Two men", id="bold by underlines"),
        pytest.param("*Two* and _three_ men", "Two and three men", id="emphasis"),
        pytest.param("### Appeal", "Appeal", id="heading"),
        pytest.param("> > Quoted", "Quoted", id="quoted lines"),
        pytest.param("* one\n- two\n+ three", "one\ntwo\nthree", id="list markers"),
        pytest.param("\\- one", "one", id="escaped list marker"),
        pytest.param("Two \\- three", "Two - three", id="escape"),
        pytest.param("[Our site](https://a.example/b) shows", "Our site shows", id="link"),
        pytest.param("![A van](van.jpg) was seen", "A van was seen", id="picture"),
        pytest.param("Smith &amp; Co, &#163;5, &#x2019;tis", "Smith & Co, £5, ’tis", id="entities"),
        pytest.param("a\u200bb\u00adc\ufeffd\u202ee", "abcde", id="invisible characters"),
        pytest.param("a&#x202e;b&ZeroWidthSpace;c&shy;d", "abcd", id="invisible as entities"),
        pytest.param("2*3*4", "2*3*4", id="a product is not emphasis"),
        pytest.param("f***", "f***", id="a masked word is not bold"),
        pytest.param("Marrow d** ial 999", "Marrow d ial 999", id="an odd end of bold"),
        pytest.param("snake_case_name", "snake_case_name", id="underlines in a word"),
        pytest.param("a * b", "a * b", id="a lone star"),
        pytest.param("- ", "- ", id="a marker of nothing"),
        pytest.param("&copying; &bogus; R&D;", "&copying; &bogus; R&D;", id="names of no entity"),
        pytest.param("#tag and C# ", "#tag and C# ", id="a hash that is no heading"),
        pytest.param("👩‍✈️ e\u0301", "👩‍✈️ e\u0301", id="joiners and combining marks"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_what_is_read(source, reading):
    assert plain(source).text == reading


@given(texts)
def test_every_character_has_its_place_in_order(source):
    reading = plain(source)

    assert len(reading.text) == len(reading.offsets) == len(reading.ends)
    assert list(reading.offsets) == sorted(reading.offsets)
    assert list(reading.ends) == sorted(reading.ends)
    for character, start, end in zip(reading.text, reading.offsets, reading.ends, strict=True):
        taken = source[start:end]
        assert taken == character or taken == f"\\{character}" or taken[0] == "&"


@given(texts, st.data())
def test_a_span_of_the_reading_comes_back_from_its_source(source, data):
    reading = plain(source)
    if not reading.text:
        return
    start = data.draw(st.integers(0, len(reading.text) - 1))
    end = data.draw(st.integers(start + 1, len(reading.text)))

    first, last = reading.place(*reading.source(start, end))

    assert first <= start < end <= last  # wider only where one entity made several characters
    assert reading.source(first, last) == reading.source(start, end)


@given(only_marks)
def test_no_letter_or_digit_is_lost(source):
    kept = [character for character in source if character.isalnum()]

    assert [character for character in plain(source).text if character.isalnum()] == kept


@given(texts)
def test_only_marks_blanks_and_the_invisible_go(source):
    if "](" in source:
        return  # the address of a link goes, too
    reading = plain(source)
    kept = {
        place
        for start, end in zip(reading.offsets, reading.ends, strict=True)
        for place in range(start, end)
    }
    gone = {character for place, character in enumerate(source) if place not in kept}

    for character in gone - set("*_#>+-\\ \t"):
        assert not character.isprintable() or "&" in source


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 0), (2, 1), (-1, 1), (0, 4)],
    ids=["empty", "backward", "before", "after"],
)
def test_a_span_without_characters_has_no_source(start, end):
    with pytest.raises(ValueError, match="no characters at"):
        plain("abc").source(start, end)


@pytest.mark.parametrize("run", ["_", "*", "#", "[a", "> ", "- ", "\\_", "&", " ", "![", "*a "])
def test_long_runs_of_marks_are_read_in_linear_time(run):
    begun = time.process_time()
    plain("a" + run * 50_000 + "a")

    assert time.process_time() - begun < 5  # a quadratic walk takes over 30 seconds


@given(text=st.one_of(UGLY, st.text(" \n\\*_[]()&#>+-;xX1\u00ad\u200b", max_size=30)))
def test_a_text_without_markup_is_walked_no_further_and_read_alike(text):
    looked_for = markup._MARKUP
    try:
        markup._MARKUP = re.compile("")  # which every text has
        whole = plain.__wrapped__(text)
    finally:
        markup._MARKUP = looked_for

    assert plain.__wrapped__(text) == whole
