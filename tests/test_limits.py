"""What an owner sets is what a server takes: questions, files of the owner, lists of questions."""

import pytest

from qa.errors import QuestionError
from qa.limits import Limits
from qa.service.api import build_service
from qa.service.asked import Asked, ToAsk, ToRetrieve
from qa.service.desk import Counter
from qa.service.fairness import Turnstile
from qa.web.admin.office import open_office
from qa.web.admin.routes import admin_bodies
from qa.web.asking import Asking
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.escape import escaped
from qa.web.reply import find_problem
from qa.web.taking import Taking
from tests.web_samples import SampleDesk


class Desk(SampleDesk):
    """Takes the day that programs may send, too."""

    def ask(self, question, *, today=None, **how):
        return super().ask(question, **how)


def test_a_question_longer_than_is_taken_is_refused_before_a_turn():
    desk = Desk()
    counter = Counter(lambda: desk, Turnstile(Limits(question_characters=10, per_minute=1)))

    for _ in range(3):  # which would be too many in a minute
        with pytest.raises(QuestionError, match="has 11 characters; this server takes 10"):
            counter.ask(ToAsk(question="x" * 11), "192.0.2.1")
        with pytest.raises(QuestionError, match="this server takes 10"):
            counter.retrieve(ToRetrieve(question="x" * 11), "192.0.2.1")
        with pytest.raises(QuestionError, match="this server takes 10"):
            counter.read(Asked(question="x" * 11), "192.0.2.1")
    assert desk.asked == []
    assert counter.ask(ToAsk(question="x" * 10), "192.0.2.1")["answered"]


def test_the_description_for_programs_says_how_long_a_question_may_be():
    counter = Counter(SampleDesk, Turnstile(Limits(question_characters=10)))
    schemas = build_service(counter).openapi()["components"]["schemas"]

    assert [
        schemas[name]["properties"]["question"]["maxLength"]
        for name in ("ToAsk", "ToRetrieve", "Asked")
    ] == [10, 10, 10]


def test_a_page_takes_as_many_characters_as_are_set():
    assert find_problem(Asking("x" * 11), most=11) == ""
    assert "12 characters; at most 11" in find_problem(Asking("x" * 12), most=11)


def test_a_list_is_answered_up_to_as_many_questions_as_are_set():
    desk = SampleDesk()
    taking = Taking(Opening(lambda: desk), Limits(batch_questions=2))

    list(taking.answer_all("How much cash?\nWho spoke?\nWho came?", Conversation()))

    assert [question for question, *_ in desk.asked] == ["How much cash?", "Who spoke?"]


def test_a_list_tells_how_many_of_its_questions_could_not_be_asked():
    class Strict(SampleDesk):
        def ask(self, question, *, areas=(), **how):
            if "Nowhere" in areas:
                raise QuestionError("no such area")
            return super().ask(question, areas=areas, **how)

    taking = Taking(Opening(Strict), Limits())
    *_, (_, said) = taking.answer_all("question,area\nWho?,\nWhy?,Nowhere\n", Conversation())

    assert escaped("Could not be asked: 1") in said


def test_the_owner_may_send_files_as_large_as_are_read(tmp_path):
    opening = Opening(SampleDesk)
    small, large = (
        open_office(tmp_path, tmp_path / "index", opening, "127.0.0.1", max_kb=kb)
        for kb in (16, 4096)
    )

    assert (small.max_kb, large.max_kb) == (16, 4096)
    assert max(admin_bodies(small).values()) < 4096 * 1024 < max(admin_bodies(large).values())
