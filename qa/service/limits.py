"""How much one visitor and all of them together may ask of a server, and how it is reached.

Imports only `errors`.
"""

from dataclasses import dataclass

from qa.errors import UsageError

MAX_HISTORY = 20  # earlier questions; more are not looked at anyway
MAX_AREAS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """What an owner may choose of a server; the defaults suit two cores.

    Attributes:
        names: Host names this server goes by, beside its addresses and localhost.
        proxies: Addresses of proxies whose word on who asks (X-Forwarded-For) is taken.
        per_minute: Questions of one address in a minute; as many may come at once.
        at_once: Questions that are answered at the same time.
        waiting: Questions that wait for their turn; one more is sent away.
    """

    names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    per_minute: int = 30
    at_once: int = 2
    waiting: int = 30

    def __post_init__(self) -> None:
        # A waiting question holds one of forty threads; some must be left to send others away.
        for name, value, most in (
            ("per_minute", self.per_minute, 100_000),
            ("at_once", self.at_once, 8),
            ("waiting", self.waiting, 30),
        ):
            if not 1 <= value <= most:
                raise UsageError(f"{name} is {value}; it must be from 1 to {most:,}")
