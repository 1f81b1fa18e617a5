"""The routes for programs, over a real index of a computable model."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from qa.errors import IndexMissing
from qa.limits import Limits
from qa.records import Answer, Hit
from qa.service.limits import MAX_AREAS, MAX_HISTORY
from tests.service.samples import CANARIES, canary_files, open_desk, service_of

QUESTION = f"Where was the {CANARIES[7]} found?"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("canaries")
    for name, text in canary_files().items():
        path = folder / "releases" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with open_desk(folder / "releases", folder / "index") as desk:
        yield desk


@pytest.fixture(scope="module")
def client(desk):
    with TestClient(service_of(desk), raise_server_exceptions=False) as client:
        yield client


def refused(answer, status, kind):
    error = answer.json()["error"]
    assert (answer.status_code, error["kind"]) == (status, kind), error
    assert set(error) == {"kind", "message", "cure"}
    assert all(error.values())
    return error["message"]


def test_an_answer_is_the_answer_of_the_assistant(client, desk):
    sent = {"question": "And who?", "history": [QUESTION], "areas": ["Wexmoor"], "understand": []}
    told = client.post("/api/ask", json=sent)

    expected = desk.ask("And who?", history=[QUESTION], areas=["Wexmoor"], understand=())
    values = TypeAdapter(Answer).dump_python(expected, mode="json")
    assert told.status_code == 200
    assert told.json() == values  # the records, as OpenAPI describes them, are the JSON


def test_hits_are_the_hits_of_the_assistant(client, desk):
    told = client.post("/api/retrieve", json={"question": QUESTION, "k": 3}).json()

    assert len(told) == 3
    assert told == TypeAdapter(list[Hit]).dump_python(desk.retrieve(QUESTION, 3), mode="json")


def test_the_schema_has_the_fields_of_the_answer(client, desk):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    answer = desk.ask(QUESTION).to_dict()

    assert set(schemas["Answer"]["properties"]) == set(answer)
    assert set(schemas["Quote"]["properties"]) == set(answer["quotes"][0])
    assert set(schemas["ReadAs"]["properties"]) == set(answer["read_as"])
    assert set(schemas["Searched"]["properties"]) == set(answer["searched"])


def test_every_quote_can_be_checked_by_a_program(client):
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert answer["quotes"]
    for quote in answer["quotes"]:
        where = {"generation": answer["generation"]}
        release = client.get(f"/api/releases/{quote['release']}", params=where).json()
        for span in (quote, quote["sentence"]):
            assert release["text"][span["start"] : span["end"]] == span["text"]
        assert release["sha256"] == quote["sha256"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({}, 422, "request"),
        ({"question": ""}, 422, "request"),
        ({"question": " \n"}, 422, "request"),
        ({"question": "x" * 2001}, 422, "request"),
        ({"question": 7}, 422, "request"),
        ({"question": "x", "colour": "red"}, 422, "request"),
        ({"question": "x", "areas": ["Nowhere"]}, 422, "question"),
        ({"question": "x", "areas": ["a"] * (MAX_AREAS + 1)}, 422, "request"),
        ({"question": "x", "history": ["a"] * (MAX_HISTORY + 1)}, 422, "request"),
        ({"question": "x", "published_from": "soon"}, 422, "request"),
        ({"question": "x", "published_from": "2021-01-02", "published_to": "2021-01-01"}, 422,
         "question"),
        ({"question": "x", "understand": ["mood"]}, 422, "request"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_a_cure(client, body, status, kind):
    refused(client.post("/api/ask", json=body), status, kind)


@pytest.mark.parametrize("k", [0, -1, 101, 1e9, 2.5, "3", True, None])
def test_k_is_a_whole_number_from_1_to_100(client, k):
    refused(client.post("/api/retrieve", json={"question": "x", "k": k}), 422, "request")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b'{"question": "\\ud800"}', b"[" * 50_000, b'{"question": NaN}'],
)
def test_broken_bodies_are_the_sender_s_fault(client, body):
    answer = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
    if b"ud800" in body:
        assert answer.status_code in (200, 422)
        return
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["cure"]


@pytest.mark.parametrize(
    "path",
    ["nothing.md", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd", "area", "a%00b"],
)
def test_a_path_is_a_name_in_the_index_and_nothing_else(client, path):
    refused(client.get(f"/api/releases/{path}"), 404, "not_found")


def test_another_generation_is_gone(client):
    path = f"/api/releases/area/{CANARIES[0]}.md"
    assert client.get(path).status_code == 200
    refused(client.get(path, params={"generation": "g00000000-00000000"}), 410, "generation_gone")


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"question": ""}, "question: it is empty"),
        ({"question": "x" * 2001}, "question: it has more than 2,000 characters"),
        (
            {"question": "x", "published_to": "31/12"},
            "published_to: it must be a day, as 2020-12-31",
        ),
        ({"question": "x", "understand": ["moon"]}, "understand.0: 'moon' is no rule"),
        ({"question": "x", "sort": 1}, "sort: there is no such field"),
        ([], "the body: it must be a JSON object"),
    ],
)
def test_what_is_wrong_is_told_in_words(client, sent, told):
    assert refused(client.post("/api/ask", json=sent), 422, "request").startswith(told)


def test_unknown_routes_and_methods_are_told_in_the_same_form(client):
    refused(client.get("/api/nothing"), 404, "not_found")
    refused(client.get("/api/ask"), 405, "method")
    refused(client.post("/api/health"), 405, "method")


def test_health_is_of_the_process_and_readiness_of_the_index(client, desk):
    def missing():
        raise IndexMissing("/a/private/path")

    assert client.get("/api/health").json()["status"] == "well"
    ready = {"status": "ready", "generation": desk.generation.name}
    assert client.get("/api/ready").json() == ready
    from qa.service.api import build_service
    from qa.service.desk import Counter
    from qa.service.fairness import Turnstile

    with TestClient(build_service(Counter(missing, Turnstile(Limits())))) as without:
        assert without.get("/api/health").status_code == 200
        assert "private" not in refused(without.get("/api/ready"), 503, "not_ready")
        assert "private" not in refused(
            without.post("/api/ask", json={"question": "x"}), 503, "not_ready"
        )


def test_who_asks_too_often_is_told_when_to_come_again(desk):
    with TestClient(service_of(desk, Limits(per_minute=2))) as client:
        answers = [client.post("/api/ask", json={"question": QUESTION}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["retry-after"]) <= 30
    refused(answers[2], 429, "too_many")


def test_sixty_four_visitors_each_get_their_own_answer(client, desk):
    def sent(word):
        return {"question": f"Who found it, the {word}?", "history": [f"Where was the {word}?"]}

    def visit(word):
        while True:
            told = client.post("/api/ask", json=sent(word))
            if told.status_code != 503:
                return told.json()

    alone = [desk.ask(**sent(word)).to_dict() for word in CANARIES]
    with ThreadPoolExecutor(64) as visitors:
        together = list(visitors.map(visit, CANARIES))

    assert len(together) == len(set(CANARIES)) == 64
    for word, expected, answer in zip(CANARIES, alone, together, strict=True):
        read_as = answer["read_as"]
        # What is carried names the release quoted before, and so may hold any word of releases.
        told = json.dumps([answer["question"], read_as["text"], read_as["carried_over"]])
        assert [one for one in CANARIES if one in told] == [word]
        assert answer == json.loads(json.dumps(expected))


def test_no_question_is_logged(client, caplog):
    caplog.set_level("DEBUG", "qa")
    client.post("/api/ask", json={"question": "Where was the zebrafinch found?"})
    client.post("/api/ask", json={"question": "zebrafinch " * 500})

    assert "zebrafinch" not in caplog.text
