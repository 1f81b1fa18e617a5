"""From the bytes of a file to its text, without changing or guessing a single character.

UTF-8 (with or without a byte order mark) and UTF-16 with one are read. Anything else is
refused with the place of the first wrong byte: a guessed encoding can alter a quote.
Newlines are left as they are, so offsets count in the text as it stands in the file.

Reads    bytes
Gives    `Decoded`: text and the name of the codec that made it
"""

import codecs
from dataclasses import dataclass

from qa.errors import UnreadableRelease

_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip or Office file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a rich-text file"),
)


# Python knows them as text; no page or mail is written in them, and some take the square of time.
_NO_CHARSETS = frozenset(("punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file and the Python codec it was decoded with."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    r"""Decode the bytes of a release file.

    >>> decode(b"caf\xc3\xa9\r\n")
    Decoded(text='café\r\n', encoding='utf-8')

    Raises:
        UnreadableRelease: The bytes are no text, or no valid UTF-8 or UTF-16.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise UnreadableRelease(f"it is {what}, not text", "save the release as plain text")
    encoding = _encoding(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        # The codec counts from behind a UTF-8 byte order mark, people from the file's start.
        offset = error.start + len(data) - len(error.object)
        raise UnreadableRelease(
            f"it is not {encoding.removesuffix('-sig').upper()}: "
            f"byte {data[offset]:#04x} at offset {offset:,}",
            "save the file as UTF-8",
        ) from None
    if "\0" in text:
        raise UnreadableRelease(
            f"it is not text: a zero byte at character {text.index(chr(0)):,}",
            "save the release as plain text in UTF-8",
        )
    return Decoded(text, encoding)


def codec_of(charset: str) -> str:
    """Give the Python codec for what a page or a message names as its charset.

    >>> codec_of("Latin-1")
    'iso8859-1'

    Raises:
        LookupError: It is none of those that texts are written in.
    """
    codec = codecs.lookup(charset).name.replace("-", "_")
    if codec in _NO_CHARSETS:
        raise LookupError(f"no text is in {charset}")
    return codecs.lookup(charset).name


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8"
