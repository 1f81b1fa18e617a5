"""Lists of pages: sitemaps, indexes of sitemaps, RSS and Atom feeds.

Read in one pass that keeps nothing but the addresses; entities are refused and nothing that the
list refers to is loaded, so it costs what its bytes cost.

Reads    bytes of such a list
Gives    addresses of pages, or of further lists, in their order
"""

import io
import re
from collections.abc import Iterator
from typing import Any

from qa.errors import NotAdded

MOST = 50_000  # addresses; a sitemap may have no more

_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(urlset|sitemapindex|rss|feed|RDF)\b")
_ENTRIES = {"url": "loc", "sitemap": "loc", "item": "link", "entry": "link"}


def is_list(data: bytes) -> bool:
    """Tell whether some bytes are a list of pages."""
    head = data[:4096]
    return _ROOT.search(head) is not None and b"<html" not in head.lower()


def listed(data: bytes) -> Iterator[str]:
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
            if found and found not in seen and len(seen) < MOST:
                seen.add(found)
                yield found
            if _name(element) in _ENTRIES:
                element.clear()
    except etree.XMLSyntaxError as error:
        raise NotAdded(f"it is no whole list of pages: {error.msg}", "try later") from None


def _address(element: Any) -> str:
    """Give the address that an element holds, if it is one that does."""
    parent = element.getparent()
    if parent is None or _ENTRIES.get(_name(parent)) != _name(element):
        return ""
    if element.get("rel", "alternate") != "alternate":
        return ""
    return (element.get("href") or element.text or "").strip()


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
