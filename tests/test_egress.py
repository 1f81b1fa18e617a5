"""Nothing leaves the machine while people ask: what the kernel is asked to connect to is counted.

The calls of a whole server, its threads and children are traced, so no library can go around
it, in whatever language it is written. The browser's requests are recorded beside it.
"""

import asyncio
import ipaddress
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest

from tests.browsing import ask, browser
from tests.conftest import ROOT, need
from tests.service.live import call
from tests.web_server import served_chat

__all__ = ["browser"]
QUESTION = "How many weapons were seized in the week of action?"
_ADDRESS = re.compile(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"')


@pytest.fixture
def traced(tmp_path):
    """What to run a program under, and the addresses that it called or sent to by now."""
    need(shutil.which("strace"), "strace")
    record = tmp_path / "calls"
    # The tracer is a grandchild, so that the program itself is the one to end.
    under = ("strace", "-D", "-f", "-qq", "--seccomp-bpf", "-o", str(record))
    calls = ("-e", "trace=connect,sendto,sendmsg,sendmmsg", "-e", "signal=none")

    def called():
        found = _ADDRESS.findall(record.read_text())
        return [ipaddress.ip_address(four or six) for four, six in found]

    return (*under, *calls), called


def test_what_is_called_is_counted(traced):
    under, called = traced
    script = (
        "import socket\n"
        "for kind, address in ((socket.AF_INET, '192.0.2.1'), (socket.AF_INET6, '2001:db8::1')):\n"
        "    for how in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n"
        "        try:\n"
        "            with socket.socket(kind, how) as one:\n"
        "                one.settimeout(0.1)\n"
        "                one.connect((address, 9))\n"
        "        except OSError: pass\n"
        "with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:\n"
        "    try: one.sendto(b'x', ('192.0.2.2', 53))\n"
        "    except OSError: pass\n"
    )
    subprocess.run([*under, sys.executable, "-c", script], check=True, timeout=30)

    assert sorted(map(str, called())) == sorted(
        ["192.0.2.1"] * 2 + ["2001:db8::1"] * 2 + ["192.0.2.2"]
    )


@pytest.mark.model
@pytest.mark.browser
def test_an_asker_is_answered_without_a_call_to_anywhere(seed_index, traced, browser):
    under, called = traced
    requests = []
    options = ("--index", str(seed_index), "--releases", str(ROOT / "seeds"))
    # What would be reached by way of the environment, if anything looked for it.
    far = {"HF_ENDPOINT": "http://192.0.2.3", "HF_HUB_OFFLINE": "0"}
    with served_chat(*options, program=("-m", "qa", "serve"), under=under, **far) as (address, _):
        page = browser.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        assert ask(page, QUESTION).locator("mark").count()
        page.get_by_role("button", name="Show in the release").first.click()
        page.get_by_role("dialog").wait_for()
        page.close()
        assert call(f"{address}/api/ask", {"question": QUESTION})[0] == 200
        assert call(f"{address}/plain?q={quote(QUESTION)}")[0] == 200
        # In a thread of its own: the browser has an event loop in this one.
        with ThreadPoolExecutor(1) as beside:
            assert beside.submit(asyncio.run, _by_tools(address)).result()["answered"]

    outside = [one for one in called() if not one.is_loopback]
    assert outside == []
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}


@pytest.mark.model
def test_the_shell_calls_nobody(seed_index, traced):
    under, called = traced
    command = [*under, sys.executable, "-m", "qa", "ask", QUESTION, "--index", str(seed_index)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert called() == []


async def _by_tools(address):
    from mcp import Client

    async with Client(f"{address}/mcp") as client:
        return (await client.call_tool("ask", {"question": QUESTION})).structured_content
