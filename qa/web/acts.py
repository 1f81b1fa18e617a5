"""What the buttons inside messages ask for, read from what the browser sends.

    open EXCHANGE RANK         show the release of a quote; rank 0 is a refusal's nearest passage
    without EXCHANGE RULE...   ask again without something that was understood or set
    save FORMAT                the conversation as a file
    ask QUESTION               an example

Anything else is nobody's button, and does nothing.
"""

import re
from dataclasses import dataclass

from qa.web.asking import LEFT_OUT

_OPEN = re.compile(r"open ([1-9]\d{0,8}) (\d{1,2})", re.ASCII)
_WITHOUT = re.compile(r"without ([1-9]\d{0,8}) ([a-z_]+(?: [a-z_]+)*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Open:
    """Show the release of a passage."""

    exchange: int
    rank: int


@dataclass(frozen=True, slots=True)
class Without:
    """Ask an exchange again without some of `LEFT_OUT`."""

    exchange: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask a question that the page proposed."""

    question: str


def read_open(value: str) -> Open | None:
    """Read which passage to show; None if the value is something else."""
    match = _OPEN.fullmatch(value)
    return Open(int(match[1]), int(match[2])) if match else None


def read_asking(value: str) -> Without | Ask | None:
    """Read what to ask; None if the value is something else."""
    if value.startswith("ask "):
        return Ask(value.removeprefix("ask "))
    match = _WITHOUT.fullmatch(value[:500])
    if match is None:
        return None
    names = tuple(dict.fromkeys(match[2].split()))
    return Without(int(match[1]), names) if set(names) <= LEFT_OUT else None
