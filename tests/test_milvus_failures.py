"""A Milvus server or a load is killed, or gone: nothing is lost, and people are told."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from qa.assistant import Assistant
from qa.engines import publish, verify
from qa.errors import EngineUnavailable, IndexNotWritten
from qa.limits import Limits
from qa.service.api import build_service
from qa.service.desk import Counter
from qa.service.fairness import Turnstile
from tests.conftest import ROOT
from tests.index_samples import HashedWords, build
from tests.milvus_lite import address, client, index, segments
from tests.shell import called
from tests.test_egress import traced
from tests.test_engine_failures import QUESTION, folder, serves, until

__all__ = ["address", "client", "folder", "index", "traced"]
SWAN = "# A swan\n\nA swan was freed from a drain at Slough.\n"


@pytest.fixture
def loading(folder, index, address, client):
    """What serves, another generation in the folder, and when its load is half done."""
    build(folder, index, HashedWords())
    first = publish(index, address).generation
    (folder / "new.md").write_text(SWAN)
    second = build(folder, index, HashedWords(), fresh=True).generation
    before = set(segments(client))

    def is_half_done():
        return any(name.endswith("_values") for name in set(segments(client)) - before)

    return first, second, is_half_done


def test_a_server_killed_in_a_load_serves_what_it_did_and_takes_it_again(
    index, milvus, address, loading
):
    first, second, is_half_done = loading
    told = []

    def load():
        try:
            publish(index, address)
        except IndexNotWritten as error:
            told.append(str(error))

    thread = threading.Thread(target=load)
    thread.start()
    until(is_half_done)
    milvus.kill()
    thread.join(60)
    assert len(told) == 1
    assert f"{second} could not be published at {address}" in told[0]
    milvus.start()
    assert serves(address) == first
    assert verify(address).faults == ()
    assert publish(index, address).generation == second
    assert serves(address) == second
    assert verify(address).faults == ()
    with Assistant.open(address, encoder=HashedWords()) as desk:
        assert "swan" in desk.retrieve("a swan was freed from a drain")[0].text


def test_what_a_killed_load_left_is_removed_by_the_next(index, address, client, loading):
    first, second, is_half_done = loading
    script = "import sys; from qa.engines import publish; publish(*sys.argv[1:])"
    killed = subprocess.Popen([sys.executable, "-c", script, index, address], cwd=ROOT)
    until(is_half_done, 60)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert serves(address) == first
    left = set(segments(client))
    assert len(left) == 4
    assert publish(index, address).generation == second
    assert len(segments(client)) == 4  # the first one's for those who read it, and the second's
    assert len(left & set(segments(client))) == 2
    publish(index, address, grace=0)
    assert len(segments(client)) == 2
    assert verify(address).faults == ()


def test_questions_are_told_politely_while_it_is_gone_and_answered_once_it_is_back(
    folder, index, milvus, address
):
    build(folder, index, HashedWords())
    publish(index, address)
    with Assistant.open(address, encoder=HashedWords(), follow=True) as desk:
        service = TestClient(build_service(Counter(lambda: desk, Turnstile(Limits()))))

        def ask():
            return service.post("/api/ask", json={"question": QUESTION})

        before = ask()
        assert before.status_code == 200
        assert service.get("/api/ready").status_code == 200
        milvus.kill()
        begun = time.monotonic()
        gone = ask()
        assert time.monotonic() - begun < 12
        assert gone.status_code == 503
        assert gone.json()["error"]["kind"] == "not_ready"
        assert service.get("/api/ready").status_code == 503
        assert str(milvus.port) not in gone.text  # what machine it is stays in the log
        begun = time.monotonic()
        with pytest.raises(EngineUnavailable, match="Nothing is lost"):
            desk.ask(QUESTION)
        assert time.monotonic() - begun < 2
        milvus.start()
        until(lambda: ask().status_code == 200)
        assert ask().json() == before.json()


def test_two_who_publish_at_once_leave_one_generation_whole(folder, index, address, client):
    build(folder, index, HashedWords())

    def load(_):
        try:
            return publish(index, address).generation
        except IndexNotWritten as error:
            return str(error)

    with ThreadPoolExecutor(2) as both:
        told = sorted(both.map(load, range(2)))
    serving = serves(address)
    assert told[0] == serving
    assert told[1] == serving or "could not be published" in told[1]
    assert verify(address).faults == ()
    publish(index, address, grace=0)
    assert len(segments(client)) == 2
    assert verify(address).faults == ()


@pytest.mark.model
def test_a_command_says_which_server_is_gone(without_reader, monkeypatch):
    monkeypatch.setenv("QA_ENGINE", "folder")  # put back when the test ends
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and does not listen
        port = nobody.getsockname()[1]
        asked = called("ask", QUESTION, "--engine", f"http://127.0.0.1:{port}")
    assert asked.returncode == 3
    assert f"127.0.0.1:{port}" in asked.stderr
    assert "cannot be asked now" in asked.stderr


def test_nobody_but_the_server_is_called(folder, index, address, traced):
    under, calls = traced
    build(folder, index, HashedWords())
    script = (
        "import sys\nfrom qa.engines import publish, verify\n"
        "publish(*sys.argv[1:])\nassert not verify(sys.argv[2]).faults\n"
    )
    command = [*under, sys.executable, "-c", script, index, address]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    # gRPC writes an IPv4 address as one of IPv6.
    hosts = {str(getattr(one, "ipv4_mapped", None) or one) for one in calls()}
    assert hosts == {"127.0.0.1"}


def test_the_package_is_loaded_for_such_an_address_alone_and_reads_no_settings(tmp_path):
    (tmp_path / ".env").write_text("QA_ENGINE=http://192.0.2.1\n")
    script = (
        "import os, sys\nfrom qa.engines import engine_of\n"
        "engine_of('index'); engine_of('postgresql://host/database')\n"
        "print('pymilvus' in sys.modules, 'grpc' in sys.modules)\n"
        "engine_of('http://host')\n"
        "print('pymilvus' in sys.modules, 'QA_ENGINE' in os.environ, "
        "'PYTHON_DOTENV_DISABLED' in os.environ)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["False", "False", "True", "False", "False"]
