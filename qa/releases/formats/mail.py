"""Mail: a release as it was sent, with its subject, day and sender.

The plain text of a message is read, or its HTML if it has no other; attachments are not.

Reads    bytes of one message
Gives    one `Document`
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.decode import codec_of
from qa.releases.formats.document import Document, Part, Source, fit_text
from qa.releases.formats.known_formats import made_by, needs
from qa.releases.head import Head

MAX_PARTS = 200
_MAX_HEADER = 4000
_SIGNATURE = re.compile(r"^-- ?\n", re.MULTILINE)


def parts(source: Source) -> Iterator[Part]:
    """Give the one part of a message."""
    yield Part("", lambda: [document(source.data, "")])


def document(data: bytes, inner: str) -> Document:
    """Read one message.

    Raises:
        UnreadableRelease: It holds no text, or none that can be decoded.
    """
    message: Message[str, str] = message_from_bytes(data, policy=compat32)
    if not message.keys():
        raise UnreadableRelease("it has no mail headers", "save the message as .eml, or as text")
    text, made = _text(message)
    sender = _sender(header(message, "From"))
    values = {
        "title": header(message, "Subject"),
        "area": header(message, "Organization") or sender,
        "url": header(message, "Archived-At").strip("<>"),
    }
    told = {key: value for key, value in values.items() if value}
    return Document(inner, text, Head(told, 0), made, tuple(_dates(message)))


def header(message: "Message[str, str]", name: str) -> str:
    """Give a header as people read it; empty if there is none.

    Words that cannot be decoded are left as they stand.
    """
    raw = str(message.get(name) or "")[:_MAX_HEADER]
    words = []
    try:
        for word, charset in decode_header(raw):
            known = codec_of(charset or "ascii")
            words.append(word.decode(known) if isinstance(word, bytes) else word)
    except (LookupError, ValueError, MessageError):
        return " ".join(fit_text(raw).split())
    return " ".join(fit_text("".join(words)).split())


def _sender(line: str) -> str:
    """Give the name of who sent a message, or the line where it cannot be taken apart."""
    try:
        return parseaddr(line)[0]
    except RecursionError:  # of brackets in brackets
        return line


def _dates(message: "Message[str, str]") -> Iterator[tuple[str, str]]:
    try:
        sent = parsedate_to_datetime(str(message.get("Date") or ""))
    except (TypeError, ValueError, IndexError, OverflowError):
        return
    yield "mail Date", sent.date().isoformat()


def _text(message: "Message[str, str]") -> tuple[str, str]:
    found: dict[str, Any] = {}
    for count, part in enumerate(message.walk()):
        if count > MAX_PARTS:
            raise UnreadableRelease(f"it has over {MAX_PARTS} parts", "save it as text")
        kind = part.get_content_type()
        attached = part.get_content_disposition() == "attachment"
        if not part.is_multipart() and not attached and kind in ("text/plain", "text/html"):
            found.setdefault(kind, part)
    if "text/plain" in found:
        text = _decoded(found["text/plain"])
        if "flowed" in str(found["text/plain"].get_param("format", "")).lower():
            text = re.sub(r" \n(?!\n)", " ", text)
        return _SIGNATURE.split(text, maxsplit=1)[0], "mail"
    if "text/html" in found:
        needs("html", "lxml")
        from qa.releases.formats.html import text_of_fragment

        return text_of_fragment(_decoded(found["text/html"])), made_by("mail", "lxml")
    raise UnreadableRelease("the message has no text", "save the release as plain text")


def _decoded(part: "Message[str, str]") -> str:
    data = part.get_payload(decode=True)
    charset = str(part.get_content_charset() or "utf-8")
    if not isinstance(data, bytes):
        raise UnreadableRelease("the message has no text", "save the release as plain text")
    try:
        # What calls itself ASCII and is not is UTF-8, or it is refused.
        return fit_text(data.decode("utf-8" if charset == "us-ascii" else codec_of(charset)))
    except (LookupError, UnicodeError) as error:
        raise UnreadableRelease(
            f"its text is not {charset}, as it says: {error}", "save the message anew as UTF-8"
        ) from None
