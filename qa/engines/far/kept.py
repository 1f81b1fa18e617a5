"""What was brought from afar and is likely to be asked for again, up to a number of bytes."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable


class Kept:
    """Byte strings by number; the ones not asked for longest go first. Safe under threads.

    What is kept never changes: a segment is never written to again.
    """

    def __init__(self, limit: int) -> None:
        """Keep up to `limit` bytes."""
        self._limit, self._held = limit, 0
        self._pairs: OrderedDict[int, tuple[bytes, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self,
        wanted: Iterable[int],
        bring: Callable[[list[int]], Iterable[tuple[int, bytes, bytes]]],
    ) -> dict[int, tuple[bytes, bytes]]:
        """Give pairs by number; those that are not kept are brought, all at once.

        Args:
            wanted: Numbers.
            bring: Gives (number, first, second) for each of some numbers.
        """
        numbers = list(wanted)
        with self._lock:
            found = {one: self._pairs[one] for one in numbers if one in self._pairs}
            for one in found:
                self._pairs.move_to_end(one)
        missing = [one for one in numbers if one not in found]
        if missing:
            brought = {number: (first, second) for number, first, second in bring(missing)}
            self._keep(brought)
            found |= brought
        return found

    def _keep(self, brought: dict[int, tuple[bytes, bytes]]) -> None:
        with self._lock:
            for number, pair in brought.items():
                if number not in self._pairs:
                    self._pairs[number] = pair
                    self._held += _size(pair)
            while self._held > self._limit and self._pairs:
                _, oldest = self._pairs.popitem(last=False)
                self._held -= _size(oldest)


def _size(pair: tuple[bytes, bytes]) -> int:
    return len(pair[0]) + len(pair[1])
