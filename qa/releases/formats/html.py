"""HTML pages: what trafilatura takes for the release, with the page's own metadata.

Navigation, cookie notes and footers go; the words of the release stay. Title, site name (the
area) and address come from `og:` tags, JSON-LD and the page itself. The date is read from the
tags that state it, so that the record can say which one did; it is never guessed from the text.

Reads    bytes of a page; nothing that the page refers to is fetched
Gives    one `Document`
"""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.decode import codec_of, decode
from qa.releases.formats.blocks import is_hidden, text_of
from qa.releases.formats.document import Document, Part, Source, fit_text
from qa.releases.formats.known_formats import made_by
from qa.releases.formats.page_address import page_address
from qa.releases.head import Head

_NO_CHARACTERS = dict.fromkeys((0xFFFE, 0xFFFF))

MAX_DEPTH = 200  # of elements; libxml2 drops the text of what is deeper than 255

# What they name is in no text, and lxml fails on it, late.
_UNFIT = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|[xX]0*(?:[0-8bBeEfF]|1[0-9a-fA-F])(?![0-9a-fA-F])"
    r"|[xX]0*[fF]{3}[eEfF](?![0-9a-fA-F])|0*6553[45](?!\d));?"
)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_DATE_TAGS = (
    "article:published_time", "og:published_time", "datepublished", "date", "dc.date",
    "dc.date.issued", "dcterms.date", "dcterms.created", "dcterms.issued", "pubdate",
    "publishdate", "publish-date", "publication_date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_JSON_LD = 256 * 1024
# A browser reads a page that says Latin-1 as Windows-1252, and so do those who write such pages.
# One whose bytes are plainly no UTF-16 is UTF-8, whatever it says.
_MEANT = {"iso-8859-1": "windows-1252", "latin-1": "windows-1252", "latin1": "windows-1252",
          "us-ascii": "windows-1252", "ascii": "windows-1252", "utf-16": "utf-8",
          "utf-16le": "utf-8", "utf-16be": "utf-8"}  # fmt: skip


def parts(source: Source) -> Iterator[Part]:
    """Give the one part of a page."""
    yield Part("", lambda: [_document(source.data)])


def _document(data: bytes) -> Document:
    import trafilatura

    text, encoding = decoded(data)
    tree = parsed(text)
    metadata = _Metadata(tree)
    for element in [one for one in tree.iter() if one.getparent() is not None and is_hidden(one)]:
        element.drop_tree()
    body = trafilatura.bare_extraction(
        tree,
        favor_recall=True,
        include_comments=False,
        include_tables=True,
        include_formatting=True,
        with_metadata=False,
    )
    if body is None or body.body is None:
        raise UnreadableRelease("it has no text to quote", "save the release as plain text")
    title = metadata.title
    _as_html(body.body, title)
    return Document(
        "",
        text_of(body.body),
        Head(metadata.values(text), 0),
        f"{made_by('html', 'trafilatura')} from {encoding}",
        tuple(metadata.dates()),
    )


def decoded(data: bytes) -> tuple[str, str]:
    """Decode a page by its byte order mark, or the charset that it names, or as UTF-8.

    Raises:
        UnreadableRelease: The bytes are not what they are said to be.
    """
    named = _CHARSET.search(data[:2048])
    if named is None or data.startswith(
        (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    ):
        page = decode(data)
        return page.text, page.encoding
    name = named[1].decode("ascii", "replace").lower()
    try:
        codec = codec_of(_MEANT.get(name, name))
        if codec == "utf-8":
            return decode(data).text, codec
        return data.decode(codec).replace("\0", ""), codec
    except (LookupError, UnicodeError) as error:
        raise UnreadableRelease(
            f"it is not {name}, as it says of itself: {error}", "save the page as UTF-8"
        ) from None


def parsed(text: str) -> Any:
    """Parse a page or a fragment of one.

    Raises:
        UnreadableRelease: It holds no element, or is nested too deep to be read whole.
    """
    from lxml import etree, html

    text = _UNFIT.sub("", fit_text(text)).translate(_NO_CHARACTERS)
    if _depth(text) > MAX_DEPTH:
        raise UnreadableRelease(
            f"its elements are nested over {MAX_DEPTH} deep", "save the release as plain text"
        )
    # Not huge, a tree would silently end where a stretch of text has over 10 MB.
    parser = html.HTMLParser(
        remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True
    )
    try:
        tree = html.document_fromstring(text.encode("utf-8", "replace") or b" ", parser=parser)
    except etree.ParserError:
        tree = None
    if tree is None:
        raise UnreadableRelease("it has no text to quote", "save the release as plain text")
    return tree


def text_of_fragment(text: str) -> str:
    r"""Give what a piece of HTML shows, all of it.

    >>> text_of_fragment("<p>Two men &amp; a van.</p><p>Both were held.</p>")
    'Two men & a van.\n\nBoth were held.\n'
    """
    return text_of(parsed(text))


def _depth(text: str) -> int:
    """Give how deep elements are opened, at most; elements that need no end do not count."""
    depth = deepest = 0
    for match in re.finditer(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})(?=[\s/>])", text):
        if match[2].lower() in _SINGLE:
            continue
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


_SINGLE = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd td th tr "
    "option thead tbody tfoot".split()
)


def _as_html(body: Any, title: str | None) -> None:
    """Turn trafilatura's few elements into those of HTML; a heading that is the title goes."""
    names = {"list": "ul", "item": "li", "quote": "blockquote", "row": "tr", "cell": "td",
             "lb": "br", "code": "pre"}  # fmt: skip
    for element in list(body.iter()):
        if element.tag == "head":
            element.tag = f"h{re.sub(r'[^1-6]', '', element.get('rend') or '')[:1] or 2}"
        elif element.tag == "hi":
            element.tag = "strong" if element.get("rend") == "#b" else "span"
        elif isinstance(element.tag, str):
            element.tag = names.get(element.tag, element.tag)
    first = next(iter(body), None)
    if first is None or first.tag != "h1" or not title:
        return
    if _one_line("".join(first.itertext())) in (title, title.partition(" | ")[0]):
        body.remove(first)


class _Metadata:
    """What a page says of itself: meta tags, JSON-LD, title and canonical address."""

    def __init__(self, tree: Any) -> None:
        self.tree = tree
        self.tags: dict[str, str] = {}
        for tag in tree.iter("meta"):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
            content = _one_line(tag.get("content") or "")
            if name and content:
                self.tags.setdefault(name.lower(), content)
        self.linked = list(_json_ld(tree))

    @property
    def title(self) -> str | None:
        """The title of the release: `og:title`, the headline of JSON-LD, or the page's."""
        found = self.tags.get("og:title") or self._told("headline")
        return found or _one_line(self.tree.findtext(".//title") or "") or None

    def values(self, text: str) -> dict[str, Any]:
        """Give the values of a head; `text` is the whole page."""
        stated = (self._canonical(), self.tags.get("og:url"), self._told("url"))
        found = {
            "title": self.title,
            "area": self.tags.get("og:site_name") or self._told("publisher", "author"),
            "url": page_address(text, stated),
        }
        return {key: value for key, value in found.items() if value}

    def dates(self) -> Iterator[tuple[str, str]]:
        """Give what states the date of publication, the surest first."""
        if "article:published_time" in self.tags:
            yield "article:published_time", self.tags["article:published_time"]
        if linked := self._told("datePublished"):
            yield "JSON-LD datePublished", linked
        for name in _DATE_TAGS[1:]:
            if name in self.tags:
                yield f"meta {name}", self.tags[name]
        for time in self.tree.iter("time"):
            if stated := time.get("datetime"):
                yield "time", stated
                return

    def _canonical(self) -> str | None:
        links = (link for link in self.tree.iter("link") if link.get("rel") == "canonical")
        return next((link.get("href") for link in links if link.get("href")), None)

    def _told(self, *keys: str) -> str | None:
        for key in keys:
            for item in self.linked:
                value = item.get(key)
                value = value[0] if isinstance(value, list) and value else value
                if isinstance(value, dict):
                    value = value.get("name") if value.get("@type") != "Person" else None
                if isinstance(value, str) and _one_line(value):
                    return _one_line(value)
        return None


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        text = script.text or ""
        if script.get("type") != "application/ld+json" or len(text) > _JSON_LD:
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            continue
        items = found if isinstance(found, list) else [found]
        for item in items:
            if isinstance(item, dict):
                yield item
                graph = item.get("@graph")
                yield from (
                    (one for one in graph if isinstance(one, dict))
                    if isinstance(graph, list)
                    else ()
                )


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", fit_text(text)).strip()
