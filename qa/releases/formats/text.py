"""Text and Markdown inside archives; in a folder they are read without any of this."""

from collections.abc import Iterator

from qa.releases.decode import decode
from qa.releases.formats.document import Document, Part, Source
from qa.releases.head import read_head


def parts(source: Source) -> Iterator[Part]:
    """Give the one part of a text file."""
    yield Part("", lambda: [_document(source)])


def _document(source: Source) -> Document:
    decoded = decode(source.data)
    return Document("", decoded.text, read_head(decoded.text), decoded.encoding)
