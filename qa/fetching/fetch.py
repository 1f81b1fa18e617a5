"""Fetch pages, and all pages of a sitemap or feed, into the releases folder.

Reads    web addresses
Gives    for each page an `Added`, a `Held` or, with the reason, a `Skipped`
"""

from collections.abc import Iterator
from dataclasses import dataclass

from qa.errors import AlreadyThere, NotAdded, Unreachable
from qa.fetching.client import Client, Response, unpacked
from qa.fetching.listed import is_list, listed
from qa.fetching.page import name_of, path_of, with_address, with_charset
from qa.fetching.robots import Robots
from qa.fetching.web_address import site_of, told_address, web_address
from qa.records import Skipped
from qa.releases.adding import Added, Adding, Held, Offered
from qa.releases.formats.known_formats import format_of
from qa.releases.formats.page_address import same_site

MAX_LISTS = 100  # in one run
_PAGE_KINDS = ("", "text/html", "application/xhtml+xml")
_LIST_KINDS = (
    "application/xml", "text/xml", "application/rss+xml", "application/atom+xml",
    "application/rdf+xml", "application/gzip", "application/x-gzip", "application/octet-stream",
)  # fmt: skip
_LIST_TIMES = 16  # times the size of a text file, as saved feeds may have


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fetch.

    Attributes:
        most: Pages in all.
        pause: Seconds between two requests of one site.
        seconds: For one address in all.
        again: Whether pages that are there are fetched again, to take their own place.
        allow_private: Whether addresses that are not public may be connected to.
    """

    most: int = 500
    pause: float = 1.0
    seconds: float = 30.0
    again: bool = False
    allow_private: bool = False


class _Enough(NotAdded):
    """Nothing more of what was asked for is fetched."""


class Fetching:
    """Fetches addresses, one after another, into a releases folder.

    Attributes:
        left: Addresses that were not asked for, since so many pages had been fetched as the plan
            has; another run goes on with them. A list of pages counts as one.
    """

    def __init__(self, adding: Adding, plan: Plan) -> None:
        """Begin.

        Args:
            adding: Puts pages into the folder; it must replace if `plan.again`.
            plan: How to fetch.
        """
        self._adding = adding
        self._plan = plan
        self._client = Client(seconds=plan.seconds, allow_private=plan.allow_private)
        self._robots = Robots(self._client, plan.pause)
        self.left = 0
        self._pages = 0
        self._lists = 0
        self._seen: set[str] = set()

    def fetch(self, text: str) -> Iterator[Added | Held | Skipped]:
        """Fetch what an address leads to: one page, or all pages of a list."""
        try:
            yield from self._fetched(web_address(text))
        except NotAdded as error:
            yield Skipped(told_address(text), error.reason, error.cure)

    def _fetched(self, address: str) -> Iterator[Added | Held | Skipped]:
        if address in self._seen:
            return
        self._seen.add(address)
        path = path_of(address)
        if self._adding.has(path) and not self._plan.again:
            yield Held(address, path)
            return
        if self._pages >= self._plan.most:
            self.left += 1
            return
        self._pages += 1
        response = self._asked(address)
        if is_list(response.data) and response.kind not in _PAGE_KINDS[1:]:
            self._pages -= 1
            yield from self._all_of(response)
            return
        if response.kind not in _PAGE_KINDS:
            raise NotAdded("it is neither a page nor a list of pages", "fetch the page itself")
        yield self._added(address, response)

    def _all_of(self, response: Response) -> Iterator[Added | Held | Skipped]:
        """Fetch all pages of a list that are of the same site as the list."""
        self._lists += 1
        if self._lists > MAX_LISTS:
            raise _Enough(f"it leads to over {MAX_LISTS} lists", "fetch the rest by themselves")
        found = 0
        for one in listed(response.data):
            found += 1
            try:
                address = web_address(one, response.address)
                if not same_site(address, response.address):
                    raise NotAdded(
                        f"it is not of {site_of(response.address)}, whose list names it",
                        "fetch it by its own address",
                    )
                yield from self._fetched(address)
            except _Enough:
                raise
            except NotAdded as error:
                yield Skipped(told_address(one), error.reason, error.cure)
        if not found:
            raise NotAdded("it lists no pages", "fetch the pages themselves")

    def _asked(self, address: str) -> Response:
        try:
            response = self._client.get(address, self._most, self._robots.allow)
        except Unreachable:
            self._robots.tell(address, answered=False)
            raise
        busy = response.status in (429, 503)
        self._robots.tell(address, answered=not busy)
        if busy:
            raise Unreachable(f"its server is busy (status {response.status})", "try later")
        if response.status != 200:
            raise NotAdded(f"its server says {response.status}", "look at the address in a browser")
        if response.data.startswith(b"\x1f\x8b"):
            plain = unpacked(response.data, self._most("application/xml"))
            return Response(response.address, 200, "application/xml", None, plain)
        return response

    def _most(self, kind: str) -> int:
        if kind in _PAGE_KINDS:
            page = format_of("page.html")
            return self._adding.max_file_bytes * (page.times if page else 1)
        if kind in _LIST_KINDS:
            return self._adding.max_file_bytes * _LIST_TIMES
        raise NotAdded(f"it is {kind}, not a page", "save it, and add it with: qa add FILE")

    def _added(self, address: str, response: Response) -> Added | Held:
        """Add a page, with its address behind it unless it states one of the same site itself."""
        name, above = name_of(address)
        data = with_charset(response.data, response.charset)
        page = Offered(address, name, data, above)
        try:
            understood, _ = self._adding.understood(page)
            stated = understood[0].url
            if stated is None or not same_site(stated, response.address):
                page = Offered(address, name, with_address(data, response.address), above)
            return self._adding.add(page)
        except AlreadyThere as error:
            return Held(address, error.path)
