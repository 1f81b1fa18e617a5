"""The routes of the owner: /admin to look, /admin/add and /admin/build to act.

A form must carry the token of this server's own page, and come from it: the wall has compared
the Origin by then, and here it must not be missing.
"""

import hmac
from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from qa.errors import NotAdded, QAError
from qa.releases.adding import Added, Adding, Offered
from qa.web.admin.gate import Gate
from qa.web.admin.office import Office
from qa.web.admin.pages import admin_page, told_page
from qa.web.words import counted, understood_words

MOST_FILES = 50
MOST_TOLD = 10  # releases of one file
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
    # With "no-referrer" browsers send the Origin of a form as "null".
    "referrer-policy": "same-origin",
}


def admin_bodies(office: Office) -> dict[str, int]:
    """Give the owner's paths, with the bytes that may be sent to each."""
    return {
        "/admin": 1024,
        "/admin/build": 1024,
        "/admin/add": 4 * office.max_kb * 1024,
    }


def admin_routes(office: Office) -> APIRouter:
    """Give the routes; a server for visitors alone has none of them."""
    routes = APIRouter(include_in_schema=False)
    gate = Gate(office.password)

    @routes.get("/admin")
    def look(request: Request) -> Response:
        return _barred(gate, request) or _page(admin_page(office))

    @routes.post("/admin/build")
    async def build(request: Request) -> Response:
        barred = _barred(gate, request) or await _foreign(office, request)
        if barred is not None:
            return barred
        office.rebuild.start()
        return RedirectResponse("/admin", 303, _HEADERS)

    @routes.post("/admin/add")
    async def add(request: Request) -> Response:
        barred = _barred(gate, request) or await _foreign(office, request)
        if barred is not None:
            return barred
        sent = await _sent(request)
        told = await run_in_threadpool(_added, office, sent)
        return _page(told_page(told), 200 if any(is_done for is_done, _ in told) else 422)

    return routes


def _page(html: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(html, status, _HEADERS)


def _barred(gate: Gate, request: Request) -> Response | None:
    status = gate.check(request.headers.get("authorization"))
    if status == 200:
        return None
    message = (
        "Too many wrong passwords; wait a minute." if status == 429 else "The password, please."
    )
    headers = {"www-authenticate": 'Basic realm="Release QA", charset="UTF-8"'}
    return HTMLResponse(
        told_page([(False, message)]), status, _HEADERS | (headers if status == 401 else {})
    )


async def _foreign(office: Office, request: Request) -> Response | None:
    form = await request.form(max_files=MOST_FILES, max_part_size=office.max_kb * 1024)
    token = form.get("token")
    is_ours = isinstance(token, str) and hmac.compare_digest(token.encode(), office.token.encode())
    if is_ours and request.headers.get("origin"):
        return None
    return _page(told_page([(False, "This form is not of this page. Open it anew.")]), 403)


async def _sent(request: Request) -> list[tuple[str, bytes]]:
    form = await request.form()
    sent: list[tuple[str, bytes]] = []
    for value in form.getlist("files"):
        if isinstance(value, UploadFile) and value.filename:
            sent.append((value.filename, await value.read()))
    text, name = form.get("text"), form.get("name")
    if isinstance(text, str) and text.strip():
        # Forms send lines with CR LF, whatever was typed.
        pasted = text.replace("\r\n", "\n")
        sent.append((f"{name or 'release'}.md", pasted.encode("utf-8", "replace")))
    return sent


def _added(office: Office, sent: list[tuple[str, bytes]]) -> list[tuple[bool, str]]:
    told: list[tuple[bool, str]] = []
    try:
        adding = Adding(office.releases, max_file_bytes=office.max_kb * 1024)
    except QAError as error:
        return [(False, str(error))]
    with adding:
        for name, data in sent:
            try:
                if len(data) > office.max_kb * 1024:
                    raise NotAdded(f"it is larger than {office.max_kb} KB", "split it")
                told += [(True, line) for line in _told(adding.add(Offered(name, name, data)))]
            except NotAdded as error:
                told.append((False, f"{name!r} was not added: {error}"))
    return told or [(False, "Nothing was sent. Choose files, or paste a text.")]


def _told(added: Added) -> Iterator[str]:
    yield f"{added.path} was added."
    for one in added.understood[:MOST_TOLD]:
        yield f"“{one.title}”: {understood_words(one)}"
    if len(added.understood) > MOST_TOLD:
        yield f"And {counted(len(added.understood) - MOST_TOLD, 'more release')}."
    for skip in added.left_out:
        yield f"Left out of it: {skip}"
