"""Turns: so many a minute for each address, so many at once for all."""

import threading

import pytest

from qa.errors import UsageError
from qa.limits import Limits
from qa.service.fairness import Busy, TooMany, Turnstile


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def turns(turnstile, address, times):
    for _ in range(times):
        with turnstile.turn(address):
            pass


def test_a_minute_s_questions_may_come_at_once_and_then_one_at_a_time():
    clock = Clock()
    turnstile = Turnstile(Limits(per_minute=6), clock)
    turns(turnstile, "192.0.2.1", 6)

    with pytest.raises(TooMany, match="6 questions a minute") as told, turnstile.turn("192.0.2.1"):
        pass
    assert told.value.seconds == 60 / 6

    clock.now += told.value.seconds
    turns(turnstile, "192.0.2.1", 1)
    with pytest.raises(TooMany):
        turns(turnstile, "192.0.2.1", 1)


def test_a_refused_question_costs_nothing_and_others_are_not_touched():
    clock = Clock()
    turnstile = Turnstile(Limits(per_minute=1), clock)
    turns(turnstile, "192.0.2.1", 1)
    for _ in range(50):
        with pytest.raises(TooMany):
            turns(turnstile, "192.0.2.1", 1)
    turns(turnstile, "192.0.2.2", 1)
    turns(turnstile, None, 9)

    clock.now += 60
    turns(turnstile, "192.0.2.1", 1)


def test_addresses_of_one_network_are_one_visitor():
    turnstile = Turnstile(Limits(per_minute=1), Clock())
    turns(turnstile, "2001:db8::1", 1)
    with pytest.raises(TooMany):
        turns(turnstile, "2001:db8::ffff", 1)
    turns(turnstile, "2001:db8:0:1::1", 1)


def test_who_asks_too_often_is_told_in_whole_sentences():
    turnstile = Turnstile(Limits(per_minute=2), clock=lambda: 0.0)
    turns(turnstile, "192.0.2.1", 2)

    with pytest.raises(TooMany) as told:
        turns(turnstile, "192.0.2.1", 1)

    assert str(told.value) == (
        "More than 2 questions a minute came from your address. Ask again in 30 s."
    )


def test_one_more_than_may_wait_is_sent_away_at_once():
    turnstile = Turnstile(Limits(at_once=1, waiting=1))
    inside, leave = threading.Event(), threading.Event()

    def stay():
        with turnstile.turn(None):
            inside.set()
            leave.wait(10)

    first = threading.Thread(target=stay)
    second = threading.Thread(target=turns, args=(turnstile, None, 1))
    first.start()
    inside.wait(10)
    second.start()
    while turnstile._inside < 2:
        pass
    with pytest.raises(Busy, match=r"^Too many questions wait already\. Ask again in 5 s\.$"):
        turns(turnstile, None, 1)
    leave.set()
    first.join(10)
    second.join(10)
    turns(turnstile, None, 3)


def test_a_fault_inside_gives_the_turn_back():
    turnstile = Turnstile(Limits(at_once=1, waiting=1))
    for _ in range(5):
        with pytest.raises(ZeroDivisionError), turnstile.turn(None):
            raise ZeroDivisionError


@pytest.mark.parametrize("wrong", [{"per_minute": 0}, {"at_once": 9}, {"waiting": 31}])
def test_limits_that_make_no_sense_are_refused(wrong):
    with pytest.raises(UsageError, match="it must be a whole number from 1 to"):
        Limits(**wrong)


def test_what_costs_a_part_of_a_question_may_come_so_much_oftener():
    turnstile = Turnstile(Limits(per_minute=2), Clock())

    for _ in range(10):
        with turnstile.turn("192.0.2.1", 1 / 5):
            pass
    with pytest.raises(TooMany), turnstile.turn("192.0.2.1", 1 / 5):
        pass
