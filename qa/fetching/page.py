"""A fetched page as a file: its very bytes wherever it says itself what is needed to read it.

Two things may be missing once a page is a file, because the server said them: its address and
its charset. The address is added behind the page, in the words in which browsers write it when
they save one, "saved from url"; the charset before it, as a `meta` tag.
`qa.releases.formats.html` reads both.

Reads    the bytes of a page, its address, and the charset that its server names
Gives    bytes to be added, and a name
"""

import codecs

from qa.errors import UnreadableRelease
from qa.fetching.web_address import site_of
from qa.releases.formats.document import inner_name
from qa.releases.formats.html import decoded
from qa.releases.formats.page_address import saved_note
from qa.releases.naming import safe_name

_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def name_of(address: str) -> tuple[str, tuple[str, ...]]:
    """Give a page's name and the folders above it, the same for the same address.

    >>> name_of("https://www.example.org/news/two-men-held.html?x=1")
    ('two-men-held-47f730b8.html', ('www.example.org',))
    """
    tail = address.partition("?")[0].rstrip("/").rpartition("/")[2]
    words = tail.rpartition(".")[0] or tail
    site = site_of(address)
    return f"{inner_name(address, words if words != site else '')}.html", (site,)


def path_of(address: str) -> str:
    """Give where below the releases folder a page is put."""
    return safe_name(*name_of(address))


def with_charset(data: bytes, said: str | None) -> bytes:
    """Give a page that reads as its server says it is to be read.

    Args:
        data: The page.
        said: The charset that the server names, if it does; a byte order mark is surer.
    """
    if said is None or data.startswith(_MARKS):
        return data
    tag = f'<meta charset="{said}">\n'
    told = tag.encode("ascii", "replace") + data
    try:
        words = decoded(told)[0]
    except UnreadableRelease:
        return data  # the server is wrong
    try:
        return data if decoded(data)[0] == words[len(tag) :] else told
    except UnreadableRelease:
        return told


def with_address(data: bytes, address: str) -> bytes:
    """Give a page that says where it is from."""
    note = f"\n{saved_note(address)}\n"
    codec = next((name for mark, name in _UTF_16 if data.startswith(mark)), "ascii")
    return data + note.encode(codec)
