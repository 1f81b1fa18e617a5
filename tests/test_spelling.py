"""Questions typed in haste: what is read otherwise than typed, what is left, and what is told."""

import pytest

from qa.questions.spelling import is_english, tidied
from tests.index_samples import RELEASES

CORPUS = {
    **RELEASES,
    "raid.md": "# Warrant in Merrow\n\n"
    "Officers arrested seven people after a burglary in Merrow, which offers advice.\n\n"
    "A sum of £4,100 in cash was seized.\n\nInspector Ada Quill led the investigation.\n",
}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("how mcuh cash siezed", "how much cash seized"),
        ("wich burglry arested peolpe", "which burglary arrested people"),
        ("invetsigation led by", "investigation led by"),
        ("the offciers who arrested", "the officers who arrested"),
        ("How much cash was seized?", "How much cash was seized?"),
        ("cash seized merrow", "cash seized merrow"),
        ("Who is Ada Quil of Merow?", "Who is Ada Quil of Merow?"),
        ("a bloke and a pricey case", "a bloke and a pricey case"),
        ("xylophones quivering zebra", "xylophones quivering zebra"),
        ("HOW MUCH CASH WAS SEIZED", "how much cash was seized"),
        ("The M25 and BTP", "The M25 and BTP"),
    ],
)
def test_only_what_is_surely_misspelt_is_read_otherwise(desk, typed, read):
    assert tidied(typed, desk.serving.speller)[0] == read


def test_what_was_changed_is_told_and_the_question_stays_as_typed(desk):
    answer = desk.ask("how mcuh cash siezed")

    assert answer.question == "how mcuh cash siezed"
    assert answer.read_as.text == "how much cash seized"
    assert answer.read_as.notes == ("Read “mcuh” as “much”, “siezed” as “seized”.",)
    assert desk.retrieve("how mcuh cash siezed", 9) == desk.retrieve("how much cash seized", 9)


def test_it_can_be_switched_off(desk):
    answer = desk.ask("how mcuh cash siezed", understand=["period", "area"])

    assert (answer.read_as.text, answer.read_as.notes) == ("how mcuh cash siezed", ())


def test_of_several_questions_the_first_is_read(desk):
    read = desk.ask("How much cash was seized? Who led the investigation?").read_as

    assert read.text == "How much cash was seized?"
    assert "Ask the others by themselves" in read.notes[0]


def test_a_sentence_before_the_question_belongs_to_it(desk):
    question = "A burglary in Merrow: was it the first? Seven were arrested."

    assert desk.ask(question).read_as.text == question


def test_a_pasted_paragraph_finds_its_release_as_it_is(desk):
    pasted = " ".join([CORPUS["raid.md"]] * 4) + " mcuh"
    answer = desk.ask(pasted)

    assert answer.read_as.text == pasted.strip()
    assert desk.retrieve(pasted, 1)[0].release == "raid.md"


def test_another_language_is_told_of_politely(desk):
    answer = desk.ask("Combien de personnes ont été arrêtées à Merrow?")

    assert not answer.answered
    assert "in English" in answer.refusal.message
    assert "in English" not in desk.ask("Which zebra played xylophones?").refusal.message


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Wie viele Personen wurden in Luton verhaftet?", False),
        ("¿Cuánto dinero fue incautado en la redada?", False),
        ("Ile osób zostało aresztowanych w Luton?", False),
        ("Сколько человек было арестовано?", False),
        ("How many people were arrested in Luton?", True),
        ("Luton arrests", True),
    ],
)
def test_which_questions_may_be_english(question, expected):
    assert is_english(question) is expected


def test_a_question_without_slips_is_ranked_as_typed(desk):
    question = "How many people did officers arrest after the burglary in Merrow?"
    rest = ["period", "area", "speaker", "follow_up"]

    assert desk.retrieve(question, 9) == desk.retrieve(question, 9, understand=rest)
