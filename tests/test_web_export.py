"""What is taken away says what the page said, and does nothing in the program that opens it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import QuestionError
from qa.index.facets import facets_of
from qa.web.acts import Ask, Open, Without, read_asking, read_open
from qa.web.asking import Asking, Filters, asking_of, query_string
from qa.web.escape import visible
from qa.web.export import Taken, markdown_file
from qa.web.export.batch import BatchQuestion, answer_line, batch_table, counts, read_batch
from qa.web.export.table import table
from tests.web_samples import PLAIN_SENTENCE, answered, quote

WHEN = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@a", "\t=1", "  =1", "＝1"])
def test_a_cell_that_a_spreadsheet_would_compute_is_text(cell):
    (row,) = csv.DictReader(io.StringIO(table(["a"], [[cell]]).decode("utf-8-sig")))

    assert row["a"] == f"'{cell}"


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zs", "Zl", "Zp"]), min_size=1))
def test_markdown_shows_a_question_as_it_is(text):
    from markdown_it import MarkdownIt

    shown = markdown_file([Taken(answered(text), (1,), WHEN)]).decode()
    heading = MarkdownIt().parse(shown)[4]

    assert "".join(part.content for part in heading.children) == visible(text).strip()


def test_markdown_marks_the_sentence_in_bold():
    from markdown_it import MarkdownIt

    shown = markdown_file([Taken(answered("?"), (7,), WHEN)]).decode()
    html = MarkdownIt("commonmark", {"html": False}).render(shown)

    assert f"<strong>{PLAIN_SENTENCE}</strong>" in html
    assert "[7] Vans &amp; &lt;i&gt;parrots&lt;/i&gt;" in html


def test_a_table_of_questions_is_read_with_its_filters_and_lines_without_a_head_are_questions():
    rows = "Question,Area,From\r\nWho?, North Shore,2020-01-01\r\n,,\r\n,South Shore,\r\n"
    whole = ("Who?", " North Shore", "2020-01-01")

    table, lines = read_batch(rows), read_batch("Who, me?\nWhy?\n\n")

    assert table.head == ("Question", "Area", "From")
    assert table.questions == (
        BatchQuestion("Who?", "North Shore", "2020-01-01", cells=whole),
        BatchQuestion("", "South Shore", cells=("", "South Shore", "")),
    )
    assert lines.head == ("question",)
    assert [one.question for one in lines.questions] == ["Who, me?", "Why?"]
    with pytest.raises(QuestionError, match="there is no question"):
        read_batch("\n")


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("blank", ["", "\r\n", " \t\r\n\r\n"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_cells_are_separated_as_people_s_programs_do_it(separator, blank, mark):
    rows = [["id", "question", "area"], ["7", "Who?", "Kent"], ["", "", ""], ["8", "Why?", ""]]
    text = "".join(f"{separator.join(row)}\r\n" for row in rows)

    batch = read_batch(f"{mark}{blank}{text}{blank}")

    assert batch.head == ("id", "question", "area")
    assert batch.questions == (
        BatchQuestion("Who?", "Kent", cells=("7", "Who?", "Kent")),
        BatchQuestion("Why?", cells=("8", "Why?", "")),
    )


@pytest.mark.parametrize(
    "line", ["Who; and why?", "Who\tme?", "Who | where?", "Is 'question' one?"]
)
def test_lines_that_are_no_table_are_questions_whatever_they_hold(line):
    assert [one.question for one in read_batch(f"{line}\n{line}\n").questions] == [line, line]


def test_the_columns_of_a_table_come_back_and_ours_are_named_apart():
    def ask(question, **how):
        if how["areas"] == ["Nowhere"]:
            raise QuestionError("no such area")
        return answered(question)

    batch = read_batch(
        "id,question,Area,answer_area,Title,\n7,Who?,,x,y,z\n8,Why?,Nowhere,,,\n9,How?\n"
    )
    lines = [answer_line(ask, question) for question in batch.questions]
    written = batch_table(batch.head, lines).decode("utf-8-sig")
    head, one, bad, short = csv.reader(io.StringIO(written))

    assert counts(lines) == (2, 1)
    assert head[:6] == ["id", "question", "Area", "answer_area", "Title", ""]
    assert len(head) == len({*head})
    assert {"sentence", "url", "answer_title", "answer_answer_area"} < {*head}
    assert [row[:6] for row in (one, bad, short)] == [
        ["7", "Who?", "", "x", "y", "z"],
        ["8", "Why?", "Nowhere", "", "", ""],
        ["9", "How?", "", "", "", ""],
    ]
    area, error = head.index("answer_answer_area"), head.index("error")
    assert [row[area] for row in (one, bad, short)] == [quote().area, "", quote().area]
    assert [row[error] for row in (one, bad, short)] == ["", "no such area", ""]


def test_where_no_name_is_taken_ours_are_as_they_are_documented():
    batch = read_batch("Who?")
    lines = [answer_line(lambda question, **_: answered(question), batch.questions[0])]
    (row,) = csv.DictReader(io.StringIO(batch_table(batch.head, lines).decode("utf-8-sig")))

    assert (row["question"], row["area"], row["error"]) == ("Who?", quote().area, "")


def test_an_address_asks_what_was_asked():
    class Values(dict):
        def get(self, name, default=""):
            return self[name][-1] if name in self else default

        def getlist(self, name):
            return (self.get(name, default=None) and self[name]) or []

    from urllib.parse import parse_qs

    asking = Asking("A & B?", Filters(("X", "Y"), "2020", "2021-03"), ("period",), ("Before?",))
    address = query_string(asking, asking.after, "g1", "en")

    assert asking_of(Values(parse_qs(address[1:]))) == asking


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("without 3 period area", Without(3, ("period", "area"))),
        ("ask Who?", Ask("Who?")),
        ("without 3 everything", None),
        ("without 0 area", None),
        ("open 1 2", None),
        ("", None),
    ],
)
def test_only_our_own_buttons_ask(value, wanted):
    assert read_asking(value) == wanted


def test_only_numbers_open():
    assert read_open("open 12 0") == Open(12, 0)
    assert read_open("open ../../etc 1") is None


def test_facets_count_by_area_and_month():
    import numpy as np

    from qa.index.columns import Columns

    days = [[737_700, 737_700], [737_700, 737_700], [0, 0]]  # 2 October 2020, twice, and unknown
    columns = Columns(
        ("A", "B"),
        np.arange(3, dtype=np.int32),
        np.array(days, dtype=np.int32),
        np.array([[True, False], [True, True], [False, True]]),
        *(np.zeros((3, width)) for width in (8, 1, 16, 1)),
    )
    found = facets_of(columns, ["B"])

    assert dict(found.areas) == {"A": 2, "B": 2}
    assert sum(found.months.values()) == 1
    assert found.undated == 1
    assert dict(facets_of(columns).months) == {"2020-10": 2}
