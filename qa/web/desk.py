"""The assistant as the chat needs it, and how it is opened: once, late, for all visitors.

Opening takes seconds (the model is loaded), so the page is shown first. A thread opens the
desk meanwhile; a question that comes earlier waits for it. A failure is not kept: after
`python -m qa build` the next question finds the index.

Reads    a function that opens the desk
Gives    `Opening`, from which every visitor gets the same desk
"""

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from qa.errors import QAError
from qa.records import Answer, Period, Release, Turn

if TYPE_CHECKING:
    from qa.index.facets import Facets  # which loads numpy

_log = logging.getLogger(__name__)


class Counts(Protocol):
    """How much the index holds."""

    @property
    def releases(self) -> int:
        """Releases in the index."""

    @property
    def paragraphs(self) -> int:
        """Paragraphs in the index."""


class Desk(Protocol):
    """What the chat asks of an assistant; `ask` may be called from many threads at once."""

    @property
    def areas(self) -> tuple[str, ...]:
        """Every area that has a release."""

    @property
    def counts(self) -> Counts:
        """How much the index holds."""

    @property
    def span(self) -> Period | None:
        """First to last known publish day; None if no release has one."""

    @property
    def generation_name(self) -> str:
        """Name of the index generation that serves."""

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn | str] = (),
        areas: Sequence[str] = (),
        published_from: date | str | None = None,
        published_to: date | str | None = None,
        understand: bool | Collection[str] = True,
    ) -> Answer:
        """Answer one question in the light of the turns before it."""

    def facets(self, areas: Sequence[str] = ()) -> "Facets":
        """Count releases by area, and by month those of some areas, or of all."""

    def titles(self, most: int) -> list[str]:
        """Give titles of at most so many releases, spread evenly over all."""

    def release(self, path: str) -> Release | None:
        """Give a release by path; None if it is not in the index."""


def _nothing() -> None:
    """Do nothing."""


class Opening:
    """A desk that is opened when first needed, and then shared.

    Args:
        open_desk: Opens it; may take long, may raise a `QAError`.
        releases: Folder of the release files, to check quotes against; None if not at hand.
    """

    def __init__(self, open_desk: Callable[[], Desk], releases: Path | None = None) -> None:
        self._open_desk = open_desk
        self.releases = releases
        self._lock = threading.Lock()
        self._desk: Desk | None = None

    def get(self) -> Desk:
        """Give the desk, opening it or waiting for it where it is not open yet.

        Raises:
            QAError: It cannot be opened; the next call tries again.
        """
        with self._lock:
            if self._desk is None:
                self._desk = self._open_desk()
            return self._desk

    def warm(
        self, ready: Callable[[], None] = _nothing, done: Callable[[], None] = _nothing
    ) -> threading.Thread:
        """Open the desk in the background, and ask it once so that all its parts are loaded.

        Args:
            ready: Called once questions are answered without waiting; not if they cannot be.
            done: Called before that, or once it has failed.
        """
        thread = threading.Thread(
            target=self._warm, args=(ready, done), name="qa-warm", daemon=True
        )
        thread.start()
        return thread

    def _warm(self, ready: Callable[[], None], done: Callable[[], None]) -> None:
        try:
            self.get().ask("When was this published?")
        except QAError as error:
            _log.warning("%s", error)
        except Exception:
            # The first visitor meets the same fault and is told; here it only must not be lost.
            _log.exception("the assistant could not be warmed up")
        else:
            done()
            ready()
            return
        done()
