"""The chat behind the turnstile: who asks too often is told so in the conversation."""

from qa.limits import Limits
from qa.service.fairness import Turnstile
from qa.web import turns
from qa.web.asking import Asking
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.escape import escaped
from qa.web.reply import reply
from tests.web_samples import SampleDesk


def test_a_visitor_in_a_hurry_is_told_politely_and_others_are_answered(monkeypatch):
    address = ["192.0.2.1"]
    monkeypatch.setattr(turns, "address_of_event", lambda: address[0])
    opening = turns.fair(Opening(SampleDesk), Turnstile(Limits(per_minute=1)))

    def ask():
        asking = Asking("What was found?")
        return reply(opening, Conversation().asked(asking), asking).messages[-1].content

    first, second = ask(), ask()
    address[0] = "192.0.2.2"
    other = ask()

    assert "qa-quote" in first
    assert escaped("Ask again in ") in second
    assert "qa-quote" not in second
    assert "qa-quote" in other


def test_all_else_is_the_desk_s_own():
    desk = SampleDesk()
    fair = turns.FairDesk(desk, Turnstile(Limits()))

    assert (fair.areas, fair.counts, fair.span) == (desk.areas, desk.counts, desk.span)
