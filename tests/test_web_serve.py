"""Starting the server: what is loaded, what is said, what is refused."""

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from qa.errors import UsageError
from qa.limits import DEFAULTS
from qa.service.limits import Reached
from qa.web.serve import running
from tests.shell import called
from tests.web_server import APP, served_chat

ROOT = Path(__file__).resolve().parent.parent


def test_importing_the_web_package_loads_nothing_heavy():
    code = (
        "import sys, app, qa.web.serve, qa.web.chat, qa.web.theme\n"
        "print([m for m in ('gradio', 'torch', 'faiss', 'fastapi', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == "[]", done.stderr


def test_a_taken_port_is_named_with_the_cure():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with (
            pytest.raises(UsageError, match=rf"port {port} .*--port {port + 1}"),
            running(None, port=port),
        ):
            pass


@pytest.mark.parametrize(
    ("command", "begun"),
    [(("-m", "qa", "serve"), "qa serve"), (("app.py",), "python app.py")],
)
def test_the_cure_of_a_taken_port_is_the_command_that_was_run(command, begun):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, *command, "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert done.returncode == 2
    assert done.stderr.endswith(f"e.g.: {begun} --port {port + 1}\n")


def test_a_host_of_another_machine_is_refused():
    with pytest.raises(UsageError, match=r"192\.0\.2\.1"), running(None, host="192.0.2.1"):
        pass


@pytest.mark.parametrize("proxy", ["nonsense", "proxy.example", "10.0.0.1/8", "127.0.0.1:80", "*"])
def test_what_is_no_address_of_a_proxy_is_refused_at_once(proxy):
    done = called("serve", "--proxy", "127.0.0.1", "--proxy", proxy)

    assert (done.returncode, done.stdout) == (2, "")
    assert f"--proxy {proxy!r} is no address of a proxy" in done.stderr
    assert "give an IP address or a network" in done.stderr


def test_addresses_and_networks_of_proxies_are_taken():
    proxies = ("127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8")

    assert Reached(proxies=proxies).proxies == proxies


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "७"])
def test_what_is_no_port_is_refused_before_anything_is_loaded(port):
    done = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=os.environ | {"PORT": port},
        capture_output=True,
        text=True,
        timeout=20,
    )

    served = called("serve", "--port", port)

    assert (done.returncode, served.returncode) == (2, 2)
    assert "give a number from 1 to 65535" in done.stderr
    assert "Traceback" not in done.stderr
    assert served.stderr == done.stderr.replace("app.py: ", "qa: ")


def test_the_page_can_be_taken_from_app_py():
    code = "import app; print(type(app.demo).__name__, app.demo is app.demo, hasattr(app, 'x'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.split() == ["Blocks", "True", "False"], done.stderr


@pytest.fixture(scope="module")
def address():
    with served_chat() as (address, _):
        yield address


def fetch(address, path="/", **headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        request = urllib.request.Request(address + path, headers=headers)
        with opener.open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, ""


def test_the_page_is_served_behind_the_wall(address):
    status, headers, page = fetch(address)

    assert status == 200
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "Release QA" in page
    assert f'"max_length":{DEFAULTS.typed_characters}' in page.replace(" ", "")
    assert fetch(address, "/gradio_api/upload")[0] == 404
    assert fetch(address, "/", Host="evil.example")[0] == 400


def test_the_page_names_no_other_host(address):
    _, _, page = fetch(address)
    # Names of vocabularies and of the makers are no requests; sources and links would be.
    loaded = re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(https?://[^"') >]+)""", page)

    assert [source for source in loaded if not source.startswith(address)] == []


def test_listening_for_others_is_warned_of():
    with served_chat("--host", "0.0.0.0") as (address, served):
        assert fetch(address)[0] == 200
        assert "anyone who can reach this machine" in served.stderr.readline()


def test_without_an_index_the_chat_starts_and_says_what_to_do(tmp_path):
    proxy = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9"}
    arguments = ("--index", "nothing-here")
    with served_chat(*arguments, program=APP, folder=tmp_path, **proxy) as (address, served):
        assert fetch(address)[0] == 200
        assert "python -m qa build --index nothing-here" in served.stderr.readline()
        served.terminate()

        assert served.wait(timeout=20) == 0


def test_a_signal_that_comes_to_another_thread_ends_it():
    code = (
        "import signal, threading, time\n"
        "from qa.web.serve import _wait\n"
        "def other():\n"
        "    time.sleep(1)\n"  # till the first one waits
        "    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)\n"
        "    time.sleep(60)\n"
        "threading.Thread(target=other, daemon=True).start()\n"
        "_wait()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=30)
