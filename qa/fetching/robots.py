"""What sites ask of programs: robots.txt is read first and kept to, and nobody is hurried.

As RFC 9309 has it: without a robots.txt (a status of 400 to 499) all may be fetched; where it
cannot be had (no answer, 429, 500 and above, too large) nothing may. `protego` reads it, with
wildcards and the longest rule first, which the standard library's reader has not.

Reads    /robots.txt of a site, once in a run
Gives    leave to ask for an address, after a pause
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from qa.errors import NotAdded, Unreachable
from qa.fetching.client import AGENT, Client
from qa.fetching.web_address import site_of, web_address

MOST = 500 * 1024  # bytes that RFC 9309 wants read at least
LONGEST_PAUSE = 60.0  # seconds between two requests that a site may ask for
MAX_FAULTS = 3  # in succession, after which a site is left alone


@dataclass(slots=True)
class _Site:
    """What is known of a site.

    Attributes:
        rules: Its robots.txt; None if it has none.
        fault: Why nothing of it may be fetched, if that is so.
        cure: What can be done about that.
        pause: Seconds between requests.
        asked: When it was asked last, by the monotonic clock.
        faults: Requests in succession that it did not answer.
    """

    rules: Any = None
    fault: str | None = None
    cure: str = "try later; nothing is fetched that may be forbidden"
    pause: float = 0.0
    asked: float | None = None
    faults: int = 0


class Robots:
    """Gives leave to ask for addresses, as their sites wish."""

    def __init__(
        self, client: Client, pause: float, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Begin without knowing any site.

        Args:
            client: Asks for robots.txt.
            pause: Seconds between two requests of one site, unless it asks for more.
            sleep: Waits.
        """
        self._client = client
        self._pause = pause
        self._sleep = sleep
        self._sites: dict[str, _Site] = {}

    def allow(self, address: str) -> None:
        """Return once an address may be asked for.

        Raises:
            NotAdded: The site forbids it.
            Unreachable: What it allows cannot be learnt, or it does not answer any more.
        """
        name = web_address("/", address)
        site = self._sites.get(name) or self._known(name, address)
        if site.fault is not None:
            raise Unreachable(site.fault, site.cure)
        if site.faults >= MAX_FAULTS:
            raise Unreachable(
                f"{site_of(name)} failed {MAX_FAULTS} times in succession", "fetch the rest later"
            )
        if site.rules is not None and not site.rules.can_fetch(address, AGENT):
            raise NotAdded(
                f"robots.txt of {site_of(name)} forbids it to {AGENT}",
                "ask its owner, or save the page yourself and add it with: qa add FILE",
            )
        self._wait(site)

    def tell(self, address: str, *, answered: bool) -> None:
        """Take note of whether a site answered."""
        site = self._sites.get(web_address("/", address))
        if site is not None:
            site.faults = 0 if answered else site.faults + 1
            site.asked = time.monotonic()

    def _wait(self, site: _Site) -> None:
        if site.asked is not None:
            wait = site.asked + site.pause - time.monotonic()
            if wait > 0:
                self._sleep(wait)
        site.asked = time.monotonic()

    def _known(self, name: str, address: str) -> _Site:
        from protego import Protego

        site = _Site(pause=self._pause)
        try:
            found = self._client.get(web_address("/robots.txt", name), lambda _: MOST, _whatever)
        except Unreachable as error:
            site.fault, site.cure = error.reason, error.cure
        except NotAdded as error:
            site.fault = f"robots.txt of {site_of(name)} cannot be read: {error.reason}"
        else:
            if found.status == 200:
                site.rules = Protego.parse(found.data.decode("utf-8", "replace"))
                asked = site.rules.crawl_delay(AGENT) or 0.0
                site.pause = max(self._pause, min(float(asked), LONGEST_PAUSE))
            elif found.status == 429 or not 400 <= found.status < 500:
                site.fault = f"robots.txt of {site_of(name)} cannot be had: status {found.status}"
        self._sites[name] = site
        site.asked = time.monotonic()
        return site


def _whatever(address: str) -> None:
    """Let robots.txt itself be asked for, wherever it redirects to."""
