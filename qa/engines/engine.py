"""An engine: where the generation that serves is found and opened; see `qa.index.reads`.

A generation that was replaced on a server stays for `GRACE`, far longer than a question takes, and
readers that follow take up the new one within seconds; so nobody is asked who reads it. After that
the next publishing removes it.
"""

from dataclasses import dataclass
from typing import Protocol

from qa.index.generation import Generation
from qa.index.manifest import Manifest

GRACE = 600.0  # seconds that a replaced generation stays


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was published on a server.

    Attributes:
        generation: Its name.
        changed: Whether it was not the one that served already.
        rows: How many were loaded; 0 where its segments were there.
        seconds: How long all took.
        removed: What was removed: each a segment of a generation that was replaced, or the
            leftovers of a load that was broken off.
    """

    generation: str
    changed: bool
    rows: int
    seconds: float
    removed: tuple[str, ...]


class Engine(Protocol):
    """A place that has one generation that serves, and perhaps others."""

    @property
    def place(self) -> str:
        """Where it is, for messages; holds no password."""

    def mark(self) -> bytes | None:
        """Give what changes when another generation serves; never raises, and costs little."""

    def current_name(self) -> str:
        """Give the name of the generation that serves.

        Raises:
            IndexFault: There is none, or it cannot be told.
        """

    def manifest(self) -> Manifest:
        """Give the manifest of the generation that serves.

        Raises:
            IndexFault: There is none, or it cannot be read.
        """

    def open(self, model: tuple[str, str], before: Generation | None = None) -> Generation:
        """Open the generation that serves.

        Args:
            model: Name and fingerprint of the model that questions will be encoded with.
            before: One that is open, whose base is used on if it is the same.

        Raises:
            IndexFault: It is missing, damaged, of another model or of a later program.
        """

    def close(self) -> None:
        """Let go of what the engine itself holds, once no generation of it is open."""
