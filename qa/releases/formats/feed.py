"""Saved RSS and Atom feeds: each entry is a release.

Reads    bytes of a feed; nothing that it refers to is fetched
Gives    a `Document` for each entry, named by its address or title, and its id
"""

import io
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Document, Part, Source, fit_text, inner_name, told_apart
from qa.releases.formats.html import text_of_fragment
from qa.releases.formats.known_formats import made_by
from qa.releases.head import Head

MAX_ENTRIES = 20_000
_ENTITY = re.compile(rb"<!\s*ENTITY", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_TAG = re.compile(r"<[a-zA-Z/!]")


def parts(source: Source) -> Iterator[Part]:
    """Give a part for each entry.

    Raises:
        UnreadableRelease: It is no feed, or defines entities.
    """
    import feedparser

    if _ENTITY.search(source.data):
        raise UnreadableRelease("it defines entities of its own", "save the feed without a DTD")
    if not _ROOT.search(source.data[:4096]):
        raise UnreadableRelease("it is no RSS or Atom feed", "save the feed, not its page")
    # Given as a stream: bytes could be taken for a file name.
    feed = feedparser.parse(
        io.BytesIO(source.data), sanitize_html=False, resolve_relative_uris=False
    )
    if not feed.entries:
        raise UnreadableRelease("the feed has no entries", "save it anew")
    if len(feed.entries) > MAX_ENTRIES:
        raise UnreadableRelease(f"the feed has over {MAX_ENTRIES:,} entries", "split it")
    area = _words(feed.feed.get("title"))
    entries = list(feed.entries)
    for name, entry in zip(told_apart([_name(entry) for entry in entries]), entries, strict=True):
        yield Part(name, partial(_read, entry, name, area))


def _read(entry: Any, name: str, area: str) -> list[Document]:
    bodies = [one.get("value") or "" for one in entry.get("content") or ()]
    body = max([*bodies, entry.get("summary") or ""], key=len)
    if not body.strip():
        raise UnreadableRelease("the entry has no text", "save its page instead")
    text = text_of_fragment(body) if _TAG.search(body) or "&" in body else fit_text(body)
    values = {
        "title": _words(entry.get("title")),
        "area": _words((entry.get("source") or {}).get("title")) or area,
        "url": str(entry.get("link") or ""),
    }
    told = {key: value for key, value in values.items() if value}
    return [
        Document(name, text, Head(told, 0), made_by("feed", "feedparser"), tuple(_dates(entry)))
    ]


def _name(entry: Any) -> str:
    link, title = str(entry.get("link") or ""), _words(entry.get("title"))
    key = str(entry.get("id") or link or title)
    tail = link.split("?")[0].rstrip("/").rpartition("/")[2]
    return inner_name(key, re.sub(r"\.\w{1,5}$", "", tail) or title)


def _dates(entry: Any) -> Iterator[tuple[str, str]]:
    for key in ("published", "created", "updated"):
        if (stated := entry.get(key)) and (key != "updated" or not entry.get("published")):
            parsed = entry.get(f"{key}_parsed")
            yield f"feed {key}", str(stated)
            if parsed:
                yield f"feed {key}", f"{parsed[0]:04}-{parsed[1]:02}-{parsed[2]:02}"


def _words(html: Any) -> str:
    """Give a title in one line; feeds may have markup in it."""
    text = str(html or "")[:2000]
    if _TAG.search(text):
        try:
            text = text_of_fragment(text)
        except UnreadableRelease:
            text = _TAG.sub(" ", text)  # no title is worth the feed
    return " ".join(fit_text(text).split())
