"""The wall in front of the server: names, origins, methods, paths and sizes."""

import asyncio

import pytest

from qa.limits import DEFAULTS
from qa.web.harden import Harden

MAX_BODY = DEFAULTS.body_bytes


def call(path="/", method="GET", headers=None, chunks=(b"",), names=()):
    """Send one request; gives status, headers, and the body the app behind received."""
    received, sent = [], []
    fields = {"host": "127.0.0.1:7860"} | (headers or {})
    messages = [
        {"type": "http.request", "body": chunk, "more_body": place < len(chunks) - 1}
        for place, chunk in enumerate(chunks)
    ]

    async def app(scope, receive, send):
        body = b""
        while True:
            message = await receive()
            body += message["body"]
            if not message["more_body"]:
                break
        received.append(body)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in fields.items() if value],
    }
    asyncio.run(Harden(app, names)(scope, receive, send))
    return sent[0]["status"], dict(sent[0]["headers"]), received


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/theme.css",
        "/openapi.json",
        "/api/ask",
        "/plain",
        "/assets/index-1.js",
        "/static/fonts/a.woff2",
        "/gradio_api/heartbeat/abc",
    ],
)
def test_what_the_page_asks_for_is_let_through(path):
    assert call(path)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=http://a.example/",
        "/gradio_api/file/http://a.example/",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://a.example/",
        "/gradio_api/run/predict",
        "/gradio_api/call/ask",
        "/gradio_api/component_server",
        "/gradio_api/vibe-edit",
        "/gradio_api/mcp/",
        "/monitoring",
        "/monitoring/summary",
        "/docs",
        "/pwa_icon/6000",
        "/login",
        "/assets",
        "//gradio_api/upload",
    ],
)
def test_every_other_address_is_closed(path):
    status, _, received = call(path)

    assert status == 404
    assert received == []


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:7860", 200),
        ("localhost:7860", 200),
        ("LOCALHOST", 200),
        ("[::1]:7860", 200),
        ("192.168.1.7:7860", 200),
        ("desk.example:7860", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("localhost@evil.example", 400),
        ("[broken", 400),
        ("", 400),
    ],
)
def test_only_own_names_and_addresses_are_answered(host, status):
    assert call(headers={"host": host}, names=["desk.example"])[0] == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:7860", 200),
        ("http://127.0.0.1:80", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("http://[broken", 403),
    ],
)
def test_other_pages_may_not_call(origin, status):
    found = call("/gradio_api/queue/join", "POST", {"origin": origin}, [b"{}"])

    assert found[0] == status


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(method):
    assert call(method=method)[0] == 405


@pytest.mark.parametrize(
    ("chunks", "status"),
    [
        pytest.param([b"a" * MAX_BODY], 200, id="the largest"),
        pytest.param([b"a" * (MAX_BODY + 1)], 413, id="one more"),
        pytest.param([b"a" * 1024] * (MAX_BODY // 1024), 200, id="the largest, in pieces"),
        pytest.param([b"a" * 1024] * (MAX_BODY // 1024) + [b"b"], 413, id="one more, in pieces"),
    ],
)
def test_bodies_are_counted_not_believed(chunks, status):
    found, _, received = call("/gradio_api/queue/join", "POST", {"content-length": "2"}, chunks)

    assert found == status
    assert received == ([b"".join(chunks)] if status == 200 else [])


@pytest.mark.parametrize("path", ["/", "/closed"])
def test_every_answer_keeps_the_page_to_itself(path):
    _, headers, _ = call(path)
    policy = headers[b"content-security-policy"].decode().split("; ")

    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert not [rule for rule in policy if "unsafe-eval" in rule or "http" in rule or "*" in rule]
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"referrer-policy"] == b"no-referrer"


def test_websockets_are_closed():
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(Harden(None)({"type": "websocket"}, None, send))

    assert [message["type"] for message in sent] == ["websocket.close"]
