"""The routes of the plain pages: /plain?q=&area=&from=&to= and /plain/release?path=."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from pydantic import ValidationError

from qa.errors import QAError
from qa.service.asked import ToAsk
from qa.service.desk import Counter
from qa.service.faults import fault_of, said_of, sentences
from qa.web.desk import Opening
from qa.web.plain.answer import answer_part
from qa.web.plain.pages import Form, answer_page, fault_part, page_html, release_page

# Stricter than the wall's own, which the chat needs: no script at all.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cache-control": "no-store",
}
_FIELDS = {
    "question": "Question",
    "areas": "Area",
    "published_from": "Published from",
    "published_to": "Published to",
}
_MOST = 2000  # characters of any one field
_Text = Annotated[str, Query(max_length=_MOST)]


def plain_routes(counter: Counter, opening: Opening) -> APIRouter:
    """Give the routes; they share turns with the chat and with programs."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/plain")
    def plain(
        request: Request,
        q: _Text = "",
        area: Annotated[list[str] | None, Query(max_length=100)] = None,
        first: Annotated[str, Query(alias="from", max_length=_MOST)] = "",
        last: Annotated[str, Query(alias="to", max_length=_MOST)] = "",
    ) -> HTMLResponse:
        form = Form(q, tuple(one for one in area or () if one), first, last)
        status, shown = _answer(counter, form, _address(request)) if q.strip() else (200, "")
        most = counter.turnstile.limits.typed_characters
        html = answer_page(form, _areas(opening), shown, most=most)
        return HTMLResponse(html, status, _HEADERS)

    @routes.get("/plain/release")
    def release(
        request: Request, path: _Text, start: int = 0, end: int = 0, generation: _Text = ""
    ) -> HTMLResponse:
        try:
            found = counter.release(path, _address(request), generation or None)
        except Exception as error:
            status, part = _fault(error)
            return HTMLResponse(page_html("Release QA", f"<main>{part}</main>"), status, _HEADERS)
        inside = 0 <= start < end <= len(found.text)
        html = release_page(found, start if inside else 0, end if inside else 0)
        return HTMLResponse(html, headers=_HEADERS)

    return routes


def _answer(counter: Counter, form: Form, address: str) -> tuple[int, str]:
    try:
        sent = ToAsk.model_validate(
            {
                "question": form.question,
                "areas": list(form.areas),
                "published_from": form.published_from or None,
                "published_to": form.published_to or None,
            }
        )
    except ValidationError as error:
        first = error.errors()[0]
        name = _FIELDS.get(str(first["loc"][0]), "The form")
        return 422, fault_part(f"{name}: {said_of(first)}.")
    try:
        return 200, answer_part(counter.answer(sent, address))
    except Exception as error:
        return _fault(error)


def _fault(error: Exception) -> tuple[int, str]:
    status, fault = fault_of(error)
    return status, fault_part(sentences(error, fault))


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


def _areas(opening: Opening) -> tuple[str, ...]:
    try:
        return opening.get().areas
    except QAError:
        return ()
