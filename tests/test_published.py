"""The publish date comes from the first source that tells, and is never guessed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.records import Period
from qa.releases.head import Head
from qa.releases.published import TOP_LINES, published

BODY = "Two men were held.\n"
MONTH_URL = "https://marrow.example/news/2020/july/two-men"
DAY_URL = "https://marrow.example/news/2020/july/05-05-2020/two-men"
# Each source tells another month, in the order in which they are asked.
SOURCES = [
    ("publish.date", 1, {"publish.date": "15:00 01/01/2020"}),
    ("article.published.time", 2, {"article": {"published": {"time": "2020-02-02T10:00:00Z"}}}),
    ("publish.month", 3, {"publish": {"year": "2020", "month": "march", "day": "3"}}),
    ("date", 4, {"date": "4 April 2020"}),
    ("url", 5, {}),
    ("top line", 6, {}),
    ("url.month", 7, {}),
]


def tell(values, url=None, body=BODY):
    period, source = published(Head(values, 0), url, body)
    return (period.iso if period else None), source


@pytest.mark.parametrize("first", range(len(SOURCES)), ids=[source for source, _, _ in SOURCES])
def test_the_first_source_that_tells_is_taken(first):
    source, month, _ = SOURCES[first]
    values = {key: value for _, _, part in SOURCES[first:] for key, value in part.items()}
    url = DAY_URL if first <= 4 else MONTH_URL
    body = f"6 June 2020\n\n{BODY}" if first <= 5 else BODY

    told, name = tell(values, url, body)

    assert name == source
    assert told == ("2020-07" if source == "url.month" else f"2020-{month:02}-{month:02}")


@pytest.mark.parametrize(
    ("values", "told", "source"),
    [
        pytest.param({"publish": "13 Jan 2021"}, "2021-01-13", "publish.date", id="publish alone"),
        pytest.param({"published": "07/12/2020"}, "2020-12-07", "date", id="published"),
        pytest.param(
            {"publish": {"date": "Posted at 22:49 on 30th September 2020"}},
            "2020-09-30", "publish.date", id="words around the date",
        ),
        pytest.param(
            {"publish": {"year": "2020", "month": "november"}},
            "2020-11", "publish.month", id="only a month",
        ),
        pytest.param(
            {"year": "2020", "month": "2"}, "2020-02", "publish.month", id="parts at the top"
        ),
        pytest.param(
            {"year": "2020", "month": "2", "day": "1"}, "2020-02-01", "publish.month", id="numbers"
        ),
        pytest.param(
            {"year": "2020", "month": "june", "day": "31"},
            "2020-06", "publish.month", id="impossible day of a month",
        ),
        pytest.param(
            {"publish": {"date": "soon"}, "date": "1 May 2020"},
            "2020-05-01", "date", id="a field that tells no date is passed",
        ),
        pytest.param({"publish": {"date": "31/02/2020"}}, None, None, id="impossible date"),
        pytest.param({"publish": {"date": ["1 May 2020"]}}, None, None, id="a list is no date"),
        pytest.param({"year": "2020"}, None, None, id="only a year"),
        pytest.param({}, None, None, id="nothing"),
    ],
)  # fmt: skip
def test_heads(values, told, source):
    assert tell(values) == (told, source)


@pytest.mark.parametrize(
    ("path", "told", "source"),
    [
        ("news/07-12-2020/two-men", "2020-12-07", "url"),
        ("2020/12/07/two-men", "2020-12-07", "url"),
        ("2020/12/7", "2020-12-07", "url"),
        ("2020/december/two-men", "2020-12", "url.month"),
        ("2020/December", "2020-12", "url.month"),
        ("2020/13/07/two-men", None, None),
        ("31-02-2020/two-men", None, None),
        ("2020/decembers/two-men", None, None),
        ("2020/12/two-men", None, None),
        ("two-men-07-12-2020", None, None),
    ],
)
def test_addresses(path, told, source):
    assert tell({}, f"https://marrow.example/{path}") == (told, source)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_date_alone_on_one_of_the_first_lines(newline):
    body = f"# Two men held\n\n***\n\n**Published:** 7 December 2020\n\n{BODY}"

    assert tell({}, None, body.replace("\n", newline)) == ("2020-12-07", "top line")


def test_a_date_further_down_is_not_the_publish_date():
    lines = ["A line.\n"] * TOP_LINES

    assert tell({}, None, "".join(lines[1:]) + "7 December 2020\n")[1] == "top line"
    assert tell({}, None, "".join(lines) + "7 December 2020\n") == (None, None)


def test_a_date_in_a_sentence_is_not_the_publish_date():
    assert tell({}, None, "On 7 December 2020 two men were held.\n") == (None, None)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_day_and_month_are_never_swapped(day):
    expected = Period(day, day)
    written = f"{day:%d/%m}/{day.year}"

    for values, url, body in (
        ({"publish": {"date": written}}, None, BODY),
        ({"year": str(day.year), "month": str(day.month), "day": str(day.day)}, None, BODY),
        ({}, f"https://marrow.example/{day:%d-%m}-{day.year}/a", BODY),
        ({}, f"https://marrow.example/{day.year}/{day:%m/%d}/a", BODY),
        ({}, None, f"{written}\n\n{BODY}"),
    ):
        assert published(Head(values, 0), url, body)[0] == expected
