"""An engine: where the generation that serves is found and opened; see `qa.index.reads`."""

from typing import Protocol

from qa.index.generation import Generation
from qa.index.manifest import Manifest


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
