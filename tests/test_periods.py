"""Periods are read as a British reader means them, and plain words are never dates."""

from datetime import date
from pathlib import Path

import pytest

from qa.language.holidays import easter_sunday
from qa.language.periods import find_period

TODAY = date(2021, 3, 17)
TABLE = Path(__file__).parent / "data" / "periods.txt"


def rows():
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return [line.split("|") for line in lines if not line.startswith("#")]


def read(question, **options):
    found = find_period(question, TODAY, **options)
    if found is None:
        return ["none"]
    return [*(day.isoformat() if day else "" for day in (found.first, found.last)), found.kind]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_question_states_its_period(row):
    question, *expected = row

    assert read(question) == expected


def test_the_table_is_long_and_says_nothing_twice():
    questions = [row[0] for row in rows()]

    assert len(questions) == len(set(questions)) >= 150


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What burnt in the last week of January 2021?", "last week of January 2021"),
        ("Fires between 11 and 17 October", "11 and 17 October"),
        ("Fires since 2020?", "since 2020"),
        ("On 3 May 2019, who left, and who came on 5 May 2019?", "3 May 2019, 5 May 2019"),
    ],
)
def test_the_words_are_those_of_the_question(question, words):
    assert find_period(question, TODAY).words == words


def test_a_date_without_its_year_is_not_after_the_newest_release():
    assert read("What burnt in February?", newest=date(2020, 6, 1))[0] == "2020-02-01"
    assert read("What burnt yesterday?", newest=date(2020, 6, 1))[0] == "2021-03-16"


@pytest.mark.parametrize(
    "sunday", [date(1961, 4, 2), date(2000, 4, 23), date(2019, 4, 21), date(2024, 3, 31)]
)
def test_easter(sunday):
    assert easter_sunday(sunday.year) == sunday


def test_a_letter_that_grows_in_small_letters_moves_no_words():
    assert find_period("Who left İİ on 5 May 2019?", TODAY).words == "5 May 2019"


def test_of_two_months_the_first_is_before_the_second():
    found = find_period("Raids in October and in December", date(2026, 11, 27), date(2025, 11, 14))

    assert (found.first, found.last) == (date(2024, 10, 1), date(2024, 12, 31))
