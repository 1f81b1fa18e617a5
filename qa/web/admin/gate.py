"""Who is the owner: whoever gives the password, or on this machine alone, anyone with its page.

Failures slow down the next tries, of all addresses: one password is not to be guessed.
"""

import base64
import hmac
import threading
import time
from collections.abc import Callable

_FREE = 5  # failures before tries must wait
_LONGEST = 60.0  # seconds between two tries, at most


class Gate:
    """Compares passwords; safe under threads."""

    def __init__(self, password: str | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._password = password
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    def check(self, header: str | None) -> int:
        """Give 200 to the owner; 401 to others, 429 while tries must wait.

        Args:
            header: The Authorization header, of the Basic scheme.
        """
        if self._password is None:
            return 200
        if header is None:
            return 401
        with self._lock:
            if self._clock() < self._closed_until:
                return 429
            if hmac.compare_digest(_given(header), self._password.encode()):
                self._failures = 0
                return 200
            self._failures += 1
            over = self._failures - _FREE
            if over > 0:
                self._closed_until = self._clock() + min(2.0**over, _LONGEST)
        return 401


def _given(header: str) -> bytes:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(coded, validate=True).partition(b":")[2]
    except ValueError:
        return b""
