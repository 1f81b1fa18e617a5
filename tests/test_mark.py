"""What is marked in a quote: whole sentences around the words that answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answers.mark import marks
from qa.assistant import Assistant
from qa.index.build import build_index
from qa.language.markup import plain
from qa.language.sentences import sentence_spans
from qa.reading import Reading
from qa.records import Paragraph, Query, Sentence
from qa.retrieval.paragraphs import FoundParagraph
from qa.retrieval.read import ReadParagraph
from tests.tiny_models import UGLY

OFFSET = 1000  # where the paragraph stands in its release


def paragraph_of(text, offset=OFFSET):
    sentences = tuple(
        Sentence(offset + start, offset + end, text[start:end])
        for start, end in sentence_spans(text)
    )
    return Paragraph(2, offset, offset + len(text), text, sentences=sentences)


def marked_around(text, words):
    """Mark the paragraph `text` where a reader points at `words` of its plain text."""
    start = plain(text).text.index(words)
    return marked_at(text, (start, start + len(words)))


def marked_at(text, span):
    found = FoundParagraph(0, 0.0, ReadParagraph(Reading(1.0, span, 1.0), 0.0))
    # Neither the question nor the word pieces are looked at where a reader pointed.
    [marked] = marks(None, None, [found], {0: paragraph_of(text)})
    return marked


def check_slices(text, marked):
    for span in (marked.sentence, marked.answer):
        assert text[span.start - OFFSET : span.end - OFFSET] == span.text != ""
    assert marked.sentence.start <= marked.answer.start < marked.answer.end <= marked.sentence.end


THREE = "Bees swarmed at noon. Some 40 visitors fled. Nobody was stung."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param("40 visitors", "Some 40 visitors fled.", id="inside one"),
        pytest.param("Some 40 visitors fled.", "Some 40 visitors fled.", id="just one"),
        pytest.param("Some", "Some 40 visitors fled.", id="its first word"),
        pytest.param("fled.", "Some 40 visitors fled.", id="its last word"),
        pytest.param("noon. Some", "Bees swarmed at noon. Some 40 visitors fled.", id="across two"),
        pytest.param("at noon. Some 40 visitors fled. Nobody", THREE, id="across three"),
        pytest.param("Bees", "Bees swarmed at noon.", id="the first word of all"),
        pytest.param("stung.", "Nobody was stung.", id="the last word of all"),
    ],
)
def test_the_shortest_run_of_whole_sentences_is_marked(words, sentence):
    marked = marked_around(THREE, words)

    assert (marked.sentence.text, marked.answer.text) == (sentence, words)
    check_slices(THREE, marked)


@pytest.mark.parametrize(
    ("words", "sentence", "answer"),
    [
        (" Some 40", "Some 40 visitors fled.", "Some 40"),
        ("noon. ", "Bees swarmed at noon.", "noon."),
        (" Some 40 visitors fled. ", "Some 40 visitors fled.", "Some 40 visitors fled."),
    ],
)
def test_a_blank_between_sentences_marks_no_further_one(words, sentence, answer):
    marked = marked_around(THREE, words)

    assert (marked.sentence.text, marked.answer.text) == (sentence, answer)


@pytest.mark.parametrize(
    ("text", "words", "whole"),
    [
        pytest.param(
            "The wardens came. They did not find any of the 12 stolen bicycles. Call us.",
            "12 stolen bicycles",
            "They did not find any of the 12 stolen bicycles.",
            id="a denial",
        ),
        pytest.param(
            "It is alleged that on Friday, Ned Pike took the boat. He is due in court.",
            "Ned Pike took the boat",
            "It is alleged that on Friday, Ned Pike took the boat.",
            id="an allegation",
        ),
        pytest.param(
            "“We counted 300 geese on the bypass, and no one was hurt,” said Sergeant Ann Hill. "
            "The road is open.",
            "300 geese",
            "“We counted 300 geese on the bypass, and no one was hurt,” said Sergeant Ann Hill.",
            id="who said it, after it",
        ),
        pytest.param(
            "Rain fell. Sergeant Ann Hill said: “We counted 300 geese.”",
            "We counted 300 geese",
            "Sergeant Ann Hill said: “We counted 300 geese.”",
            id="who said it, before it",
        ),
        pytest.param(
            "“Is it true? We do not know!” said Det. Sgt. Ann Hill, of the Moor Team. Rain fell.",
            "We do not know",
            "We do not know!” said Det. Sgt. Ann Hill, of the Moor Team.",
            id="who said it, after a shout",
        ),
        pytest.param(
            "Unless it rains, about 90 people will march at 2 p.m. on Sunday. All are welcome.",
            "90 people",
            "Unless it rains, about 90 people will march at 2 p.m. on Sunday.",
            id="a condition",
        ),
    ],
)
def test_what_turns_the_sense_of_a_sentence_is_never_cut_off(text, words, whole):
    marked = marked_around(text, words)

    assert (marked.sentence.text, marked.answer.text) == (whole, words)
    check_slices(text, marked)


@pytest.mark.parametrize(
    ("text", "words", "answer", "sentence"),
    [
        pytest.param(
            "**Bees** came. Over **&#163;40,000** was lost.",
            "£40,000",
            "&#163;40,000",
            "Over **&#163;40,000** was lost.",
            id="an entity in bold",
        ),
        pytest.param(
            "Bees came. Over **40** owls &amp; elks ate.",
            "40 owls & elks",
            "40** owls &amp; elks",
            "Over **40** owls &amp; elks ate.",
            id="markup inside the words",
        ),
        pytest.param(
            "Bees came.\n* Ten owls\n* Six elks",
            "Six elks",
            "Six elks",
            "Six elks",
            id="an entry of a list",
        ),
    ],
)
def test_words_are_found_again_under_markup(text, words, answer, sentence):
    marked = marked_around(text, words)

    assert (marked.answer.text, marked.sentence.text) == (answer, sentence)
    check_slices(text, marked)


def test_words_on_both_sides_of_a_bullet_mark_both_sentences():
    text = "Ten owls came.\n—\nSix elks came."

    marked = marked_around(text, "owls came.\n—\nSix")

    assert marked.sentence.text == text
    assert marked.answer.text == "owls came.\n—\nSix"
    check_slices(text, marked)


@pytest.mark.parametrize(
    ("words", "answer"), [("—\nSix elks", "Six elks"), ("owls came.\n—", "owls came.")]
)
def test_words_that_begin_or_end_in_a_bullet_are_cut_to_the_sentence(words, answer):
    text = "Ten owls came.\n—\nSix elks came."

    marked = marked_around(text, words)

    assert marked.answer.text == answer
    assert "—" not in marked.sentence.text
    check_slices(text, marked)


@settings(max_examples=200, deadline=None)
@given(text=UGLY, data=st.data())
def test_an_answer_lies_in_whole_sentences_whatever_the_text(text, data):
    paragraph = paragraph_of(text)
    words = plain(text).text
    if not paragraph.sentences:
        return
    # Some span that meets a sentence; others point at no words, and are tested below.
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    first, last = plain(text).source(start, end)
    met = [
        one for one in paragraph.sentences if one.start < OFFSET + last and one.end > OFFSET + first
    ]
    if not met:
        return

    marked = marked_at(text, (start, end))

    check_slices(text, marked)
    assert (marked.sentence.start, marked.sentence.end) == (met[0].start, met[-1].end)
    assert marked.answer.start == max(OFFSET + first, met[0].start)
    assert marked.answer.end == min(OFFSET + last, met[-1].end)


# Where no reader pointed


@pytest.fixture
def desk(write, encoder, tmp_path):
    text = "Bees swarmed at noon. Some forty visitors fled the fair.\n—\nThe fee was £12."
    folder = write({"bees.md": f"---\ntitle: Bees\n---\n\n{text}\n"})
    build_index(folder, tmp_path / "index", encoder, max_file_bytes=10_000)
    with Assistant.open(tmp_path / "index", encoder=encoder) as desk:
        yield desk


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(None, id="it was not read"),
        pytest.param(ReadParagraph(Reading(3.0), 0.0), id="the reader does not point"),
        pytest.param(ReadParagraph(Reading(3.0, (57, 58)), 0.0), id="it points at a rule"),
    ],
)
@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # MaxSim: the sentence with most of the question's words, rare ones counting more.
        ("Which visitors fled the fair?", "Some forty visitors fled the fair."),
        ("When did bees swarmed?", "Bees swarmed at noon."),
        ("What was the fee?", "The fee was £12."),
    ],
)
def test_without_words_to_point_at_the_sentence_nearest_the_question_is_marked(
    desk, encoder, read, question, sentence
):
    generation = desk.generation
    (paragraph,) = generation.catalogue.paragraphs([0]).values()
    if read and read.reading.span:
        assert plain(paragraph.text).text[slice(*read.reading.span)] == "—"
    asked = desk.serving.asked(Query(question))

    found = [FoundParagraph(0, 1.0, read)]
    [marked] = marks(asked, generation.pieces, found, {0: paragraph})

    assert (marked.sentence.text, marked.answer) == (sentence, None)
    assert marked.sentence in paragraph.sentences


def test_a_figure_that_is_asked_for_tips_the_scales(desk):
    generation = desk.generation
    (paragraph,) = generation.catalogue.paragraphs([0]).values()
    # No word of the question stands in the paragraph, so all sentences score alike.
    asked = [
        desk.serving.asked(Query(question))
        for question in ("Which tariff applied?", "How much cash applied?")
    ]
    marked = [
        marks(one, generation.pieces, [FoundParagraph(0, 1.0)], {0: paragraph})[0] for one in asked
    ]

    assert [one.sentence.text for one in marked] == ["Bees swarmed at noon.", "The fee was £12."]
