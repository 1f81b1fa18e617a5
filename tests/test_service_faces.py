"""One question through every face: shell, HTTP, tools, plain page. The answer is the same."""

import asyncio
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress

import pytest

from qa.questions.understand import RULES
from tests.conftest import ROOT
from tests.service.live import call, served_site
from tests.shell import called
from tests.web_samples import read_html

QUESTION = "How many weapons were seized in the week of action?"
FILTERS = {"published_from": "2020-01-01", "published_to": "2021-12-31"}
# Its period counts from a day of 2020, and its area is not read: the shell has options for both.
RELATIVE = "What was seized in the week of action in Marrowdale last month?"
READ = {"understand": [rule for rule in RULES if rule != "area"], "today": "2020-11-20"}
READ_OPTIONS = ("--today", "2020-11-20", "--no-area")
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def address(seed_index):
    with served_site(seed_index) as address:
        yield address


@pytest.fixture(scope="module")
def by_shell(seed_index):
    filters = ("--from", FILTERS["published_from"], "--to", FILTERS["published_to"])
    return shell(seed_index, "ask", QUESTION, *filters)


@pytest.fixture(scope="module")
def read_by_shell(seed_index):
    """The answer and the paragraphs for the words that are read with options."""
    return [shell(seed_index, command, RELATIVE, *READ_OPTIONS) for command in ("ask", "retrieve")]


def shell(index, *arguments):
    command = [sys.executable, "-m", "qa", *arguments, "--json", "--index", str(index)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def same(one, other):
    """Compare field by field; what is computed in floats may differ in the last places."""
    assert type(one) is type(other), (one, other)
    if isinstance(one, dict):
        assert list(one) == list(other)
        for name in one:
            same(one[name], other[name])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    else:
        assert one == pytest.approx(other, abs=1e-4) if isinstance(one, float) else one == other


def test_shell_and_http_give_the_same_answer(address, by_shell):
    status, _, told = call(f"{address}/api/ask", {"question": QUESTION, **FILTERS})

    assert status == 200
    assert by_shell["answered"]
    same(json.loads(told), by_shell)


def test_what_is_read_of_the_words_is_chosen_alike_by_every_face(address, read_by_shell):
    answer, hits = read_by_shell
    period = answer["read_as"]["period"]
    assert (period["first"], answer["read_as"]["areas"]) == ("2020-10-01", [])
    sent = {"question": RELATIVE, **READ}

    same(json.loads(call(f"{address}/api/ask", sent)[2]), answer)
    same(json.loads(call(f"{address}/api/retrieve", sent)[2]), hits)
    told, found, wrong = asyncio.run(_read_by_tools(address, sent))
    same(told.structured_content, answer)
    same(found.structured_content["result"], hits)
    assert wrong.is_error
    same(_by_gradio(address, RELATIVE, [], [], None, None, *READ.values()), answer)


async def _read_by_tools(address, sent):
    from mcp import Client

    async with Client(f"{address}/mcp") as client:
        answer = await client.call_tool("ask", sent)
        hits = await client.call_tool("retrieve", sent)
        return answer, hits, await client.call_tool("ask", sent | {"understand": ["moon"]})


def _by_gradio(address, *values):
    script = (
        "import json\n"
        "from gradio_client import Client\n"
        f"client = Client({address!r}, verbose=False, analytics_enabled=False)\n"
        f"print(json.dumps(client.predict(*{values!r}, api_name='/ask_json')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


async def _by_tools(address):
    from mcp import Client

    async with Client(f"{address}/mcp") as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        answer = await client.call_tool("ask", {"question": QUESTION, **FILTERS})
        hits = await client.call_tool("retrieve", {"question": QUESTION, "k": 2})
        path = answer.structured_content["quotes"][0]["release"]
        release = await client.call_tool("release", {"path": path})
        wrong = await client.call_tool("ask", {"question": " "})
        return tools, answer, hits, release, wrong


def test_tools_over_http_give_the_same_answer(address, by_shell):
    tools, answer, hits, release, wrong = asyncio.run(_by_tools(address))

    assert sorted(tools) == ["ask", "read", "release", "retrieve"]
    told = " ".join(called("mcp", "--help").stdout.split())
    assert "Offer ask, retrieve, read and release as tools" in told
    same(answer.structured_content, by_shell)
    same(json.loads(answer.content[0].text), by_shell)
    _, _, told = call(f"{address}/api/retrieve", {"question": QUESTION, "k": 2})
    same(hits.structured_content["result"], json.loads(told))
    quote = by_shell["quotes"][0]
    assert release.structured_content["text"][quote["start"] : quote["end"]] == quote["text"]
    assert wrong.is_error
    assert '"kind": "request"' in wrong.content[0].text


async def _by_stdio(index):
    from mcp import Client, StdioServerParameters, stdio_client

    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "qa", "mcp", "--index", str(index)],
        env=environment,
        cwd=str(ROOT),
    )
    async with Client(stdio_client(server)) as client:
        return (await client.call_tool("ask", {"question": QUESTION, **FILTERS})).structured_content


def test_tools_over_stdio_give_the_same_answer(seed_index, by_shell):
    same(asyncio.run(_by_stdio(seed_index)), by_shell)


def test_the_plain_page_shows_the_same_quotes_and_marks_them_in_the_release(address, by_shell):
    from urllib.parse import urlencode

    asked = {"q": QUESTION, "from": FILTERS["published_from"], "to": FILTERS["published_to"]}
    status, headers, page = call(f"{address}/plain?{urlencode(asked)}")
    closed = re.sub(r"<(meta|input)([^>]*)>", r"<\1\2/>", page.removeprefix("<!doctype html>"))
    texts, attributes = read_html(closed)

    assert status == 200
    assert "script" not in texts
    assert "default-src 'none'" in headers.get_all("content-security-policy")[0]
    assert attributes["html"][0]["lang"] == "en"
    assert by_shell["quotes"][0]["sentence"]["text"] in texts["mark"][0].replace("\n", " ")
    labels = {label["for"] for label in attributes["label"]}
    fields = [*attributes["input"], *attributes["select"]]
    assert labels == {field["id"] for field in fields}

    link = next(a["href"] for a in attributes["a"] if a["href"].startswith("/plain/release"))
    _, _, release = call(address + link.partition("#")[0])
    assert link.endswith("#quote")
    marked = re.search(r'<mark id="quote"[^>]*>(.*?)</mark>', release, re.DOTALL)[1]
    from html import unescape

    assert unescape(marked) == by_shell["quotes"][0]["sentence"]["text"]


def test_a_plain_page_says_what_is_wrong(address):
    assert call(f"{address}/plain")[0] == 200
    status, _, page = call(f"{address}/plain?q=x&from=soon")
    assert (status, "Published from&#58;" in page) == (422, True)
    status, _, page = call(f"{address}/plain?q=%3Cscript%3Ealert(1)%3C/script%3E&area=%3Cb%3E")
    assert status == 422
    assert "<script" not in page
    assert "<b>" not in page
    assert call(f"{address}/plain/release?path=../../etc/passwd")[0] == 404


def test_the_client_of_gradio_gets_the_same_answer(address, by_shell):
    same(_by_gradio(address, QUESTION, [], [], *FILTERS.values()), by_shell)


@pytest.mark.parametrize(
    "path",
    ["/admin", "/admin/add", "/admin/build", "/docs", "/redoc", "/gradio_api/upload", "/login",
     "/gradio_api/file=/etc/passwd", "/gradio_api/run/ask", "/monitoring"],
)  # fmt: skip
def test_visitors_have_no_other_routes(address, path):
    assert call(address + path)[0] == 404
    assert call(address + path, b"token=x", Origin=address)[0] == 404


def test_no_origin_is_let_in_and_no_foreign_host(address):
    for path in ("/", "/config", "/api/health"):
        _, headers, _ = call(address + path)
        assert headers["access-control-allow-origin"] is None
    assert call(f"{address}/api/health", Origin="https://evil.example")[0] == 403
    assert call(f"{address}/api/health", Host="evil.example")[0] == 400
    assert call(f"{address}/mcp", {}, Host="evil.example")[0] == 400


def test_a_body_in_pieces_is_counted(address):
    host, port = address.removeprefix("http://").split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=20)
    pieces = iter([b'{"question": "'] + [b"a" * 8192] * 9 + [b'"}'])
    json_type = {"Content-Type": "application/json"}
    with closing(connection):
        with suppress(BrokenPipeError):  # it may close before the last piece is sent
            connection.request("POST", "/api/ask", pieces, json_type, encode_chunked=True)
        answer = connection.getresponse()

        assert answer.status == 413
        assert json.loads(answer.read())["error"]["kind"] == "too_large"


def test_slow_senders_hold_nobody_up(address):
    host, port = address.removeprefix("http://").split(":")
    slow = [socket.create_connection((host, int(port))) for _ in range(100)]
    try:
        for connection in slow:
            connection.sendall(
                b"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99\r\n"
            )
        begun = time.monotonic()
        assert call(f"{address}/api/health")[0] == 200
        assert time.monotonic() - begun < 5
    finally:
        for connection in slow:
            connection.close()
