"""What visitors are told of an error: what they can cure, and nothing of this machine."""

import pytest
from fastapi.testclient import TestClient

from qa.errors import (
    EngineUnavailable,
    IndexDamaged,
    IndexMissing,
    ModelError,
    QuestionError,
    UsageError,
)
from qa.limits import Limits
from qa.service.fairness import Busy, Turnstile
from qa.service.faults import fault_of
from qa.web.asking import Asking
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.escape import escaped
from qa.web.head import corpus_of
from qa.web.reply import reply
from qa.web.taking import Taking

OURS = [
    IndexMissing("/srv/secret/index"),
    IndexMissing("postgresql://secret.internal/releases"),
    IndexDamaged("/srv/secret/index/g1/vectors.npy", "it is missing"),
    EngineUnavailable("http://secret.internal:19530", "no answer"),
    ModelError("the model in /srv/secret/model is damaged"),
    UsageError("the engine's address 'mysql://secret.internal' is none"),
]
THEIRS = [QuestionError("the question is empty; type it"), Busy("Too many questions wait", 5)]


def opening_that_meets(error):
    def open_desk():
        raise error

    return Opening(open_desk)


def told_by_every_page(error):
    """Give what head, chat, plain page and /api tell of it."""
    from qa.service.api import build_service
    from qa.service.desk import Counter
    from qa.web.plain.routes import plain_routes

    opening, asking = opening_that_meets(error), Asking("Who?")
    counter = Counter(opening.get, Turnstile(Limits()))
    service = build_service(counter)
    service.include_router(plain_routes(counter, opening))
    with TestClient(service, raise_server_exceptions=False) as client:
        plain = client.get("/plain", params={"q": "Who?"})
        asked = client.post("/api/ask", json={"question": "Who?"})
    assert plain.status_code == asked.status_code == fault_of(error)[0]
    return [
        escaped(corpus_of(opening).line),
        reply(opening, Conversation().asked(asking), asking).messages[-1].content,
        plain.text,
        escaped(asked.json()["error"]["message"]),
    ]


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_what_is_not_theirs_to_cure_is_told_without_places_and_logged(error, caplog):
    several = Taking(opening_that_meets(error), Limits()).answer_all("Who?", Conversation())
    pages = [*told_by_every_page(error), [said for _, said in several][-1]]

    assert len(pages) == 5
    assert [page for page in pages if escaped("secret") in page] == []
    assert str(error) in caplog.text
    assert fault_of(error)[0] == 503


@pytest.mark.parametrize("error", THEIRS, ids=lambda error: type(error).__name__)
def test_what_they_can_cure_is_told_word_for_word(error, caplog):
    words = escaped(str(error)[1:])  # a page begins it with a capital

    assert [page for page in told_by_every_page(error) if words not in page] == []
    assert caplog.text == ""


def test_a_missing_index_is_told_with_the_command_that_builds_it():
    *pages, _ = told_by_every_page(IndexMissing("here"))
    command = escaped("python -m qa build --index here --releases YOUR_RELEASES")

    assert [page for page in pages if command not in page] == []


def test_an_engine_s_address_that_is_wrong_is_no_fault_of_the_question():
    status, fault = fault_of(UsageError("the engine's address cannot be read"))

    assert (status, fault.kind) == (503, "not_ready")
