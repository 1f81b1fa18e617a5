"""Dates are read day first, in every form that releases use, and never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.language.dates import MONTHS, date_line, find_date, month_number, one_day, whole_month
from qa.records import Period

days = st.dates(date(1900, 1, 1), date(2099, 12, 31))


def ordinal(number):
    ending = "th" if 11 <= number <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def month(day):
    return MONTHS[day.month - 1].capitalize()


# Each writes one day; those of the first table are date lines as well.
LINES = {
    "7 December 2020": lambda day: f"{day.day} {month(day)} {day.year}",
    "07 Dec 2020": lambda day: f"{day.day:02} {month(day)[:3]} {day.year}",
    "7th December 2020": lambda day: f"{ordinal(day.day)} {month(day)} {day.year}",
    "7 th December 2020": lambda day: f"{day.day} th {month(day)} {day.year}",
    "7th of December, 2020": lambda day: f"{ordinal(day.day)} of {month(day)}, {day.year}",
    "7 DECEMBER 2020": lambda day: f"{day.day} {month(day).upper()} {day.year}",
    "December 7, 2020": lambda day: f"{month(day)} {day.day}, {day.year}",
    "Dec. 7th 2020": lambda day: f"{month(day)[:3]}. {ordinal(day.day)} {day.year}",
    "07/12/2020": lambda day: f"{day:%d/%m}/{day.year}",
    "7/12/2020": lambda day: f"{day.day}/{day.month}/{day.year}",
    "07-12-2020": lambda day: f"{day:%d-%m}-{day.year}",
    "07.12.2020": lambda day: f"{day:%d.%m}.{day.year}",
    "2020-12-07": lambda day: day.isoformat(),
    "15:00 07/12/2020": lambda day: f"15:00 {day:%d/%m}/{day.year}",
    "7 Dec 2020 15:22": lambda day: f"{day.day} {month(day)[:3]} {day.year} 15:22",
    "Posted at 22:49 on 7th December 2020": lambda day: (
        f"Posted at 22:49 on {ordinal(day.day)} {month(day)} {day.year}"
    ),
    "Published on Monday 7 December 2020, 3.06pm": lambda day: (
        f"Published on {day:%A} {day.day} {month(day)} {day.year}, 3.06pm"
    ),
}
WITHIN = {
    "2020-12-07T14:32:58+00:00": lambda day: f"{day.isoformat()}T14:32:58+00:00",
    "He was held on 7 December 2020 in Marrow": lambda day: (
        f"He was held on {day.day} {month(day)} {day.year} in Marrow"
    ),
    "ref 46/223143/20 of 07/12/2020": lambda day: f"ref 46/223143/20 of {day:%d/%m}/{day.year}",
}


@pytest.mark.parametrize(("example", "form"), (LINES | WITHIN).items(), ids=[*LINES, *WITHIN])
def test_the_forms_are_what_their_names_say(example, form):
    assert form(date(2020, 12, 7)) == example


@pytest.mark.parametrize("form", [*LINES.values(), *WITHIN.values()], ids=[*LINES, *WITHIN])
@given(day=days)
def test_any_day_in_any_form_is_found_and_never_swapped(form, day):
    assert find_date(form(day)) == day


@pytest.mark.parametrize("form", LINES.values(), ids=LINES)
@given(day=days)
def test_a_date_with_its_trimmings_is_a_date_line(form, day):
    assert date_line(f" {form(day)} ") == day


@pytest.mark.parametrize("form", WITHIN.values(), ids=WITHIN)
def test_a_date_among_other_words_is_no_date_line(form):
    assert date_line(form(date(2020, 12, 7))) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("31/02/2020", id="31 February"),
        pytest.param("29/02/2021", id="29 February of a common year"),
        pytest.param("30 February 2020", id="30 February by name"),
        pytest.param("31 June 2020", id="31 June"),
        pytest.param("00/01/2020", id="day 0"),
        pytest.param("01/00/2020", id="month 0"),
        pytest.param("12/25/2020", id="month first is not read"),
        pytest.param("2020-13-01", id="month 13"),
        pytest.param("2020-02-30", id="ISO 30 February"),
        pytest.param("07/12/20", id="two-digit year"),
        pytest.param("46/223143/20", id="crime reference"),
        pytest.param("44190007/12/2020", id="tail of a longer number"),
        pytest.param("07/12/20201", id="year too long"),
        pytest.param("07/12/1820", id="another century"),
        pytest.param("December 2020", id="no day"),
        pytest.param("7 December", id="no year"),
        pytest.param("at 22.30 September 2020", id="minutes are no day"),
        pytest.param("7 Smarch 2020", id="no month"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_date_is_none(text):
    assert find_date(text) is None
    assert date_line(text) is None


def test_the_first_of_several_dates_is_given():
    assert find_date("From 2020-12-07, not 1 May 2019 or 02/03/2018") == date(2020, 12, 7)


def test_an_impossible_date_does_not_hide_a_later_one():
    assert find_date("31/02/2020 or 01/03/2020") == date(2020, 3, 1)


def test_a_long_line_is_no_date_line():
    assert date_line("7 December 2020".rjust(80)) == date(2020, 12, 7)
    assert date_line("7 December 2020".rjust(81)) is None


@given(st.text(max_size=100) | st.text("0123456789/-.: thJandecot", max_size=60))
def test_no_text_makes_it_fail(text):
    found = find_date(text)

    assert found is None or 1900 <= found.year <= 2099
    assert date_line(text) in (None, found)


@pytest.mark.parametrize("number", range(1, 13))
def test_months_by_name_short_name_and_number(number):
    name = MONTHS[number - 1]

    for word in (name, name.upper(), name[:3], f"{name[:3]}.", f" {number} ", f"{number:02}"):
        assert month_number(word) == number


@pytest.mark.parametrize("word", ["", "ma", "0", "13", "mayor", "²", "-1", "none"])
def test_other_words_are_no_month(word):
    assert month_number(word) is None


def test_sept_is_september():
    assert month_number("Sept") == 9


def test_a_whole_month_runs_from_its_first_to_its_last_day():
    assert whole_month("2020", "february") == Period(date(2020, 2, 1), date(2020, 2, 29))
    assert whole_month(" 2021 ", "12") == Period(date(2021, 12, 1), date(2021, 12, 31))


@pytest.mark.parametrize(("year", "name"), [("20", "may"), ("1820", "may"), ("2020", "smarch")])
def test_no_month_of_no_year(year, name):
    assert whole_month(year, name) is None


@given(days)
def test_one_day_is_a_period_of_that_day(day):
    assert one_day(day).iso == day.isoformat()
