"""Mailboxes in the mbox format: many releases as they were sent.

Reads    bytes of a mailbox: messages, each behind a line that begins with "From "
Gives    a `Document` for each message, named by its subject and Message-ID
"""

import re
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from email.policy import compat32
from functools import partial

from qa.errors import UnreadableRelease
from qa.releases.formats import mail
from qa.releases.formats.document import Document, Part, Source, inner_name, told_apart

_FROM = re.compile(rb"(?:\A|\r?\n\r?\n)From [^\r\n]*\r?\n")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_MAX_HEAD = 64 * 1024


def parts(source: Source) -> Iterator[Part]:
    """Give a part for each message."""
    messages = _messages(source.data)
    for name, (start, end) in zip(told_apart([_name(source.data, *m) for m in messages]), messages,
                                  strict=True):  # fmt: skip
        yield Part(name, partial(_read, source.data, start, end, name))


def _read(data: bytes, start: int, end: int, name: str) -> list[Document]:
    return [mail.document(_QUOTED_FROM.sub(rb"\1", data[start:end]), name)]


def _messages(data: bytes) -> list[tuple[int, int]]:
    openings = [(match.start(), match.end()) for match in _FROM.finditer(data)]
    if not openings or openings[0][0] != 0:
        raise UnreadableRelease("it is no mailbox: it does not begin with From", "export it anew")
    ends = [start for start, _ in openings[1:]] + [len(data)]
    return [(start, end) for (_, start), end in zip(openings, ends, strict=True)]


def _name(data: bytes, start: int, end: int) -> str:
    head = data[start : min(end, start + _MAX_HEAD)]
    message = BytesHeaderParser(policy=compat32).parsebytes(head)
    key = mail.header(message, "Message-ID") or data[start:end].decode("latin-1")
    return inner_name(key, mail.header(message, "Subject"))
