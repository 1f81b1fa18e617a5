"""What is refused, as JSON that a program can act on: `{"error": {kind, message, cure}}`.

Only what its sender can cure is told word for word, in pages too. Of all else no path, address,
value or trace of this machine is told; a fault of the program has an id, under which the log
says more.
"""

import logging
import secrets
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from qa.errors import IndexMissing, QAError, QuestionError
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
_CURABLE = (QuestionError, ComeAgain)


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
    if isinstance(error, QAError):
        if not isinstance(error, _CURABLE):
            _log.error("%s", error)
        return _told_as(error)
    number = secrets.token_hex(4)
    _log.error("fault %s while answering", number, exc_info=error)
    cure = "Try again; if it stays, tell whoever runs this server the id of the fault."
    return 500, Fault(kind="fault", message=f"Something went wrong (fault {number}).", cure=cure)


def told(error: BaseException) -> str:
    """Give the sentences that a page tells an error in; logs as `fault_of`."""
    return sentences(error, fault_of(error)[1])


def words_of(error: QAError) -> str:
    """Give the same without logging, for what is looked at every few seconds."""
    return sentences(error, _told_as(error)[1])


def sentences(error: BaseException, fault: Fault) -> str:
    """Give the sentences of a fault that an error is told as."""
    # What its sender can cure says itself how.
    said = fault.message if isinstance(error, _CURABLE) else f"{fault.message} {fault.cure}"
    return said[:1].upper() + said[1:]


def _told_as(error: QAError) -> tuple[int, Fault]:
    if isinstance(error, ComeAgain):
        status, kind = (429, "too_many") if isinstance(error, TooMany) else (503, "busy")
        return status, Fault(kind=kind, message=str(error), cure=f"Wait {error.seconds} s.")
    if isinstance(error, QuestionError):
        cure = "Change the question or its filters as the message says."
        return 422, Fault(kind="question", message=str(error), cure=cure)
    message = "The index cannot be asked now."
    cure = "Ask whoever runs this server to look into its log, and try again later."
    if isinstance(error, IndexMissing):
        # Whoever has just started a server looks at its page first, and must be taught.
        message, cure = "There is no index yet.", f"Build it with: {_build(error.folder)}"
    return 503, Fault(kind="not_ready", message=message, cure=cure)


def _build(folder: str) -> str:
    # A bare name tells nothing of the machine; a path or the address of a server does.
    named = folder if PurePath(folder).name == folder else "ITS_FOLDER"
    return f"python -m qa build --index {named} --releases YOUR_RELEASES"


def said_of(problem: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, from a problem that pydantic found."""
    kind, more = str(problem.get("type")), problem.get("ctx", {})
    if kind.startswith("date"):
        return "it must be a day, as 2020-12-31"
    if kind == "value_error":
        return str(more["error"])
    return _SAID[kind].format(**more) if kind in _SAID else str(problem["msg"])
