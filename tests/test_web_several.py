"""Many questions at once, behind the turnstile that each of them passes."""

import csv
import io
import re
from base64 import b64decode
from html import unescape
from pathlib import Path

import pytest

from qa.errors import EngineUnavailable
from qa.limits import Limits
from qa.service.fairness import Turnstile
from qa.web import turns
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.export.batch import BatchQuestion
from qa.web.several import answer_lines
from qa.web.taking import Taking
from tests.browsing import browser, visit
from tests.web_samples import SampleDesk
from tests.web_server import served_chat

__all__ = ["browser", "visit"]
WAITS = "the next one waits for its turn"


class LostDesk(SampleDesk):
    """Its server is gone from the third question on."""

    def ask(self, question, **how):
        if len(self.asked) == 2:
            raise EngineUnavailable("http://milvus:19530", "no answer")
        return super().ask(question, **how)


@pytest.fixture(scope="module")
def address():
    """A server that takes 60 questions a minute."""
    with served_chat("--desk", "metered") as (address, _):
        yield address


@pytest.fixture
def fair_desk(monkeypatch):
    """Give a desk as one visitor meets it, who may ask so often."""
    monkeypatch.setattr(turns, "address_of_event", lambda: "192.0.2.1")
    return lambda desk, per_minute: turns.fair(
        Opening(lambda: desk), Turnstile(Limits(per_minute=per_minute))
    )


def answer_all(opening, text):
    """Give the rows of the table, None if there is none, and all that was said meanwhile."""
    steps = list(Taking(opening, Limits()).answer_all(text, Conversation()))
    said = [unescape(re.sub("<[^>]*>", " ", notice)) for _, notice in steps]
    file = steps[-1][0]
    if not isinstance(file, str):
        return None, said
    data = b64decode(unescape(re.sub("<[^>]*>", "", file)))
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))), said


def test_more_questions_than_a_minute_has_are_answered_each_in_its_turn(fair_desk):
    desk = SampleDesk()
    rows, said = answer_all(fair_desk(desk, 48), "\n".join(f"Question {n}?" for n in range(49)))

    assert [row["answered"] for row in rows] == ["yes"] * 49
    assert [question for question, *_ in desk.asked] == [f"Question {n}?" for n in range(49)]
    assert any(WAITS in one for one in said)
    assert "Answered 49 of 49 questions" in said[-1]


def test_who_leaves_while_a_question_waits_asks_no_more(fair_desk):
    desk, lines = SampleDesk(), []
    ask = fair_desk(desk, 1).get().ask
    paused = []
    steps = answer_lines(ask, [BatchQuestion("Who?")] * 3, lines, paused.append)

    assert [next(steps) for _ in range(4)] == [False, False, True, True]
    steps.close()
    assert (len(desk.asked), len(lines), paused) == (1, 1, [1])


def test_after_a_fault_of_the_server_what_was_answered_is_given(fair_desk):
    rows, said = answer_all(fair_desk(LostDesk(), 30), "Who?\nWhy?\nWhen?\nWhere?\n")

    assert [(row["question"], row["answered"]) for row in rows] == [
        ("Who?", "yes"),
        ("Why?", "yes"),
        ("When?", ""),
        ("Where?", ""),
    ]
    assert [bool(row["error"]) for row in rows] == [False, False, True, True]
    assert "Answered 2 of 4 questions" in said[-1]
    assert "Could not be asked: 2" in said[-1]


def test_where_nothing_could_be_asked_there_is_no_table(fair_desk):
    desk = LostDesk()
    desk.asked = [None, None]
    rows, said = answer_all(fair_desk(desk, 30), "Who?\nWhy?\n")

    assert rows is None
    assert "be asked now" in said[-1]


@pytest.mark.browser
def test_on_the_page_they_go_on_by_themselves_and_end_with_the_visitor(visit):
    page = visit()
    _ask_all(page, 62)
    page.locator("#qa-several-done", has_text=WAITS).wait_for()
    with page.expect_download() as download:
        pass
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert [row["answered"] for row in rows] == ["yes"] * 62

    _ask_all(page, 150)
    page.locator("#qa-several-done", has_text=WAITS).wait_for()
    page.context.close()
    # Lists are taken one after the other: the next begins once this one has ended.
    other = visit()
    _ask_all(other, 1)
    other.locator("#qa-several-done", has_text="Answered 1 of 1").wait_for()


def _ask_all(page, count):
    if not page.locator("#qa-several textarea").is_visible():
        page.get_by_role("button", name="Several questions at once").click()
    page.locator("#qa-several textarea").fill("\n".join(f"Question {n}?" for n in range(count)))
    page.get_by_role("button", name="Answer all, save as a table").click()
