"""How much a server takes: a section of the settings, with defaults that suit two cores.

    limits:
      question_characters: 2000    # of a program's question
      typed_characters: 500        # of one typed into the page
      body_kb: 64                  # of any request
      per_minute: 30               # questions of one address; as many may come at once
      at_once: 2                   # questions answered at the same time
      waiting: 30                  # questions that wait for their turn; one more is sent away
      page_queue: 100              # events of all open pages that wait
      batch_questions: 50          # of a list of questions that the page answers

Imports only `errors`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from qa.errors import SettingsError

# Least and most. A waiting question holds one of forty threads; some must be left to send others
# away. The index reads 2,000 characters of a question; the page's form has 3,000 bytes beside it.
_BOUNDS = {
    "question_characters": (1, 2000),
    "typed_characters": (1, 2000),
    "body_kb": (16, 1024),
    "per_minute": (1, 100_000),
    "at_once": (1, 8),
    "waiting": (1, 30),
    "page_queue": (1, 1000),
    "batch_questions": (1, 1000),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What an owner may choose of a server; see the module."""

    question_characters: int = 2000
    typed_characters: int = 500
    body_kb: int = 64
    per_minute: int = 30
    at_once: int = 2
    waiting: int = 30
    page_queue: int = 100
    batch_questions: int = 50

    def __post_init__(self) -> None:
        for name, (least, most) in _BOUNDS.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise SettingsError(
                    f"limit {name!r} is {value!r}; it must be a whole number from {least:,} to "
                    f"{most:,}"
                )

    @property
    def body_bytes(self) -> int:
        """Largest body of a request, in bytes."""
        return self.body_kb * 1024

    @classmethod
    def of(cls, values: Any) -> Self:
        """Read the section of a settings file.

        Raises:
            SettingsError: It is no section, or holds what is no limit.
        """
        if not isinstance(values, Mapping):
            raise SettingsError("setting 'limits' must hold lines like '  per_minute: 30'")
        known = {field.name for field in fields(cls)}
        for name in values:
            if name not in known:
                raise SettingsError(
                    f"unknown limit {name!r}; known ones are: {', '.join(sorted(known))}"
                )
        return cls(**values)


DEFAULTS = Limits()
