"""Reading a question: what it leans on, and what is refused before anything is searched."""

from datetime import date

import pytest

from qa.errors import QuestionError
from qa.questions.follow_up import carried_over, is_fragment, leans
from qa.questions.read import MAX_CHARACTERS, read_as, read_question
from qa.records import Turn


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("Where was he arrested?", True, id="a pronoun"),
        pytest.param("And how many of them were there?", True, id="an opening and"),
        pytest.param("What about Poole?", True, id="what about"),
        pytest.param("In Poole?", True, id="a fragment"),
        pytest.param("How long did that take?", True, id="that, pointing"),
        pytest.param("How many people were arrested in Poole?", False, id="whole by itself"),
        pytest.param("Who jailed the man that was found in Poole?", False, id="that, relative"),
        pytest.param("What time does the Theydon market open?", False, id="they inside a name"),
        ("What did the man who dragged a pensioner from his Ford look like?", False),
        ("How many robbers raided the One Stop in november?", False),
        ("How long did it take Ada Quill to run home?", False),
        ("How long did it take?", True),
    ],
)
def test_leaning(question, expected):
    assert leans(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("And in Poole?", True, id="a place alone"),
        pytest.param("What about the second van?", True, id="what about"),
        pytest.param("and how about May", True, id="how about, after and"),
        pytest.param("How long did he get?", False, id="points, but asks"),
        pytest.param("And what was in it?", False, id="an opening and"),
        pytest.param("And how many?", True, id="three words"),
        pytest.param("Was he jailed again?", False, id="yes or no"),
    ],
)
def test_a_fragment_does_not_say_what_is_asked(question, expected):
    assert is_fragment(question) is expected


def test_a_chain_is_followed_to_the_question_that_stands_alone():
    earlier = ["Who won the fair?", "Who robbed the bank in York?", "When did he do it?"]

    assert carried_over("And where was it?", earlier) == tuple(earlier[1:])


def test_a_question_that_stands_alone_carries_nothing():
    assert carried_over("How many people were arrested in Poole?", ["Who robbed a bank?"]) == ()


def test_history_may_be_turns_or_bare_strings():
    query = read_question("Where was he seen?", history=[Turn("Who robbed the bank in York?")])

    assert query.context == ("Who robbed the bank in York?",)
    assert query.words == "Who robbed the bank in York? Where was he seen?"
    assert read_as(query).carried_over == query.context


@pytest.mark.parametrize(
    ("question", "options", "said"),
    [
        pytest.param("", {}, "empty", id="empty"),
        pytest.param(" \n\t", {}, "empty", id="blanks"),
        pytest.param("x" * (MAX_CHARACTERS + 1), {}, "2,001 characters", id="too long"),
        pytest.param(7, {}, "int", id="not text"),
        pytest.param("Who?", {"areas": ["Mars"]}, "'Mars'", id="an unknown area"),
        pytest.param("Who?", {"published": ("soon", None)}, "'soon'", id="no date"),
        pytest.param(
            "Who?", {"published": ("2021-01-02", "2021-01-01")}, "backwards", id="dates reversed"
        ),
    ],
)
def test_what_cannot_be_searched_for_is_refused(question, options, said):
    with pytest.raises(QuestionError, match=said):
        read_question(question, known_areas=("Kent",), **options)


def test_filters_are_read_as_people_write_them():
    query = read_question(
        "Who?",
        areas=["kent", "KENT"],
        published=("7 December 2020", date(2021, 1, 2)),
        known_areas=("Kent",),
    )

    assert query.areas == ("Kent",)
    assert (query.published_from, query.published_to) == (date(2020, 12, 7), date(2021, 1, 2))


def test_half_a_surrogate_pair_is_no_reason_to_fail():
    assert read_question("caf\ud800 robbery").text == "caf? robbery"
