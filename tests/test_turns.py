"""A follow-up carries what earlier turns said, shows it, and a new topic carries nothing."""

import pytest

from qa.questions.follow_up import leans
from qa.records import Turn

HEAD = "---\narea: {}\ndate: {}\ntitle: {}\n---\n\n"
RAID = (
    HEAD.format("Kent", "2020-07-14", "Warrant in Merrow finds cash")
    + "Officers searched a garage in Merrow in July 2020 under Operation Tern.\n\n"
    "A sum of £4,100 in cash was seized from a freezer.\n\n"
    "Inspector Ada Quill led the search.\n\n"
    "The garage belongs to a baker.\n\n"
    "It will be locked until spring.\n"
)
OTHER = (
    HEAD.format("Essex", "2020-03-02", "Warrant in Vale finds cash")
    + "Officers searched a barn in Vale.\n\n"
    "A sum of £900 in cash was seized from a sack.\n\n"
    "Sergeant Ben Rook led the search.\n"
)
FAIR = HEAD.format("Kent", "2021-05-01", "Fair") + "The harvest fair in Thorn was led by nobody.\n"
CORPUS = {"raid.md": RAID, "other.md": OTHER, "fair.md": FAIR}
FIRST = "Who searched a garage in Merrow in July 2020?"


def talk(desk, *questions, **options):
    """Ask each question after the ones before it; gives the answers."""
    turns = []
    for question in questions:
        turns.append(Turn(question, desk.ask(question, history=tuple(turns), **options)))
    return [turn.answer for turn in turns]


def best(answer):
    return answer.quotes[0] if answer.answered else answer.refusal.nearest


def carried(answer):
    return {(one.kind, one.words) for one in answer.read_as.carried}


@pytest.mark.parametrize("question", ["Who led it?", "And how much cash?"])
def test_a_follow_up_is_about_the_release_quoted_before(desk, question):
    answer = talk(desk, FIRST, question)[-1]

    assert ("release", "raid.md") in carried(answer)
    assert best(answer).release == "raid.md"


def test_the_second_one_is_the_release_of_the_second_quote(desk):
    first = desk.ask("A sum of £900 in cash was seized from a sack?")
    place = next(i for i, quote in enumerate(first.quotes) if quote.release == "raid.md")
    number, second = ("first", "second", "third", "fourth", "fifth")[place], "raid.md"
    answer = desk.ask(f"Who led the {number} one?", history=[Turn(first.question, first)])

    assert first.quotes[0].release == "other.md"
    assert best(answer).release == second
    assert ("release", second) in carried(answer)


def test_say_more_goes_on_in_the_release_and_ends(desk):
    answers = talk(desk, FIRST, "Say more.", "say more", "Go on", "more please")
    shown = [q.paragraph for a in answers[1:] for q in a.quotes if q.release == "raid.md"]

    assert all(quote.release == "raid.md" for a in answers[1:] for quote in a.quotes)
    assert len(shown) == len(set(shown)) > 0
    assert answers[-1].refusal.reason == "nothing_left"
    for quote in answers[1].quotes:
        assert RAID[quote.start : quote.end] == quote.text


def test_say_more_keeps_to_the_filters(desk):
    turn = Turn(FIRST, desk.ask(FIRST))
    elsewhere = next(area for area in desk.areas if area not in turn.answer.quotes[0].area)
    answer = desk.ask("Say more.", history=[turn], areas=[elsewhere])

    assert answer.refusal.reason == "nothing_in_scope"
    assert not answer.quotes


def test_what_about_carries_the_period_and_takes_the_place(desk):
    read = talk(desk, FIRST, "What about Vale?")[-1].read_as

    assert {(one.kind, one.words) for one in read.carried} == {
        ("period", "July 2020"),
        ("left out", "in Merrow"),
    }
    assert read.period.words == "July 2020"


def test_an_area_is_carried_until_another_is_named(desk):
    first = "How much cash did Kent Police seize?"
    same = talk(desk, first, "And in 2019?")[-1].read_as
    other = talk(desk, first, "And Essex Police?")[-1].read_as

    assert (same.areas, ("area", "Kent") in {(c.kind, c.words) for c in same.carried}) == (
        ("Kent",),
        True,
    )
    assert other.areas == ("Essex",)


def test_only_those_after_a_day_leaves_others_out_in_the_years_before(desk):
    answer = talk(desk, "Which warrants found cash in 2020?", "Only those after June")[-1]

    assert answer.read_as.published_from == "2020-07-01"
    assert {quote.release for quote in answer.quotes} <= {"raid.md", "fair.md"}


def test_the_operation_is_found_in_the_quotes(desk):
    turns = talk(desk, FIRST, "How many arrests did the operation lead to?")

    assert ("operation", "Operation Tern") in carried(turns[-1])


def test_a_new_topic_carries_nothing(desk):
    read = talk(desk, FIRST, "Where was the harvest fair in Thorn held?")[-1].read_as

    assert (read.carried_over, read.carried, read.period) == ((), (), None)


def test_bare_questions_are_asked_again_first(desk):
    bare = desk.ask("Who led it?", history=[FIRST])

    assert bare == talk(desk, FIRST, "Who led it?")[-1]


def test_it_can_be_switched_off(desk):
    turn = Turn(FIRST, desk.ask(FIRST))
    read = desk.ask("Who led it?", history=[turn], understand=["period", "area"]).read_as

    assert read.carried == ()
    assert read.carried_over == (FIRST,)


@pytest.mark.parametrize(
    ("question", "leaning"),
    [
        ("What did the robber make off with?", True),
        ("How long was the trial?", True),
        ("Is the victim still on the ward?", True),
        ("Why did Ada Quill say he ran away?", False),
        ("How many homes were emptied in Vale during the scare that turned out harmless?", False),
        ("Are there any warrants that were carried out in Vale?", False),
        ("Why did the chief of Merrow retire?", False),
    ],
)
def test_who_is_meant_may_stand_in_the_question_itself(question, leaning):
    assert leans(question) is leaning
