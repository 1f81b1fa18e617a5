"""By what names a server is reached, and the limits of requests that nobody needs to choose."""

from dataclasses import dataclass

MAX_HISTORY = 20  # earlier questions; more are not looked at anyway
MAX_AREAS = 100


@dataclass(frozen=True, slots=True)
class Reached:
    """How a server is reached.

    Attributes:
        names: Host names it goes by, beside its addresses and localhost.
        proxies: Addresses of proxies whose word on who asks (X-Forwarded-For) is taken.
    """

    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
