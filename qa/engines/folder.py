"""The folder engine: the index that a build wrote on this machine, served from where it is."""

from pathlib import Path

from qa.index.generation import Generation, open_generation
from qa.index.manifest import Manifest
from qa.index.pointer import pointer_content
from qa.index.store import current_name, pin_current


class Folder:
    """An index folder as an engine; see `Engine`."""

    def __init__(self, index: str | Path) -> None:
        # As it was named, and wherever the process goes later: a link is followed each time.
        self.folder = Path(index).absolute()
        self.place = str(index)

    def mark(self) -> bytes | None:
        """Give the bytes of the pointer."""
        return pointer_content(self.folder)

    def current_name(self) -> str:
        """Give the name of the generation that serves."""
        return current_name(self.folder)

    def manifest(self) -> Manifest:
        """Give its manifest."""
        pinned = pin_current(self.folder)
        pinned.close()
        return pinned.manifest

    def open(self, model: tuple[str, str], before: Generation | None = None) -> Generation:
        """Open it; see `open_generation`."""
        # At first by the name it was given, which is the one that a message should say.
        return open_generation(self.place if before is None else self.folder, model, before)

    def close(self) -> None:
        """Do nothing: only an open generation holds files."""
