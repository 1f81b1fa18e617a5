"""What happened next: the next release of the matter quoted before, or that none is known."""

import pytest

from qa.questions.what_next import asks_onward
from qa.records import Turn

HEAD = "---\narea: {}\ndate: {}\ntitle: {}\n---\n\n"
NUMBER = "Call 101, quoting reference 55190072863.\n"
CORPUS = {
    "appeal.md": HEAD.format("Kent", "2021-03-02", "Witness appeal after robbery in Ashby")
    + f"A shop in Ashby was robbed by a man with a lantern.\n\n{NUMBER}",
    "arrest.md": HEAD.format("Kent", "2021-03-05", "Arrest after robbery in Ashby")
    + f"Somebody from Ashby is in custody. He keeps geese.\n\n{NUMBER}",
    "charge.md": HEAD.format("Kent", "2021-03-08", "Man charged after robbery in Ashby")
    + f"A man of Ashby will be in court in May.\n\n{NUMBER}",
    "same-day.md": HEAD.format("Kent", "2021-03-02", "Appeal again after robbery in Ashby")
    + f"Did you see the robbery in Ashby?\n\n{NUMBER}",
    "other.md": HEAD.format("Kent", "2021-03-09", "Man charged after fight in Barton")
    + "A man was charged with a fight in Barton.\n",
}
FIRST = "Who robbed the shop in Ashby with a lantern?"


def after(desk, *questions, **how):
    """Ask one after the other; give every answer."""
    turns = []
    for question in questions:
        turns.append(Turn(question, desk.ask(question, history=turns, **how)))
    return [turn.answer for turn in turns]


def test_the_next_release_is_quoted_and_then_the_one_after_it(desk):
    first, second, third = after(
        desk, FIRST, "What happened next?", "And what happened after that?"
    )

    assert [answer.quotes[0].release for answer in (first, second, third)] == [
        "appeal.md",
        "arrest.md",
        "charge.md",
    ]
    assert second.quotes[0].sentence.text == "Somebody from Ashby is in custody."
    assert second.read_as.notes == (
        "Taken to ask what the next release says of the matter of “Witness appeal after robbery in "
        "Ashby”.",
        "Linked, since both quote the number 55190072863 and name Ashby.",
    )
    assert second.read_as.carried_over == ()
    assert (second.later.release, third.later) == ("charge.md", None)


def test_the_quote_is_verbatim(desk):
    quote = after(desk, FIRST, "What happened next?")[1].quotes[0]
    file = CORPUS[quote.release]

    assert file[quote.start : quote.end] == quote.text
    assert file[quote.sentence.start : quote.sentence.end] == quote.sentence.text


def test_where_no_later_release_is_known_it_says_so_as_often_as_it_is_asked(desk):
    question = "Which man was charged with a fight in Barton?"
    first, *others = after(desk, question, "What happened next?", "So what happened then?")

    assert first.quotes[0].release == "other.md"
    for answer in others:
        assert (answer.answered, answer.refusal.reason) == (False, "nothing_later")
        assert "No later release of the same matter is known in the 5 releases" in (
            answer.refusal.message
        )
        assert "Man charged after fight in Barton" in answer.read_as.notes[0]


def test_was_anybody_charged_is_answered_by_the_release_of_the_charge(desk):
    answer = after(desk, FIRST, "Was anybody charged?")[1]
    told = after(desk, "Which man was charged with a fight in Barton?", "Was anybody charged?")[1]

    assert answer.quotes[0].release == "charge.md"
    assert told.read_as.notes == ()
    assert told.quotes[0].release == "other.md"


def test_filters_hold(desk):
    answers = after(desk, FIRST, "What happened next?", published_to="2021-03-04")

    assert answers[1].refusal.reason == "nothing_later"


@pytest.mark.parametrize(
    ("history", "understand"),
    [
        pytest.param([], True, id="nothing before"),
        pytest.param("asked", False, id="as typed"),
        pytest.param("asked", ("period",), id="another rule"),
    ],
)
def test_else_the_question_is_read_like_any_other(desk, history, understand):
    turns = [Turn(FIRST, desk.ask(FIRST))] if history == "asked" else history
    answer = desk.ask("What happened next?", history=turns, understand=understand)

    assert not any("Taken to ask" in note for note in answer.read_as.notes)
    assert answer.refusal is None or answer.refusal.reason != "nothing_later"


def test_an_earlier_question_without_its_answer_is_asked_first(desk):
    known = desk.ask("What happened next?", history=[Turn(FIRST, desk.ask(FIRST))])

    assert desk.ask("What happened next?", history=[FIRST]).quotes == known.quotes != ()


@pytest.mark.parametrize(
    ("question", "stage"),
    [
        ("What happened next?", ""),
        ("And what happened after that?", ""),
        ("Then what happened?", ""),
        ("what's next", ""),
        ("What has happened since then?", ""),
        ("Has anyone been arrested yet?", "arrest"),
        ("So was anybody jailed for it?", "sentence"),
        ("What happened?", None),
        ("What happened next to the van?", None),
        ("Was anybody charged with robbery?", None),
        ("Was he charged?", None),
    ],
)
def test_which_questions_ask_it(question, stage):
    assert asks_onward(question) == stage
