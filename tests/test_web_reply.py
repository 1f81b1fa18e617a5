"""Questions through the desk: answers, messages for what is wrong, and never an exception."""

import logging
import threading
from datetime import date

import pytest

from qa.errors import IndexMissing
from qa.limits import DEFAULTS
from qa.questions.understand import RULES
from qa.records import Turn
from qa.web.asking import Asking, Filters
from qa.web.conversation import MAX_EXCHANGES, MAX_TURNS, Conversation
from qa.web.desk import Opening
from qa.web.reply import reply
from tests.web_samples import PLAIN_SENTENCE, SampleDesk, answered, read_html


def ask(question, desk=None, filters=None, conversation=None):
    desk = desk or SampleDesk()
    asking = Asking(question, filters or Filters())
    conversation = (conversation or Conversation()).asked(asking)
    return reply(Opening(lambda: desk), conversation, asking)


def last_text(conversation):
    return read_html(conversation.messages[-1].content)[0]["div"][0]


def test_an_answer_is_shown_and_remembered():
    done = ask("How much cash?")

    assert [message.role for message in done.messages] == ["user", "assistant"]
    assert read_html(done.messages[0].content)[0]["div"] == ["How much cash?"]
    assert read_html(done.messages[1].content)[0]["mark"] == [PLAIN_SENTENCE]
    assert done.turns == (Turn("How much cash?", answered("How much cash?")),)


def test_the_desk_is_given_the_turns_before_and_the_filters_as_days():
    desk = SampleDesk()
    first = ask("How much cash?", desk)
    ask("And who?", desk, Filters(("North Shore",), "2019", "2020"), first)

    assert desk.asked[1] == (
        "And who?",
        first.turns,
        ("North Shore",),
        date(2019, 1, 1),
        date(2020, 12, 31),
    )


def test_without_filters_nothing_is_filtered():
    desk = SampleDesk()
    ask("How much cash?", desk)

    assert desk.asked == [("How much cash?", (), (), None, None)]


def test_only_the_last_turns_and_messages_are_kept():
    conversation = Conversation()
    for number in range(MAX_EXCHANGES + 5):
        conversation = ask(f"Question {number}?", conversation=conversation)

    assert [turn.question for turn in conversation.turns] == [
        f"Question {number}?" for number in range(MAX_EXCHANGES + 5 - MAX_TURNS, MAX_EXCHANGES + 5)
    ]
    assert len(conversation.messages) == 2 * MAX_EXCHANGES
    assert conversation.exchanges[-1].number == MAX_EXCHANGES + 5


@pytest.mark.parametrize(
    ("question", "filters", "part"),
    [
        pytest.param("", Filters(), "Type a question", id="empty"),
        pytest.param(" \n\t", Filters(), "Type a question", id="blank"),
        pytest.param("x" * 501, Filters(), "501 characters; at most 500", id="too long"),
        pytest.param("Who?", Filters(first="soon"), "“soon” is not a year", id="no year"),
        pytest.param("Who?", Filters(last="2020-13"), "“2020-13” is not a", id="no month"),
        pytest.param("Who?", Filters(last="0000"), "“0000” is not a year", id="year 0"),
        pytest.param("Who?", Filters((), "2021", "2020"), "Swap the two", id="backwards"),
    ],
)
def test_what_cannot_be_asked_gets_a_message_and_does_not_reach_the_desk(question, filters, part):
    desk = SampleDesk()
    done = ask(question, desk, filters)

    assert part in last_text(done)
    assert desk.asked == []
    assert done.turns == ()


def test_months_are_whole_and_rules_left_out_are_not_read():
    desk = SampleDesk()
    asking = Asking("Who?", Filters((), "2020-02", "2020-02"), ("period",))
    reply(Opening(lambda: desk), Conversation().asked(asking), asking)

    assert desk.asked[0][3:] == (date(2020, 2, 1), date(2020, 2, 29))
    assert desk.understood == [tuple(rule for rule in RULES if rule != "period")]


def test_a_passage_keeps_its_number_through_the_conversation():
    first = ask("How much cash?")
    second = ask("And who?", conversation=first)

    assert [one.numbers for one in second.exchanges] == [(1,), (1,)]


def test_the_longest_question_is_asked():
    assert len(ask("x" * DEFAULTS.typed_characters).turns) == 1


def test_a_fault_is_told_by_an_id_that_the_log_explains(caplog):
    with caplog.at_level(logging.ERROR):
        done = ask("a fault, please")

    (record,) = caplog.records
    fault = record.args[0]
    assert f"(fault {fault})" in last_text(done)
    assert "private" not in last_text(done)
    assert "ZeroDivisionError: /a/private/path" in caplog.text
    assert done.turns == ()


def test_a_missing_index_is_told_with_its_cure_and_found_once_it_is_there():
    outcomes = [IndexMissing("index"), SampleDesk()]

    def open_desk():
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    opening = Opening(open_desk)
    asked = Conversation().asked(Asking("Who?"))
    before = reply(opening, asked, Asking("Who?"))
    after = reply(opening, before.asked(Asking("Who?")), Asking("Who?"))

    assert "python -m qa build --index index" in last_text(before)
    assert last_text(before).startswith("There is no index")
    assert len(after.turns) == 1


def test_visitors_who_come_at_once_share_one_desk():
    opened = []
    opening = Opening(lambda: opened.append(1) or SampleDesk())
    desks = []
    visitors = [threading.Thread(target=lambda: desks.append(opening.get())) for _ in range(8)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()

    assert len(opened) == 1
    assert len({id(desk) for desk in desks}) == 1
    assert len(desks) == 8


def test_warming_opens_the_desk_and_survives_a_missing_index(caplog):
    desk = SampleDesk()
    Opening(lambda: desk).warm().join(timeout=10)
    assert len(desk.asked) == 1

    def missing():
        raise IndexMissing("index")

    Opening(missing).warm().join(timeout=10)
    assert "python -m qa build" in caplog.text
