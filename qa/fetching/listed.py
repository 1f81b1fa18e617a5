"""Lists of pages: sitemaps, indexes of sitemaps, RSS and Atom feeds.

Read in one pass that keeps nothing but the addresses; entities are refused and nothing that the
list refers to is loaded, so it costs what its bytes cost.

Reads    bytes of such a list
Gives    addresses of pages and of further lists, in their order
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from qa.errors import NotAdded

MOST = 50_000  # addresses; a sitemap may have no more

_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex|rss|feed|RDF)\b")
_PLACES = {  # parent and element that hold an address, and whether of a list
    ("url", "loc"): False,
    ("sitemap", "loc"): True,
    ("item", "link"): False,
    ("entry", "link"): False,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """An address in a list; `is_list` if what is there is a list again."""

    address: str
    is_list: bool


def is_list(data: bytes) -> bool:
    """Tell whether some bytes are a list of pages."""
    head = data[:4096]
    return _ROOT.search(head) is not None and b"<html" not in head.lower()


def listed(data: bytes) -> Iterator[Listed]:
    """Give the addresses in a list, each once.

    Raises:
        NotAdded: It is damaged, or defines entities.
    """
    from lxml import etree

    if _ENTITY.search(data):
        raise NotAdded("it defines entities of its own", "fetch its pages one by one")
    seen: set[str] = set()
    events = etree.iterparse(
        io.BytesIO(data),
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for _, element in events:
            found = _address(element)
            if found is not None and found.address not in seen and len(seen) < MOST:
                seen.add(found.address)
                yield found
            if _name(element) in ("url", "sitemap", "item", "entry"):
                element.clear()
    except etree.XMLSyntaxError as error:
        raise NotAdded(f"it is no whole list of pages: {error.msg}", "try later") from None


def _address(element: Any) -> Listed | None:
    parent = element.getparent()
    if parent is None:
        return None
    kind = _PLACES.get((_name(parent), _name(element)))
    if kind is None or element.get("rel", "alternate") != "alternate":
        return None
    address = (element.get("href") or element.text or "").strip()
    return Listed(address, kind) if address else None


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
