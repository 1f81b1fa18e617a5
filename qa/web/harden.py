"""The wall in front of Gradio's own routes: who may call, what, and how much.

Gradio serves far more than a chat needs: an upload that anyone may fill, a fetcher of
public addresses, monitoring pages. Only what the page itself calls is let through. The Host
header must be an address, or a name this server goes by, since an attacker's page can give
its own name this machine's address; the Origin must be the page's own.

Reads    ASGI requests
Gives    refusals as plain text (under /api as JSON), or the app's answer with headers that keep
         the page to itself
"""

import ipaddress
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from qa.limits import DEFAULTS

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Read off the requests of a real page, and of the server's own start.
_PATHS = frozenset(
    {
        "/",
        "/config",
        "/theme.css",
        "/manifest.json",
        "/favicon.ico",
        "/robots.txt",
        "/gradio_api/startup-events",
        "/gradio_api/info",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
        "/gradio_api/cancel",
        "/gradio_api/reset",
    }
)
# For programs and for browsers without scripts.
_OURS = frozenset({"/openapi.json", "/plain", "/plain/release"})
_OUR_FOLDERS = ("/api/",)
_FOLDERS = ("/assets/", "/static/", "/svelte/", "/gradio_api/heartbeat/")
# Gradio starts itself by inline scripts and styles; nothing it runs here needs eval.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
_CHOSEN = frozenset({b"referrer-policy"})
# Files whose names change with their content, or with the version of Gradio alone.
_KEPT = (
    ("/assets/", b"public, max-age=31536000, immutable"),
    ("/static/", b"public, max-age=86400"),
    ("/svelte/", b"public, max-age=86400"),
)
_KINDS = {400: "host", 403: "origin", 404: "not_found", 405: "method", 413: "too_large"}


class Harden:
    """ASGI middleware; see the module.

    Args:
        app: The app behind it.
        names: Host names this server goes by, beside any IP address.
        bodies: Further paths that are open, each with the bytes that a body sent there may have.
        most: Bytes that a body sent anywhere else may have.
    """

    def __init__(
        self,
        app: App,
        names: Iterable[str] = (),
        bodies: Mapping[str, int] | None = None,
        most: int = DEFAULTS.body_bytes,
    ) -> None:
        self._app = app
        self._names = frozenset(name.lower() for name in ("localhost", *names))
        self._bodies = dict(bodies or {})
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        guarded = _with_headers(send, scope["path"])
        refusal = self._refusal(scope)
        if refusal is None:
            most = self._bodies.get(scope["path"], self._most)
            body = await _body(receive, most)
            if body is not None:
                await self._app(scope, _replayed(body, receive), guarded)
                return
            refusal = 413, f"The request is larger than {most} bytes."
        await _refuse(guarded, scope, *refusal)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if not self._is_ours(host):
            return 400, "This server does not go by the name in the Host header."
        if origin is not None and _netloc(origin) != host.lower():
            return 403, "Requests from other pages are refused."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "Only GET, HEAD and POST are answered."
        path = scope["path"]
        if path in _PATHS | _OURS or path in self._bodies:
            return None
        if path.startswith((*_FOLDERS, *_OUR_FOLDERS)):
            return None
        return 404, "There is nothing at this address."

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._names or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


async def _body(receive: Receive, most: int) -> bytes | None:
    """Read a whole body, or give None once it is too large; its declared length proves nothing."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return body
        body += bytes(message.get("body", b""))
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> MutableMapping[str, Any]:
        return waiting.pop() if waiting else await receive()

    return replay


def _with_headers(send: Send, path: str) -> Send:
    kept = next((how for folder, how in _KEPT if path.startswith(folder)), None)

    async def guarded(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            own = list(message.get("headers", ()))
            # A page may choose a policy of its own only where it is the stricter.
            named = {name.lower() for name, _ in own if name.lower() in _CHOSEN}
            added = [(name, value) for name, value in _HEADERS if name not in named]
            if kept is not None and message["status"] in (200, 304):
                added.append((b"cache-control", kept))
            message = {**message, "headers": [*own, *added]}
        await send(message)

    return guarded


async def _refuse(send: Send, scope: Scope, status: int, text: str) -> None:
    kind, content = b"text/plain; charset=utf-8", text.encode()
    if scope["path"].startswith(_OUR_FOLDERS):
        fault = {"kind": _KINDS[status], "message": text, "cure": "See /openapi.json."}
        kind, content = b"application/json", json.dumps({"error": fault}).encode()
    headers = [(b"content-type", kind), (b"connection", b"close")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD, POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
