"""What one check found, and what mends it."""

import shlex
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class State(StrEnum):
    """How a check came out."""

    WELL = "well"
    NOTE = "note"  # works, and is worth knowing
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: What was looked at, e.g. "packages".
        state: How it is.
        found: What was found, in a sentence or two.
        cure: The command that mends it; empty where there is nothing to mend.
    """

    name: str
    state: State
    found: str
    cure: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return asdict(self)


def build_command(releases: Path, index: Path, *options: str) -> str:
    """Give the command that builds this index from these releases."""
    words = ("python", "-m", "qa", "build", *options)
    return shlex.join((*words, "--releases", str(releases), "--index", str(index)))


def purge_command(index: Path) -> str:
    """Give the command that leaves only the generation that serves."""
    return shlex.join(("python", "-m", "qa", "purge", "--index", str(index)))


def check_command(releases: Path) -> str:
    """Give the command that tells which files of a folder cannot be read, and why."""
    return shlex.join(("python", "-m", "qa", "check", "--releases", str(releases)))
