"""Turns at a desk: each address may ask so often, and all together so many at once.

A token bucket per address holds a minute's questions and fills steadily. Whoever finds it empty
is told how long to wait, as is everyone once too many wait already: nobody waits without end.

Reads    an address, for each question
Gives    a turn, or an error that says when to come again
"""

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.errors import QAError
from qa.limits import Limits

_MOST_ADDRESSES = 10_000  # the one longest silent is forgotten: it had the most time to fill
_BUSY_RETRY = 5  # seconds; about what thirty waiting questions take on two cores


class ComeAgain(QAError):
    """A question was sent away for now.

    Attributes:
        seconds: After which it may be asked again.
    """

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(f"{message}. Ask again in {seconds} s.")
        self.seconds = seconds


class TooMany(ComeAgain):
    """This visitor asks too often."""


class Busy(ComeAgain):
    """Too many questions of all visitors wait already."""


class Turnstile:
    """Gives turns; safe under threads.

    Args:
        limits: How many there are.
        clock: Seconds that only grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._left = threading.Condition(self._lock)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._free = threading.BoundedSemaphore(limits.at_once)
        self._inside = 0

    @contextmanager
    def turn(self, address: str | None, cost: float = 1) -> Iterator[None]:
        """Wait for a turn, and keep it until the context ends.

        Args:
            address: Who asks; None for the server itself, which is not counted.
            cost: In questions: what is quickly given counts as a part of one.

        Raises:
            TooMany: This address has asked too often.
            Busy: Too many wait.
        """
        with self._lock:
            if self._inside >= self.limits.at_once + self.limits.waiting:
                raise Busy("Too many questions wait already", _BUSY_RETRY)
            if address is not None:
                self._take(visitor(address), cost)
            self._inside += 1
        try:
            with self._free:
                yield
        finally:
            with self._lock:
                self._inside -= 1
                self._left.notify_all()

    def rest(self) -> None:
        """Wait until nobody has or awaits a turn: for work that must keep nobody waiting."""
        with self._lock:
            while self._inside:
                self._left.wait()

    def _take(self, name: str, cost: float) -> None:
        now, most = self._clock(), float(self.limits.per_minute)
        tokens, since = self._buckets.pop(name, (most, now))
        tokens = min(most, tokens + (now - since) * most / 60)
        self._buckets[name] = (tokens - cost if tokens >= cost else tokens, now)
        if len(self._buckets) > _MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        if tokens < cost:
            raise TooMany(
                f"More than {self.limits.per_minute} questions a minute came from your address",
                math.ceil((cost - tokens) * 60 / most),
            )


def visitor(address: str) -> str:
    """Give the name that an address is counted under: a whole network, for IPv6.

    >>> visitor("203.0.113.7"), visitor("2001:db8:1:2:3::4")
    ('203.0.113.7', '2001:db8:1:2::/64')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    # A household or a machine is given 2 to the 64 addresses.
    return str(ipaddress.ip_network((known, 64), strict=False))
