"""What is refused, as JSON that a program can act on: `{"error": {kind, message, cure}}`.

No path, value or trace of this machine is in it; a fault of the program has an id, under which
the log says more.
"""

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from qa.errors import QAError, UsageError
from qa.service.fairness import ComeAgain, TooMany

_log = logging.getLogger(__name__)
# By the types of problems that pydantic has; other problems are told in its own words.
_SAID = {
    "missing": "it is missing",
    "extra_forbidden": "there is no such field",
    "string_too_short": "it is empty",
    "string_pattern_mismatch": "it is empty",
    "string_too_long": "it has more than {max_length:,} characters",
    "too_long": "it has more than {max_length:,} entries",
    "model_attributes_type": "it must be a JSON object, sent as Content-Type: application/json",
    "model_type": "it must be a JSON object, sent as Content-Type: application/json",
    "string_type": "it must be a text",
    "dict_type": "it must be a JSON object, sent as Content-Type: application/json",
}
_SEE = "See /openapi.json for what is understood."


class Fault(BaseModel):
    """Why a request was refused.

    Attributes:
        kind: A short name that stays the same.
        message: What is wrong, for people.
        cure: What to do about it.
    """

    kind: str
    message: str
    cure: str


class Refused(BaseModel):
    """The body of every answer that is none."""

    error: Fault


class NotHere(Exception):
    """What was asked for is not there, or no longer."""

    def __init__(self, status: int, fault: Fault) -> None:
        self.status = status
        self.fault = fault


def fault_of(error: BaseException) -> tuple[int, Fault]:
    """Give the status and the fault that an error is told as; logs what is not the sender's."""
    if isinstance(error, NotHere):
        return error.status, error.fault
    if isinstance(error, ComeAgain):
        status, kind = (429, "too_many") if isinstance(error, TooMany) else (503, "busy")
        return status, Fault(kind=kind, message=str(error), cure=f"Wait {error.seconds} s.")
    if isinstance(error, UsageError):
        cure = "Change the question or its filters as the message says."
        return 422, Fault(kind="question", message=str(error), cure=cure)
    if isinstance(error, QAError):
        # Its text names folders of this machine, so it stays in the log.
        _log.error("%s", error)
        cure = "Ask whoever runs this server to look into its log, and try again later."
        return 503, Fault(kind="not_ready", message="The index cannot be asked now.", cure=cure)
    number = secrets.token_hex(4)
    _log.error("fault %s while answering", number, exc_info=error)
    cure = "Try again; if it stays, tell whoever runs this server the id of the fault."
    return 500, Fault(kind="fault", message=f"Something went wrong (fault {number}).", cure=cure)


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


def said_of(problem: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, from a problem that pydantic found."""
    kind, more = str(problem.get("type")), problem.get("ctx", {})
    if kind.startswith("date"):
        return "it must be a day, as 2020-12-31"
    if kind == "value_error":
        return str(more["error"])
    return _SAID[kind].format(**more) if kind in _SAID else str(problem["msg"])


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
