"""Whose words are asked for: names as people type them, and who said it, by the words that tell."""

import pytest

from qa.language.same_name import same_person
from qa.questions.said import asks_who_said, find_speaker
from qa.records import Turn

HEAD = "---\narea: Kent\ndate: 2020-07-14\ntitle: {}\n---\n\n"
CORPUS = {
    "quill.md": HEAD.format("Raid in Merrow") + "A garage was searched.\n\n"
    "Detective Inspector Ada Quill, of the Tern Unit, said: “The raid was no surprise.\n\n"
    "“We do not call it a triumph. It is alleged that cash was hidden.”\n\n"
    "Call us.\n",
    "rook.md": HEAD.format("Raid in Merrow again")
    + "The raid was a triumph, and the raid was no surprise at all to anybody.\n\n"
    "PC Ben Rook said: “The raid was a triumph for Merrow.”\n",
}


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Det Supt Jo Bloggs say about the raid?", "Jo Bloggs"),
        ("what did supt bloggs say about knives", "bloggs"),
        ("What does Jo Bloggs think of it?", "Jo Bloggs"),
        ("According to PC Bloggs, who ran?", "Bloggs"),
        ("Why did the robber own up, says Jo Bloggs?", "Jo Bloggs"),
        ("What did Chief Inspector J. Bloggs call it?", "J Bloggs"),
        ("What did police say about the raid?", None),
        ("What did the victim tell the court?", None),
        ("What did she say?", None),
        ("Who was arrested in Merrow?", None),
    ],
)
def test_whose_words_are_asked_for(question, name):
    assert find_speaker(question) == name


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Who said the raid was a triumph?", True),
        ("Which officer called it a triumph?", True),
        ("who praised the crew", True),
        ("Who did police arrest?", False),
        ("What did Jo say?", False),
    ],
)
def test_who_said_it_is_asked(question, expected):
    assert asks_who_said(question) is expected


@pytest.mark.parametrize(
    ("asked", "known", "same"),
    [
        ("Quill", "Ada Quill", True),
        ("A Quill", "Ada Quill", True),
        ("A. Quill", "Ada Quill", True),
        ("Ada Quil", "Ada Quill", True),
        ("ada qiull", "Ada Quill", True),
        ("Ada", "Ada Quill", True),
        ("Ben Quill", "Ada Quill", False),
        ("Ada Rook", "Ada Quill", False),
        ("Hill", "Jo Hall", False),
        ("Mr Quill", "Ada Quill", True),
        ("Ada O’Quill", "Ada O'Quill", True),
        ("", "Ada Quill", False),
    ],
)
def test_names_agree_with_initials_and_slips(asked, known, same):
    assert same_person(asked, known) is same


@pytest.mark.parametrize("name", ["DI Ada Quill", "Insp Quill", "di a quill", "DI Ada Qiull"])
def test_only_the_words_of_who_is_named_come_first(desk, name):
    question = f"What did {name} say of the raid?"
    hits = desk.retrieve(question, 8)
    typed = desk.retrieve(question, 8, understand=["period"])

    assert [hit.speaker.name for hit in hits[:2]] == ["Ada Quill", "Ada Quill"]
    scores = {(hit.release, hit.paragraph): hit.score for hit in hits}
    for hit in typed:
        is_hers = hit.speaker is not None and hit.speaker.name == "Ada Quill"
        difference = scores[hit.release, hit.paragraph] - hit.score
        assert (difference == pytest.approx(0)) if is_hers else difference < -1


def test_the_speaker_is_shown_and_an_unknown_one_is_told_of(desk):
    known = desk.ask("What did Ada Quill say about the raid?").read_as
    unknown = desk.ask("What did Zoe Marsh say about the raid?").read_as

    assert known.speaker == "Ada Quill"
    assert unknown.speaker is None
    assert "Zoe Marsh" in unknown.notes[0]


def test_who_said_it_is_answered_with_the_name_and_the_whole_quotation(desk):
    answer = desk.ask("Who said: we do not call it a triumph, it is alleged that cash was hidden?")
    naming, said = answer.quotes[:2]

    assert "Ada Quill" in naming.sentence.text
    assert naming.answer.text == "Ada Quill"
    assert "We do not call it a triumph." in said.text
    assert "alleged" in said.text
    for quote in answer.quotes:
        source = CORPUS[quote.release]
        assert source[quote.start : quote.end] == quote.text
        marked = quote.sentence
        assert source[marked.start : marked.end] == marked.text


def test_what_is_marked_never_begins_or_ends_inside_a_sentence(desk):
    answer = desk.ask("Who said the raid was a triumph for Merrow?")

    assert (
        answer.quotes[0].sentence.text == "PC Ben Rook said: “The raid was a triumph for Merrow.”"
    )


def test_the_speaker_is_carried_while_words_are_asked_for(desk):
    first = "What did Ada Quill say about the raid?"
    turn = Turn(first, desk.ask(first))
    read = desk.ask("What else did she say?", history=[turn]).read_as

    assert read.speaker == "Ada Quill"
    assert ("speaker", "Ada Quill") in {(one.kind, one.words) for one in read.carried}
