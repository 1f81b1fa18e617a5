"""The generation that serves, kept open; a later one takes its place between questions.

Each question has a lease: it ends on the generation it began with, and a generation that was
replaced is closed when its last lease ends, so that its files may be removed. A later one
is opened beside the one that serves, by a thread of its own if it is followed, and no question
waits for it. What cannot be opened is told once, and the one that serves goes on.

Reads    what serves at a place: of a folder a hundred bytes, twice a second
Gives    leases of whatever is opened there
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, Protocol, TypeVar

from qa.errors import QAError

LOOK_EVERY = 0.5  # seconds between two looks at the pointer
RETRY_AFTER = 30.0  # seconds after which one that could not be opened is tried again

_log = logging.getLogger(__name__)


class Place(Protocol):
    """Where generations are published; an engine is one."""

    def mark(self) -> bytes | None:
        """Give what changes when another generation serves; never raises."""

    def current_name(self) -> str:
        """Give the name of the generation that serves."""


class Opened(Protocol):
    """What is opened over a generation."""

    @property
    def name(self) -> str:
        """Name of the generation."""

    def close(self) -> None:
        """Let go of the generation."""


_Opened = TypeVar("_Opened", bound=Opened)


class _Slot(Generic[_Opened]):
    """One opened generation, and how many questions are at it."""

    def __init__(self, opened: _Opened) -> None:
        self.opened = opened
        self.leases = 0
        self.replaced = False

    @property
    def done(self) -> bool:
        return self.replaced and self.leases == 0


class Latest(Generic[_Opened]):
    """Holds what is open at a place, and replaces it by what was published there later.

    Args:
        place: Where generations are published.
        open_newest: Opens the generation that serves now; is given what is open already, or
            None at first. May raise, and is never called twice at once.

    Raises:
        QAError: As `open_newest`, for the first one.
    """

    def __init__(self, place: Place, open_newest: Callable[[_Opened | None], _Opened]) -> None:
        self._place = place
        self._open_newest = open_newest
        self._lock = threading.Lock()  # around slots and leases: held for no time
        self._opening = threading.Lock()  # around an opening: held for as long as that takes
        self._closed = threading.Event()
        # Read before opening: what is published between the two is seen as a change.
        self._seen = self._place.mark()
        self._slot = _Slot(open_newest(None))

    @property
    def opened(self) -> _Opened:
        """What is open now. It may be replaced and closed at any moment: see `lease`."""
        return self._slot.opened

    @contextmanager
    def lease(self) -> Iterator[_Opened]:
        """Give what is open now, and keep it open until the context ends.

        Raises:
            ValueError: It was closed.
        """
        with self._lock:
            if self._closed.is_set():
                raise ValueError("the index was closed; open it again")
            slot = self._slot
            slot.leases += 1
        try:
            yield slot.opened
        finally:
            with self._lock:
                slot.leases -= 1
                done = slot.done
            if done:
                slot.opened.close()

    def refresh(self) -> bool:
        """Take up the generation that serves now, and tell whether it is another one.

        Raises:
            QAError: It cannot be opened; the one before goes on serving.
        """
        with self._opening:
            before = self._slot.opened
            if self._place.current_name() == before.name:
                return False
            self._replace(self._open_newest(before))
            return True

    def follow(self) -> None:
        """Take up each later generation from now on, in the background, until closed."""
        threading.Thread(target=self._follow, name="qa-latest", daemon=True).start()

    def close(self) -> None:
        """Let go of the generation once no question is at it; nothing the second time."""
        with self._lock:
            if self._closed.is_set():
                return
            self._closed.set()
            slot = self._slot
            slot.replaced = True
            done = slot.done
        if done:
            slot.opened.close()

    def _replace(self, newer: _Opened) -> None:
        with self._lock:
            late = self._closed.is_set()
            slot = self._slot
            if not late:
                self._slot = _Slot(newer)
                slot.replaced = True
            done = slot.done and not late
        if late:
            newer.close()
        if done:
            slot.opened.close()

    def _follow(self) -> None:
        told, failed_at = "", 0.0
        while not self._closed.wait(LOOK_EVERY):
            content = self._place.mark()
            retry = bool(told) and time.monotonic() - failed_at >= RETRY_AFTER
            if content == self._seen and not retry:
                continue
            self._seen = content
            fault = self._tried()
            if fault is not None and str(fault) != told:
                _tell(self.opened.name, fault)
            told = "" if fault is None else str(fault) or repr(fault)
            failed_at = time.monotonic()

    def _tried(self) -> Exception | None:
        try:
            if self.refresh():
                _log.info("generation %s serves now", self.opened.name)
        except Exception as error:  # whatever it is, the one that serves goes on
            return error
        return None


def _tell(name: str, fault: Exception) -> None:
    known = isinstance(fault, QAError)
    _log.error(
        "a new generation cannot be taken up, %s goes on serving: %s",
        name,
        fault,
        exc_info=None if known else fault,
    )
