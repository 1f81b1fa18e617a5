"""Faults as responses of the app, those that its framework finds included.

Reads    what routes raise
Gives    JSON with the status of each
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from qa.errors import QAError
from qa.service.fairness import ComeAgain
from qa.service.faults import Fault, NotHere, fault_of, said_of

_SEE = "See /openapi.json for what is understood."


def tell_faults(app: FastAPI) -> None:
    """Make every refusal of an app one of these, those of the framework included."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    for kind in (NotHere, QAError, Exception):
        app.add_exception_handler(kind, _told)


def refused(status: int, fault: Fault, headers: dict[str, str] | None = None) -> JSONResponse:
    """Give the response."""
    return JSONResponse({"error": fault.model_dump()}, status, headers)


async def _told(_: Request, error: Exception) -> JSONResponse:
    status, fault = fault_of(error)
    again = {"retry-after": str(error.seconds)} if isinstance(error, ComeAgain) else None
    return refused(status, fault, again)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    problems: list[Any] = list(error.errors()) if isinstance(error, RequestValidationError) else []
    first = problems[0] if problems else {"loc": (), "msg": "it cannot be read"}
    place = ".".join(str(part) for part in first["loc"] if part != "body") or "the body"
    if first.get("type") == "json_invalid":
        fault = Fault(kind="json", message=f"The body is no JSON: {first['msg']}.", cure=_SEE)
        return refused(400, fault)
    return refused(422, Fault(kind="request", message=f"{place}: {said_of(first)}", cure=_SEE))


async def _http(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else None
    kinds = {400: "json", 404: "not_found", 405: "method", 415: "media_type"}
    messages = {
        400: "The body cannot be read.",
        404: "There is nothing at this address.",
        405: "This address does not answer that method.",
    }
    message = messages.get(status, "The request is refused.")
    return refused(
        status, Fault(kind=kinds.get(status, "refused"), message=message, cure=_SEE), headers
    )
