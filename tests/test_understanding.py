"""When and where are read in a question, shown, weaker than filters, and can be left out."""

import json
from datetime import date, datetime

import pytest

from qa.errors import QuestionError
from qa.language.dates import one_day
from qa.language.stated_dates import states_day_in
from qa.questions.understand import understanding_of

HEAD = "---\narea: {}\ndate: {}\ntitle: Fire at the mill\n---\n\n"
TEXT = "A fire was seen at the mill.\n\nThe fire at the mill {}.\n\nCall us on 101.\n"
CORPUS = {
    "soon.md": HEAD.format("Eastshire", "2020-12-14")
    + TEXT.format("broke out on Saturday (12/12)"),
    "court.md": HEAD.format("Kent", "2021-09-01") + TEXT.format("on 12 December 2020 was arson"),
    "spring.md": HEAD.format("Kent", "2019-04-02") + TEXT.format("hurt nobody overnight"),
    "undated.md": HEAD.format("Kent", "someday") + TEXT.format("was put out by six crews"),
}
QUESTION = "What is known of the fire at the mill"


def found(desk, question, **options):
    hits = desk.retrieve(question, 12, **options)
    return list(dict.fromkeys(hit.release for hit in hits))


def test_releases_of_the_period_come_first_and_none_is_lost(desk):
    assert set(found(desk, f"{QUESTION} on 12 December?")[:2]) == {"soon.md", "court.md"}
    assert found(desk, f"{QUESTION} in April 2019?")[0] == "spring.md"
    assert set(found(desk, f"{QUESTION} on 12 December 2020?")) == set(CORPUS)


def test_what_is_published_is_filtered_and_undated_ones_are_counted(desk):
    question = f"{QUESTION}, published in April 2019?"
    answer = desk.ask(question)

    assert found(desk, question) == ["spring.md"]
    assert (answer.searched.releases, answer.searched.undated_left_out) == (1, 1)
    assert answer.read_as.published_from == "2019-04-01"


def test_a_force_filters_and_a_place_lifts(desk):
    assert set(found(desk, f"{QUESTION}, Kent Police?")) == {*CORPUS} - {"soon.md"}
    in_kent = found(desk, f"{QUESTION} in Kent?")
    assert in_kent[-1] == "soon.md"
    assert set(in_kent) == set(CORPUS)


def test_the_reading_is_shown(desk):
    read = desk.ask(f"{QUESTION} in Kent on Saturday 12 December?").to_dict()["read_as"]

    assert read["period"] == {
        "first": "2020-12-12",
        "last": "2020-12-12",
        "kind": "event",
        "words": "Saturday 12 December",
    }
    assert read["places"] == ("Kent",)
    assert json.dumps(read)


def test_every_rule_can_be_left_out(desk):
    question = f"{QUESTION} of Kent Police in April 2019?"
    typed = desk.ask(question, understand=False).read_as
    period = desk.ask(question, understand=["period"]).read_as
    area = desk.ask(question, understand=["area"]).read_as

    assert (typed.period, typed.areas) == (None, ())
    assert (period.period.words, period.areas) == ("April 2019", ())
    assert (area.period, area.areas) == (None, ("Kent",))
    with pytest.raises(QuestionError, match="'weather' is no rule"):
        desk.ask(question, understand=["weather"])


def test_a_question_that_states_nothing_is_ranked_as_typed(desk):
    question = f"{QUESTION}?"

    assert desk.retrieve(question, 12) == desk.retrieve(question, 12, understand=False)


def test_filters_set_by_hand_win(desk):
    answer = desk.ask(f"{QUESTION} of Kent Police?", areas=["Eastshire"])
    dated = desk.ask(f"{QUESTION}, published in April 2019?", published_from="2020-01-01")

    assert answer.read_as.areas == ("Eastshire",)
    assert "were kept" in answer.read_as.notes[0]
    assert dated.read_as.published_from == "2020-01-01"
    assert "were kept" in dated.read_as.notes[0]


def test_a_period_with_nothing_in_it_loses_no_answer(desk):
    published = desk.ask(f"{QUESTION} in the release published in May 2015?")
    event = desk.ask(f"{QUESTION} in May 2015?")

    assert published.searched.releases == event.searched.releases == len(CORPUS)
    assert "set aside" in published.read_as.notes[0]
    assert "May 2015" in event.read_as.notes[0]


def test_today_can_be_set(desk):
    read = desk.ask(f"{QUESTION} last week?", today=date(2020, 12, 16)).read_as

    assert (read.period.first, read.period.last) == (date(2020, 12, 7), date(2020, 12, 13))


def test_a_refusal_says_how_to_search_without_what_was_read(desk):
    answer = desk.ask("Zebra xylophones quivering in Kent?")

    assert not answer.answered
    assert "ask it as typed" in answer.refusal.message
    assert answer.refusal.notes == ("as_typed",)


def test_a_refusal_in_another_language_says_that_only_english_is_read(desk):
    refusal = desk.ask("Wie viele Zebras wurden gestern am Bahnhof gefunden?").refusal

    assert refusal.notes == ("english_only",)
    assert refusal.message.endswith("sorry if yours is in another language.")


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("It broke out on Saturday (12/12).", True),
        ("It broke out on 12 December.", True),
        ("It broke out on 12 December 2020.", True),
        ("It broke out on 12 December 2019.", False),
        ("It broke out on December 12th.", True),
        ("It broke out on 12/12/20.", True),
        ("It broke out on 12/11/2020.", False),
        ("It broke out in December 2020.", True),
        ("It broke out on Saturday.", True),
        ("It broke out on Friday.", False),
        ("It broke out yesterday.", False),
        ("It broke out at 12.12.", False),
    ],
)
def test_a_day_stated_in_a_text(text, stated):
    day = date(2020, 12, 12)

    assert states_day_in(text, one_day(date(2020, 12, 14)), day, day) is stated


def test_yesterday_counts_from_the_publish_date():
    day = date(2020, 12, 13)

    assert states_day_in("It burnt yesterday.", one_day(date(2020, 12, 14)), day, day)
    assert not states_day_in("It burnt yesterday.", None, day, day)


@pytest.mark.parametrize(
    "text", ["It burnt at 12 Marsh Road.", "Mark 12 was read.", "Ring us 24/7."]
)
def test_an_address_states_no_day(text):
    published = one_day(date(2021, 5, 20))

    assert not states_day_in(text, published, date(2021, 3, 1), date(2021, 3, 31))
    assert not states_day_in(text, published, date(2021, 7, 1), date(2021, 7, 31))


def test_a_day_with_its_time_counts_as_the_day():
    now = understanding_of(True, datetime(2021, 5, 20, 12, 30), date(2021, 5, 1))

    assert now.today == date(2021, 5, 20)
