"""By what names a server is reached, and the limits of requests that nobody needs to choose."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from qa.errors import UsageError

MAX_HISTORY = 20  # earlier questions; more are not looked at anyway
MAX_AREAS = 100


@dataclass(frozen=True, slots=True)
class Reached:
    """How a server is reached.

    Attributes:
        names: Host names it goes by, beside its addresses and localhost.
        proxies: Addresses or networks of proxies whose word on who asks (X-Forwarded-For) is taken.

    Raises:
        UsageError: A proxy is named in any other way; uvicorn would take it, and never meet it.
    """

    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for proxy in self.proxies:
            try:
                ip_network(proxy) if "/" in proxy else ip_address(proxy)
            except ValueError as error:
                raise UsageError(
                    f"--proxy {proxy!r} is no address of a proxy ({error}); give an IP address "
                    f"or a network, e.g. --proxy 127.0.0.1 or --proxy 10.0.0.0/8"
                ) from None
