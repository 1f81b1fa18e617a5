"""A server is killed, or gone, or its replica answers: nothing is lost, and people are told."""

import threading
import time
from contextlib import closing

import psycopg
import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.engines import engine_of, publish, verify
from qa.errors import EngineUnavailable, IndexBusy, IndexNotWritten
from qa.index.store import current_name
from qa.limits import Limits
from qa.service.api import build_service
from qa.service.desk import Counter
from qa.service.fairness import Turnstile
from tests.index_samples import HashedWords, build
from tests.postgres import Postgres
from tests.shell import called
from tests.test_segments import text_of

QUESTION = text_of(3)[-60:]


@pytest.fixture
def server():
    server = Postgres()
    yield server
    server.close()


@pytest.fixture
def folder(write):
    return write({f"{number:02}.md": text_of(number) for number in range(40)})


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def published(folder, index, server):
    build(folder, index, HashedWords())
    return publish(index, server.address).generation


def slowly(server):
    """Make a load stand still once its first rows are there: `qa.prepare` sees each new segment."""
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION qa.wait() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$"
        )
        connection.execute(
            "CREATE FUNCTION qa.prepare(name text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN "
            "EXECUTE format('CREATE TRIGGER wait AFTER INSERT ON %I.paragraphs "
            "EXECUTE FUNCTION qa.wait()', name); END $$"
        )


def serves(address):
    with closing(engine_of(address)) as engine:
        return engine.current_name()


def is_loading(server):
    """Tell whether a load stands still behind its rows of paragraphs."""
    with psycopg.connect(server.address) as connection:
        waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        return connection.execute(waiting).fetchone()[0] > 0


def until(true, seconds=30):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.05)


def test_a_server_killed_in_a_load_serves_what_it_did_and_takes_it_again(folder, index, server):
    first = published(folder, index, server)
    (folder / "new.md").write_text("# A swan\n\nA swan was freed from a drain at Slough.\n")
    second = build(folder, index, HashedWords()).generation
    slowly(server)
    told = []

    def load():
        try:
            publish(index, server.address)
        except IndexNotWritten as error:
            told.append(str(error))

    loading = threading.Thread(target=load)
    loading.start()
    until(lambda: is_loading(server))
    with pytest.raises(IndexBusy):
        publish(index, server.address)
    server.kill()
    loading.join(30)
    assert len(told) == 1
    assert "could not be published" in told[0]
    server.start()
    assert serves(server.address) == first
    assert verify(server.address).faults == ()
    with psycopg.connect(server.address) as connection:
        connection.execute("DROP FUNCTION qa.prepare")
    assert publish(index, server.address).generation == second
    assert serves(server.address) == second
    assert verify(server.address).faults == ()
    with Assistant.open(server.address, encoder=HashedWords()) as desk:
        assert "swan" in desk.retrieve("a swan was freed from a drain")[0].text


def test_questions_are_told_politely_while_it_is_gone_and_answered_once_it_is_back(
    folder, index, server
):
    published(folder, index, server)
    with Assistant.open(server.address, encoder=HashedWords(), follow=True) as desk:
        client = TestClient(build_service(Counter(lambda: desk, Turnstile(Limits()))))

        def ask():
            return client.post("/api/ask", json={"question": QUESTION})

        before = ask()
        assert before.status_code == 200
        assert client.get("/api/ready").status_code == 200
        server.kill()
        begun = time.monotonic()
        gone = ask()
        assert time.monotonic() - begun < 10
        assert gone.status_code == 503
        assert gone.json()["error"]["kind"] == "not_ready"
        assert client.get("/api/ready").status_code == 503
        assert str(server.port) not in gone.text  # what machine it is stays in the log
        with pytest.raises(EngineUnavailable, match="Nothing is lost"):
            desk.ask(QUESTION)
        server.start()
        until(lambda: ask().status_code == 200)
        assert ask().json() == before.json()
        assert client.get("/api/ready").status_code == 200


@pytest.mark.model
def test_a_command_says_which_server_is_gone(server, without_reader, monkeypatch):
    monkeypatch.setenv("QA_ENGINE", "folder")  # put back when the test ends
    server.kill()
    asked = called("ask", QUESTION, "--engine", server.address)
    assert asked.returncode == 3
    assert f"127.0.0.1:{server.port}" in asked.stderr
    assert "cannot be asked now" in asked.stderr
    assert "Is the server running" not in asked.stderr


@pytest.mark.model
def test_a_build_says_what_is_done_while_the_server_is_gone(
    server, seeds, without_reader, monkeypatch, tmp_path
):
    monkeypatch.setenv("QA_ENGINE", "folder")
    server.kill()
    index = tmp_path / "index"
    options = ("--releases", seeds, "--index", index, "--engine", server.address)
    built = called("build", *options)
    assert built.returncode == 3
    assert "is built, and could not be published" in built.stderr
    assert current_name(index)


def test_a_replica_answers_while_the_primary_is_gone(folder, index, server):
    first = published(folder, index, server)
    replica = Postgres(of=server)
    try:
        both = f"postgresql://qa@127.0.0.1:{server.port},127.0.0.1:{replica.port}/postgres"
        with Assistant.open(both, encoder=HashedWords(), follow=True) as desk:
            (folder / "new.md").write_text("# A swan\n\nA swan was freed from a drain.\n")
            build(folder, index, HashedWords())
            second = publish(index, both).generation  # the one of the two that takes writes
            assert second != first
            until(lambda: serves(replica.address) == second)
            until(lambda: desk.generation_name == second)
            server.kill()
            with Assistant.open(index, encoder=HashedWords()) as here:
                assert desk.ask(QUESTION).to_dict() == here.ask(QUESTION).to_dict()
            with pytest.raises(EngineUnavailable):
                publish(index, both)
        with Assistant.open(both, encoder=HashedWords()) as desk:
            assert "swan" in desk.retrieve("a swan was freed from a drain")[0].text
    finally:
        replica.close()
