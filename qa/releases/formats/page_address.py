"""The web address of a page that is a file: what it states itself, or where it was saved from.

Browsers write `<!-- saved from url=(0020)https://example.org/ -->` into a page that they save,
and `qa fetch` writes the same behind a page that does not state its address. A page speaks for its
own site alone: where it names an address of another, the place it was saved from is believed.
"""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

_SAVED = re.compile(r"<!-- saved from url=\(\d{4}\)(https?://[^\s<>\"']{1,2000}) -->")
_REACH = 4096  # characters from either end in which the note stands
_ABSOLUTE = re.compile(r"https?://[^\s<>\"']+$", re.IGNORECASE)


def saved_note(address: str) -> str:
    """Write where a page was saved from.

    >>> saved_note("https://example.org/")
    '<!-- saved from url=(0020)https://example.org/ -->'
    """
    return f"<!-- saved from url=({len(address):04})" + address + " -->"


def page_address(text: str, stated: Iterable[str | None]) -> str | None:
    """Give the address of a page, or None if nothing tells it.

    Args:
        text: The page. The last note in it counts: what is written behind a page is not of it.
        stated: What the page says of itself, the surest first; it may be relative.
    """
    ends = text if len(text) <= 2 * _REACH else f"{text[:_REACH]}\n{text[-_REACH:]}"
    notes = _SAVED.findall(ends)
    saved = str(notes[-1]) if notes else None
    for one in stated:
        address = _joined(saved, one.strip()) if one else None
        if address is not None:
            return address if saved is None or same_site(address, saved) else saved
    return saved


def same_site(one: str, other: str) -> bool:
    """Tell whether two addresses are of one site.

    >>> same_site("http://www.example.org/a", "https://example.org/b")
    True
    """
    return _host(one) == _host(other)


def _joined(saved: str | None, stated: str) -> str | None:
    try:
        address = urljoin(saved, stated) if saved else stated
    except ValueError:
        return None
    return address if _ABSOLUTE.match(address) else None


def _host(address: str) -> str:
    try:
        return urlsplit(address).netloc.lower().removeprefix("www.")
    except ValueError:
        return ""
