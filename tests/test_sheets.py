"""Sheets: what one forward pass reads of a page, and which words each token stands for."""

import itertools
from collections import Counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.language.sentences import sentence_spans
from qa.model_running import tokenizable
from qa.reading import Page
from qa.reading.sheets import MAX_QUESTION, MAX_TITLE, MIN_ROOM, lay_out
from tests.tiny_models import UGLY, VOCABULARY, word_pieces

TOKENIZER = word_pieces()
CLS, SEP = TOKENIZER.cls_token_id, TOKENIZER.sep_token_id
WIDE = 10_000  # room for everything
FAIR = "The fair came. Visitors came!"  # 8 tokens: each of these words is one
FEW = "the bridge closed"


def lay(question, *pages, room=WIDE):
    return lay_out(TOKENIZER, question, pages, room)


def ids(text):
    return TOKENIZER(tokenizable(text), add_special_tokens=False, verbose=False)["input_ids"]


def spelt(sheet):
    return [VOCABULARY[number] for number in sheet.ids.tolist()]


def records(sheet):
    """(paragraph, sentence, start, end, id) of each token, in order."""
    columns = (sheet.paragraph, sheet.sentence, sheet.start, sheet.end, sheet.ids)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def of_paragraphs(sheet):
    return [record for record in records(sheet) if record[0] >= 0]


# The layout


def test_a_page_is_laid_out_in_one_row():
    (sheet,) = lay("who came?", Page("the library", (FAIR, FEW)))

    assert spelt(sheet) == [
        *("[CLS]", "who", "came", "?", "[SEP]"),
        *("the", "library", "[SEP]"),
        *("the", "fair", "came", ".", "visitors", "came", "!", "[SEP]"),
        *("the", "bridge", "closed", "[SEP]"),
    ]
    assert sheet.n_question == 5, "[CLS], the question and its separator"
    assert sheet.page == 0
    assert sheet.paragraph.tolist() == [-1] * 8 + [0] * 7 + [-1] + [1] * 3 + [-1]
    assert sheet.sentence.tolist() == [-1] * 8 + [0] * 4 + [1] * 3 + [-1] + [0] * 3 + [-1]


def test_a_token_points_at_the_characters_it_stands_for():
    (sheet,) = lay("who?", Page("", (FAIR, "  The  bridge")))

    assert [(start, end) for _, _, start, end, _ in of_paragraphs(sheet)] == [
        *((0, 3), (4, 8), (9, 13), (13, 14)),  # The fair came .
        *((15, 23), (24, 28), (28, 29)),  # Visitors came !
        *((2, 5), (7, 13)),
    ]


def test_an_empty_title_leaves_its_separator():
    (sheet,) = lay("who?", Page("", (FEW,)))

    assert spelt(sheet)[:5] == ["[CLS]", "who", "?", "[SEP]", "[SEP]"]


def test_pages_keep_their_order_and_share_the_question():
    sheets = lay("who came?", Page("", (FAIR,)), Page("fair", (FEW, FEW)), Page("", ("the",)))

    assert [sheet.page for sheet in sheets] == [0, 1, 2]
    assert {tuple(spelt(sheet)[: sheet.n_question]) for sheet in sheets} == {
        ("[CLS]", "who", "came", "?", "[SEP]")
    }


def test_nothing_to_read_needs_no_sheet():
    assert lay("who?") == []


@pytest.mark.parametrize("blank", ["", " \n\t", "\u0301"])
def test_a_paragraph_without_tokens_keeps_its_place(blank):
    (sheet,) = lay("who?", Page("", (blank, FEW, blank)))

    assert spelt(sheet)[4:] == ["[SEP]", "[SEP]", "the", "bridge", "closed", "[SEP]", "[SEP]"]
    assert {paragraph for paragraph, *_ in of_paragraphs(sheet)} == {1}


def test_a_page_of_blanks_is_still_one_sheet():
    (sheet,) = lay("who?", Page("fair", ("", " ")))

    assert of_paragraphs(sheet) == []


# Pages that are longer than the room


def test_whole_paragraphs_are_put_together_while_they_fit():
    # Lead: [CLS] who ? [SEP] the [SEP], 6 tokens. A paragraph: 3 words and its separator.
    two, three = 6 + 2 * 4, 6 + 3 * 4
    page = Page("the", (FEW,) * 3)

    assert [len(sheet.ids) for sheet in lay("who?", page, room=max(three, MIN_ROOM))] == [three]
    assert [len(sheet.ids) for sheet in lay("who?", page, room=three - 1)] == [two, 6 + 4]


def test_a_paragraph_longer_than_the_room_is_cut():
    # Room 18 and a lead of 6 leave 12 tokens: 30 words are 12, 12, and 6 with the separator.
    sheets = lay("who?", Page("the", (FEW, "fair " * 30, FEW)), room=18)

    counts = [Counter(paragraph for paragraph, *_ in of_paragraphs(sheet)) for sheet in sheets]
    assert counts == [{0: 3}, {1: 12}, {1: 12}, {1: 6, 2: 3}]


def test_a_paragraph_that_just_fills_its_sheets_leaves_none_of_a_separator_alone():
    sheets = lay("who?", Page("the", ("fair " * 24,)), room=18)

    assert [len(of_paragraphs(sheet)) for sheet in sheets] == [12, 12]


@pytest.mark.parametrize("room", [300, 1000])
def test_of_a_very_long_question_the_end_is_read_and_of_a_title_the_beginning(room):
    question = "the fair " * 200 + "who came"
    title = "bridge closed " + "the library " * 200

    (sheet,) = lay(question, Page(title, (FEW,)), room=room)

    lead = spelt(sheet)[:-4]
    assert sheet.n_question == MAX_QUESTION + 2
    assert lead[:2] == ["[CLS]", "the"]
    assert lead[MAX_QUESTION - 1 : MAX_QUESTION + 4] == ["who", "came", "[SEP]", "bridge", "closed"]
    assert len(lead) == MAX_QUESTION + 2 + MAX_TITLE + 1


@pytest.mark.parametrize("room", [MIN_ROOM, MIN_ROOM + 1, 31, 64, 128, 255])
def test_in_a_small_room_question_and_title_take_three_eighths(room):
    sheets = lay("who " * 99, Page("fair " * 99, ("the " * 300,)), room=room)

    assert len(of_paragraphs(sheets[0])) >= room * 5 // 8 - 3  # of [CLS] and two [SEP]
    assert sum(len(of_paragraphs(sheet)) for sheet in sheets) == 300


@pytest.mark.parametrize("room", [MIN_ROOM - 1, 3, 0, -1])
def test_a_room_that_holds_hardly_a_question_is_refused(room):
    with pytest.raises(ValueError, match="too small"):
        lay("who?", Page("", (FEW,)), room=room)


# Whatever the text


texts = st.lists(UGLY, min_size=1, max_size=4)


@settings(max_examples=100, deadline=None)
@given(texts=texts, title=UGLY, question=UGLY)
@example(texts=["a\ud800b", "e\u0301\tx.\n A", "", "\u0323\u0301"], title="\udc00", question="")
@example(texts=["ﬁ İİx \xadq", "각 🏳️‍🌈 नमस्ते", "x" * 200], title="\n", question="?")
def test_every_token_points_at_what_it_stands_for(texts, title, question):
    sheets = lay(question, Page(title, tuple(texts)))

    for paragraph, sentence, start, end, number in itertools.chain(*map(of_paragraphs, sheets)):
        text = texts[paragraph]
        assert 0 <= start < end <= len(text)
        if VOCABULARY[number] != "[UNK]":
            assert number in ids(text[start:end]) or VOCABULARY[number].startswith("##")
            assert VOCABULARY[number].removeprefix("##") == bare(text[start:end])
        begins = [begin for begin, _ in sentence_spans(text)]
        assert sentence == max(sum(begin <= start for begin in begins) - 1, 0)


def bare(text):
    """A text as the vocabulary has it: lower case, without accents or what nobody sees."""
    return "".join(TOKENIZER.backend_tokenizer.normalizer.normalize_str(tokenizable(text)).split())


@settings(max_examples=60, deadline=None)
@given(
    pages=st.lists(st.builds(Page, UGLY, texts.map(tuple)), max_size=3),
    question=UGLY,
    room=st.integers(MIN_ROOM, 90),
)
@example(pages=[Page("a" * 99, ("b" * 400, "", "c. d" * 50))], question="x" * 99, room=MIN_ROOM)
def test_several_sheets_hold_every_token_of_every_paragraph_once(pages, question, room):
    sheets = lay(question, *pages, room=room)

    asked = [CLS, *ids(question)[-min(MAX_QUESTION, room // 4) :], SEP]
    for sheet in sheets:
        title = ids(pages[sheet.page].title)[: min(MAX_TITLE, room // 8)]
        lead = [*asked, *title, SEP]
        assert len(sheet.ids) <= room
        assert sheet.n_question == len(asked)
        assert sheet.ids[: len(lead)].tolist() == lead
        assert (sheet.paragraph[: len(lead)] == -1).all()
        assert set(sheet.ids[sheet.paragraph < 0].tolist()[len(lead) :]) <= {SEP}
    for number, page in enumerate(pages):
        own = [sheet for sheet in sheets if sheet.page == number]
        (whole,) = lay(question, page)
        assert [record for sheet in own for record in of_paragraphs(sheet)] == of_paragraphs(whole)
        assert [record[-1] for record in of_paragraphs(whole)] == [
            token for text in page.paragraphs for token in ids(text)
        ]
    assert [sheet.page for sheet in sheets] == sorted(sheet.page for sheet in sheets)
