"""Take the fields of one JSON object, each checked as it is taken.

Reads    an object off a line of a file
Gives    its values, of the kind asked for, or an error naming file, line, field and cure
"""

import json
import reprlib
from dataclasses import dataclass
from typing import Any, Self

from qa.errors import QuestionSetError


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one JSON object.

    Attributes:
        values: The object.
        place: File and line, for messages.
        within: Where in the line's object this one is, e.g. "gold[0]."; empty for the whole.
    """

    values: dict[str, Any]
    place: str
    within: str = ""

    @classmethod
    def of_line(cls, line: bytes, place: str) -> Self:
        """Read the object that a line holds.

        Raises:
            QuestionSetError: The line is no UTF-8, no JSON, or no object.
        """
        try:
            value = json.loads(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            raise QuestionSetError(
                f"{place}: byte {error.start + 1} is no UTF-8; save the file as UTF-8"
            ) from None
        except (ValueError, RecursionError) as error:
            raise QuestionSetError(
                f"{place}: no JSON: {_reason(error)}; write one whole JSON object on the line"
            ) from None
        if not isinstance(value, dict):
            raise QuestionSetError(
                f"{place}: {shown(value)} is no question; write one JSON object a line"
            )
        return cls(value, place)

    def text(self, name: str) -> str:
        """Take a text that is not empty."""
        value = self._value(name)
        if not isinstance(value, str) or not value.strip():
            raise self.fault(name, f"is {shown(value)}", "it must be a text that is not empty")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise self.fault(name, "holds half a character", "write both of its \\u escapes")
        return value

    def truth(self, name: str) -> bool:
        """Take true or false."""
        value = self._value(name)
        if not isinstance(value, bool):
            raise self.fault(name, f"is {shown(value)}", "it must be true or false")
        return value

    def objects(self, name: str, *, shape: str) -> "list[Fields]":
        """Take a list of objects; `shape` shows what one looks like, for messages."""
        value = self._value(name)
        if not isinstance(value, list):
            raise self.fault(name, f"is {shown(value)}", "it must be a list, [] if there is none")
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.fault(f"{name}[{number}]", f"is {shown(item)}", f"it must be {shape}")
        return [
            Fields(item, self.place, f"{self.within}{name}[{number}].")
            for number, item in enumerate(value)
        ]

    def fault(self, name: str, found: str, cure: str) -> QuestionSetError:
        """Give the error for a field: what was found there, and what to do."""
        return QuestionSetError(f"{self.place}: field {self.within + name!r} {found}; {cure}")

    def _value(self, name: str) -> Any:
        if name not in self.values:
            raise self.fault(name, "is missing", "add it")
        return self.values[name]


def shown(value: object) -> str:
    """Give a value as it is named in messages: quoted, and cut if it is long."""
    return reprlib.repr(value)


def _reason(error: Exception) -> str:
    # Python would say "line 1", meaning the one line it was given.
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return str(error)
