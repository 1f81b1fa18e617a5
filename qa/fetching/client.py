"""One request for one address, within limits: so many bytes, so many seconds in all.

Redirects are followed a few steps, each of which is checked like the first. What is packed is
unpacked only as far as the limit. No cookie is kept and no proxy is used.

Reads    a web address
Gives    a `Response`
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus

import httpcore2

import qa
from qa.errors import NotAdded, Unreachable
from qa.fetching.connections import ONLINE, Checked, Deadline
from qa.fetching.web_address import web_address

AGENT = "ReleaseQA"  # the name by which robots.txt may address this program
USER_AGENT = f"{AGENT}/{qa.__version__} (qa fetch: a person asked for this page)"
MAX_REDIRECTS = 5
_PIECE = 1 << 16
_SLICE = 1 << 12


@dataclass(frozen=True, slots=True)
class Response:
    """What a server gave.

    Attributes:
        address: Where it came from, after redirects.
        status: Of HTTP.
        kind: Its media type, e.g. "text/html"; empty if the server does not say.
        charset: What the server says its text is in, if it says so.
        data: Its bytes, unpacked.
    """

    address: str
    status: int
    kind: str
    charset: str | None
    data: bytes = field(repr=False)


class Client:
    """Asks for addresses, one at a time."""

    def __init__(self, *, seconds: float = 30.0, allow_private: bool = False) -> None:
        """Take note of the limits.

        Args:
            seconds: For one address, redirects included, from looking up its name to the last byte.
            allow_private: Whether addresses that are not public may be connected to.
        """
        self._seconds = seconds
        self._allow_private = allow_private
        self._tls = httpcore2.default_ssl_context()

    def get(
        self, address: str, most: Callable[[str], int], before: Callable[[str], None]
    ) -> Response:
        """Give what is at an address, whatever its status.

        Args:
            address: As `web_address` spells it.
            most: Tells for a media type how many bytes may come, and raises if it is not wanted.
            before: Called with each address before it is asked for; it may raise, or wait.

        Raises:
            NotAdded: It is not wanted, too large, or leads where it must not.
            Unreachable: There is no answer, or not in time.
        """
        left = self._seconds
        for _ in range(MAX_REDIRECTS + 1):
            before(address)
            deadline = Deadline(left)
            try:
                found = self._asked(address, most, deadline)
            except (httpcore2.TimeoutException, TimeoutError):
                raise Deadline(self._seconds).missed() from None
            except (httpcore2.NetworkError, httpcore2.ProtocolError, OSError) as error:
                raise Unreachable(f"the connection failed: {error}", ONLINE) from None
            if isinstance(found, Response):
                return found
            address, left = found, deadline.left()
        raise NotAdded(f"it redirects over {MAX_REDIRECTS} times", "fetch it by its last address")

    def _asked(
        self, address: str, most: Callable[[str], int], deadline: Deadline
    ) -> Response | str:
        """Give the answer, or the address that it leads to."""
        backend = Checked(deadline, allow_private=self._allow_private)
        headers = [
            ("User-Agent", USER_AGENT),
            ("Accept", "text/html, application/xhtml+xml, application/xml;q=0.9"),
            ("Accept-Encoding", "gzip"),
        ]
        with (
            httpcore2.ConnectionPool(self._tls, network_backend=backend) as pool,
            pool.stream("GET", address, headers=headers) as response,
        ):
            told = _headers(response.headers)
            if response.status in (301, 302, 303, 307, 308) and "location" in told:
                return web_address(told["location"], address)
            kind, charset = _kind(told.get("content-type", ""))
            limit = most(kind) if response.status == HTTPStatus.OK else _PIECE
            coding = told.get("content-encoding", "").strip().lower()
            data = _gathered(response.iter_stream(), coding, limit)
            return Response(address, response.status, kind, charset, data)


def unpacked(data: bytes, most: int) -> bytes:
    """Unpack a gzip file, every member of it, as far as a limit.

    Raises:
        NotAdded: It is damaged, or holds more.
    """
    # In pieces, since what is left of one is copied at the end of each member.
    pieces = (data[start : start + _SLICE] for start in range(0, len(data), _SLICE))
    return _gathered(pieces, "gzip", most)


def _gathered(pieces: Iterable[bytes], coding: str, most: int) -> bytes:
    gathered = bytearray()
    try:
        for piece in _plain(pieces, coding):
            gathered += piece
            if len(gathered) > most:
                raise NotAdded(
                    f"it has over {most:,} bytes", "raise max_file_kb in qa.yaml if it is a release"
                )
    except zlib.error as error:
        raise NotAdded(f"what was sent is damaged: {error}", "try later") from None
    return bytes(gathered)


def _plain(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """Unpack a little at a time: a bomb is noticed at its first bytes."""
    if coding in ("", "identity"):
        yield from pieces
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise NotAdded(f"it is packed as {coding!r}, which was not asked for", "try later")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    for piece in pieces:
        waiting = piece
        while waiting:
            if unpacker.eof:  # what was packed in several runs has a member of each
                waiting = waiting.lstrip(b"\0")  # zeros may fill up its last block
                if not waiting:
                    break
                unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
            yield unpacker.decompress(waiting, _PIECE)
            waiting = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
    yield unpacker.flush()
    if not unpacker.eof:
        raise NotAdded("it ends too soon", "try later")


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}


def _kind(content_type: str) -> tuple[str, str | None]:
    message = Message()
    message["content-type"] = content_type.replace("\r", " ").replace("\n", " ")
    kind = message.get_content_type() if content_type.strip() else ""
    return kind, message.get_content_charset()
