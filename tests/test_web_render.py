"""Answers as HTML: every character comes back, nothing is markup but our own."""

from base64 import b64decode
from dataclasses import dataclass, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.records import Listing, ReadAs, Searched, Sentence, StatedPeriod
from qa.web.asking import Asking, Filters
from qa.web.escape import escaped, visible
from qa.web.render import Frame, notice_html, text_html
from qa.web.render import answer_html as render_answer
from qa.web.words import counted, spoken_date, spoken_span
from tests.web_samples import (
    JO,
    PLAIN_AFTER,
    PLAIN_BEFORE,
    PLAIN_SENTENCE,
    answered,
    hit,
    quote,
    read_html,
    refused,
)

OUR_TAGS = {
    *("div", "p", "figure", "blockquote", "mark", "figcaption", "cite", "a", "span", "time"),
    *("button", "ul", "li"),
}
FOLDING_TAGS = {"details", "summary"}
HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="//evil.example/a.png" onerror=alert(1)>',
    '<form action="//evil.example"><input></form>',
    '"><svg onload=alert(1)>',
    "</blockquote></div><style>*{display:none}</style>",
    "${alert(1)} {{value}} $$x^2$$ \\(y\\) `code` # head\n- list\n\n**b** _i_ 2*3*4",
    "&lt;b&gt; &amp;amp; &#60;",
    "tab\there  two  spaces\u00a0nbsp\u2028line",
    "👮🏽‍♀️ naïve “quotes” – £5",
]


def answer_html(answer, filters=None, **frame):
    asking = Asking(answer.question, filters or Filters())
    return render_answer(answer, Frame(asking, **frame))


def captions(texts):
    """The captions without what their buttons say."""
    return [
        caption.removesuffix("Show in the releaseCopy quote") for caption in texts["figcaption"]
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text):
    texts, _ = read_html(text_html(text))

    assert texts == {"div": [text]}


@given(st.text())
def test_every_text_comes_back_character_for_character(text):
    assert read_html(f"<p>{escaped(text)}</p>")[0] == {"p": [visible(text)]}


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Cf", "Cn"])))
def test_what_can_be_seen_is_left_alone(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("a\x00b", "a\u2400b", id="the picture of NUL is U+2400 + 0"),
        pytest.param("\x1b[2J", "\u241b[2J", id="escape"),
        pytest.param("\x7f", "\u2421", id="delete"),
        pytest.param("\x85", "[U+0085]", id="HTML would read it as another character"),
        pytest.param("abc\u202efdp", "abc[U+202E]fdp", id="right to left override"),
        pytest.param("\ud800", "[U+D800]", id="half a character"),
        pytest.param("\ufffe", "[U+FFFE]", id="no character"),
        pytest.param("a\r\nb\rc\nd", "a\nb\nc\nd", id="one kind of newline"),
        pytest.param("a\tb\u200d", "a\tb\u200d", id="tab and joiner stay"),
    ],
)
def test_treacherous_characters_are_made_visible(text, shown):
    assert visible(text) == shown


def test_a_quote_is_the_paragraph_with_its_sentence_marked_and_no_markup():
    texts, _ = read_html(answer_html(answered("How much cash?")))

    assert texts["mark"] == [PLAIN_SENTENCE]
    assert texts["blockquote"] == [PLAIN_BEFORE + PLAIN_SENTENCE + PLAIN_AFTER]
    assert set(texts) <= OUR_TAGS


def test_the_second_of_two_equal_sentences_is_marked_where_it_stands():
    text = "No. **Yes.** No."
    second = Sentence(100 + 13, 100 + 16, "No.")
    html = answer_html(answered("?", quote(text=text, end=100 + len(text), sentence=second)))

    assert read_html(html)[0]["blockquote"] == ["No. Yes. No."]
    assert html.index("<mark") > html.index("Yes")


def test_a_citation_names_title_area_date_and_where_the_link_leads():
    texts, attributes = read_html(answer_html(answered("?")))

    assert captions(texts) == [
        "[1] Vans & <i>parrots</i>North Shore · 7 December 2020 · www.example.org"
    ]
    assert attributes["a"] == [
        {
            "href": "https://www.example.org/news/vans?a=1&b=2",
            "target": "_blank",
            "rel": "noopener noreferrer",
        }
    ]
    assert attributes["time"] == [{"datetime": "2020-12-07"}]


def test_a_citation_names_the_speaker_and_other_releases_with_the_same_words():
    html = answer_html(answered("?", quote(speaker=JO, also_in=("a.md", "b.md"), url=None)))

    assert read_html(html)[0]["span"][0] == (
        "North Shore · 7 December 2020 · said by Superintendent Jo Bloggs, Roads Unit"
        " · also in 2 releases"
    )


def test_what_is_not_known_is_left_out_but_a_missing_date_is_said():
    texts, _ = read_html(answer_html(answered("?", quote(area="", published=None, url=None))))

    assert captions(texts) == ["[1] Vans & <i>parrots</i>undated"]
    assert "a" not in texts
    assert "time" not in texts


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//evil.example/",
        "/local",
        "https:///no-host",
        "https://[broken",
        "https://a.example/\x00",
        "https://a.example/ b",
        "https://a.example\\@b.example/",
        "",
    ],
)
def test_only_whole_web_addresses_become_links(url):
    assert "<a" not in answer_html(answered("?", quote(url=url)))


def test_an_address_that_pretends_shows_the_host_it_leads_to():
    html = answer_html(answered("?", quote(url="https://police.example@evil.example/x")))

    assert read_html(html)[0]["span"][0] == "North Shore · 7 December 2020 · evil.example"


def test_further_quotes_are_folded_in_the_same_shape():
    texts, _ = read_html(answer_html(answered("?", quote(1), quote(2), quote(3))))

    assert texts["summary"] == ["2 more passages"]
    assert set(texts) == (OUR_TAGS - {"ul", "li"}) | FOLDING_TAGS
    assert texts["mark"] == [PLAIN_SENTENCE] * 3
    assert [caption[:3] for caption in captions(texts)] == ["[1]", "[2]", "[3]"]
    assert "details" not in read_html(answer_html(answered("?")))[0]


def test_a_refusal_shows_its_message_and_the_nearest_passage_without_mark_or_number():
    texts, _ = read_html(answer_html(refused("?", hit())))

    assert texts["p"][:2] == [
        "None of the 1,204 releases searched answers this.",
        "Closest passage, may not answer:",
    ]
    assert texts["blockquote"] == [PLAIN_BEFORE + PLAIN_SENTENCE + PLAIN_AFTER]
    assert texts["figcaption"][0].startswith("Vans")
    assert "mark" not in texts


def test_a_refusal_with_nothing_near_is_its_message_only():
    texts, _ = read_html(answer_html(refused("?")))

    assert texts["p"][0] == "None of the 1,204 releases searched answers this."
    assert "blockquote" not in texts


def test_an_empty_list_is_told_beside_a_refusal():
    listing = Listing("list", "Releases of Kent; newest first.", 0, (), ())
    texts, _ = read_html(answer_html(replace(refused("What's new in Kent?"), listing=listing)))

    assert texts["p"][:2] == ["0 releases", "Releases of Kent; newest first."]


def test_how_the_question_was_read_is_said_in_chips_that_can_be_left_out():
    period = StatedPeriod(date(2020, 10, 1), date(2020, 10, 31), "event", "in October")
    read_as = ReadAs(
        "And there?",
        areas=("North Shore",),
        carried_over=("Who was <seen>?",),
        period=period,
        places=("Kent",),
    )
    texts, attributes = read_html(answer_html(answered("And there?", read_as=read_as), exchange=7))

    assert [chip.partition(" ×")[0] for chip in texts["li"]] == [
        "together with “Who was <seen>?”",
        "releases of North Shore",
        "what happened in October 2020 first (“in October”)",
        "releases of Kent first",
    ]
    assert [button["value"] for button in attributes["button"]][:4] == [
        "without 7 follow_up",
        "without 7 area",
        "without 7 period",
        "without 7 area",
    ]


def test_filters_set_by_hand_are_chips_of_their_own():
    read_as = ReadAs("?", "2020-10-01", "2020-10-31", ("North Shore",))
    html = answer_html(
        answered("?", read_as=read_as), Filters(("North Shore",), "2020-10", "2020-10")
    )

    assert [button["value"] for button in read_html(html)[1]["button"]][:2] == [
        "without 1 areas",
        "without 1 dates",
    ]


def test_what_a_later_reader_understands_has_a_chip_too():
    @dataclass(frozen=True)
    class Later(ReadAs):
        mood: tuple[str, ...] = ()

    html = answer_html(answered("?", read_as=Later("?", mood=("cross", "kind"))))

    assert read_html(html)[0]["li"] == ["mood: cross, kind"]


def test_a_refusal_offers_what_would_search_wider():
    read_as = ReadAs("?", None, None, ("North Shore",), places=("Kent",))
    refusal = replace(refused("?"), read_as=read_as)
    texts, attributes = read_html(answer_html(refusal, Filters(("North Shore",))))

    ways = dict(zip([b["value"] for b in attributes["button"]], texts["button"], strict=True))
    assert ways.pop("without 1 areas") == "Without filters"
    assert ways.pop("without 1 area") == "As typed"


def test_undated_releases_that_a_date_filter_left_out_are_counted():
    texts, _ = read_html(answer_html(answered("?", searched=Searched(10, 100, 1))))

    assert texts["p"] == ["Searched 10 releases. Left out 1 undated release. Copy link"]


def test_the_timeline_is_a_picture_with_its_words():
    months = {"2020-10": 3, "2020-12": 9}
    _, attributes = read_html(answer_html(answered("?"), months=months))
    (picture,) = attributes["img"]
    drawn = b64decode(picture["src"].removeprefix("data:image/svg+xml;base64,")).decode()

    assert picture["alt"] == (
        "Releases by month from October 2020 to December 2020; most, 9, in December 2020. "
        "Quoted: December 2020."
    )
    assert drawn.count('class="b"') == 2
    assert drawn.count('<rect class="q"') == 1
    assert "img" not in read_html(answer_html(answered("?"), months={"2020-10": 3}))[1]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_in_every_field(text):
    fields = {"title": text, "area": text, "release": text, "speaker": None, "published": text}
    read_as = ReadAs(text, text, text, (text,), text, (text,))
    html = answer_html(answered(text, quote(**fields), read_as=read_as)) + notice_html(text)

    assert set(read_html(html)[0]) <= OUR_TAGS


@pytest.mark.parametrize(
    ("iso", "words"),
    [
        ("2020-12-07", "7 December 2020"),
        ("2020-12", "December 2020"),
        ("2020-12-07/2021-01-02", "7 December 2020 to 2 January 2021"),
        ("2020-02-30", "2020-02-30"),
        ("soon", "soon"),
    ],
)
def test_dates_in_words(iso, words):
    assert spoken_date(iso) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, None, ""),
        ("2020-03-02", None, "on or after 2 March 2020"),
        (None, "2020-03-02", "on or before 2 March 2020"),
        ("2020-03-02", "2020-03-02", "on 2 March 2020"),
        ("2020-02-01", "2020-02-29", "in February 2020"),
        ("2021-01-01", "2021-12-31", "in 2021"),
        ("2020-02-01", "2020-02-28", "from 1 February 2020 to 28 February 2020"),
    ],
)
def test_spans_in_words(first, last, words):
    assert spoken_span(first, last) == words


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 vans"), (1, "1 van"), (2, "2 vans"), (6920, "6,920 vans")]
)
def test_counts_in_words(number, words):
    assert counted(number, "van") == words
