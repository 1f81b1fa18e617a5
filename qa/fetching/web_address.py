"""Web addresses as they are asked for: http or https, in one spelling, no name or password in them.

Reads    what someone typed, or what a page, sitemap or redirect says
Gives    an address in ASCII, without its fragment
"""

import re

from qa.errors import NotAdded

_HOST = re.compile(rb"[a-zA-Z0-9._-]+|[0-9a-fA-F:.]+")  # a name, or an address in brackets
# What surely has no name or password: a scheme, a server, perhaps a port, and then no more of it.
_OPEN = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://([^@:/?#\\\[\]]+|\[[^@/?#\\]*\])(:\d*)?([/?#]|$)")
MOST = 2000  # characters


def web_address(text: str, base: str | None = None) -> str:
    """Give an address in one spelling.

    Args:
        text: The address; it may be relative if there is a `base`.
        base: The address of what says it.

    >>> web_address("HTTPS://Example.org:443/a b#c"), web_address("../x", "http://é.example/1/2")
    ('https://example.org/a%20b', 'http://xn--9ca.example/x')

    Raises:
        NotAdded: It is no address that is fetched.
    """
    from httpx2 import URL, InvalidURL

    try:
        url = URL(text.strip())
        url = (URL(base).join(url) if base else url).copy_with(fragment=None)
        host, port = url.raw_host, url.port
    except (InvalidURL, ValueError, TypeError):  # which repeat parts of it, a password perhaps
        raise NotAdded("it is no web address", "look at its spelling") from None
    if url.scheme not in ("http", "https"):
        raise NotAdded("it is no address of the web", "begin it with https:// or http://")
    if not _HOST.fullmatch(host) or not 0 < (port or 80) < 1 << 16:
        raise NotAdded("it names no server", "write it as https://server/path")
    if url.userinfo:
        raise NotAdded("it has a name or password in it", "leave them out; none is ever sent")
    if len(str(url)) > MOST:
        raise NotAdded(f"it has over {MOST:,} characters", "fetch the page by a shorter one")
    return str(url)


def told_address(text: str) -> str:
    """Give an address as it may be told: without a name and password, whatever its spelling.

    >>> told_address("http://me:secret@example.org/a"), told_address("https://example.org/@a")
    ('http://…@example.org/a', 'https://example.org/@a')
    """
    if "@" not in text or _OPEN.match(text.strip()):
        return text
    scheme = text.partition("//")[0] + "//" if "//" in text else ""
    return f"{scheme}…@{text.rpartition('@')[2]}"


def site_of(address: str) -> str:
    """Give the server of an address, with its port if that is unusual.

    >>> site_of("http://example.org:8080/a")
    'example.org:8080'
    """
    from httpx2 import URL

    return URL(address).netloc.decode("ascii")
