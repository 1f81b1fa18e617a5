"""Read one release: bytes of a text file in, or a `Document` of another format; `Release` out.

The steps, in order: decode, take the head off, cut paragraphs, tell their kinds, find
speakers and sentences, then title, areas, address and date.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import UnreadableRelease
from qa.language.markup import plain
from qa.language.sentences import sentence_spans
from qa.language.speakers import attribute
from qa.records import Kind, Paragraph, Release, Sentence
from qa.releases.decode import decode
from qa.releases.formats.document import Document
from qa.releases.head import Head, read_head
from qa.releases.kinds import kinds
from qa.releases.paragraphs import paragraph_spans
from qa.releases.published import published

NO_TEXT = "it has no text to quote"
MAX_TITLE = 100  # characters of a title made from a first sentence

_BLANKS = re.compile(r"\s+")
_FORCE_TAIL = re.compile(r"\s*\|[^|]*$|\s+[-–]\s+[\w ]{3,40}(?:Police|Constabulary)$")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file gives, read by itself; boilerplate is told later, from all of them.

    Attributes:
        release: The release, the kind of each paragraph told by its form and place.
        texts: What people read of each paragraph, its markup taken off.
    """

    release: Release
    texts: tuple[str, ...]


def read_alone(data: bytes, release_id: str) -> Reading:
    """Read the bytes of one text file; see `read_release`."""
    return _with_texts(read_release(data, release_id))


def read_document(document: Document, release_id: str, *, size: int, sha256: str) -> Reading:
    """Read what the reader of another format made of a file, or of a part of it.

    Args:
        document: Text and head.
        release_id: Path of the file, and what the document is called inside it.
        size: Bytes of the file.
        sha256: Of the file.

    Raises:
        UnreadableRelease: There is nothing to quote.
    """
    return _with_texts(_release(document, release_id, size, sha256))


def read_release(data: bytes, release_id: str) -> Release:
    """Read the bytes of one text file.

    Args:
        data: The file as it is on disk.
        release_id: Its path below the releases folder, `/`-separated.

    Raises:
        UnreadableRelease: No text, a broken head, or nothing to quote.
    """
    decoded = decode(data)
    document = Document("", decoded.text, read_head(decoded.text), decoded.encoding)
    return _release(document, release_id, len(data), hashlib.sha256(data).hexdigest())


def _release(document: Document, release_id: str, size: int, sha256: str) -> Release:
    text, head = document.text, document.head
    paragraphs = _paragraphs(text, head.body_start)
    if not paragraphs:
        raise UnreadableRelease(NO_TEXT, "write the release below its head")
    url = _url(head)
    date, source = published(head, url, text[head.body_start :], document.dates)
    return Release(
        id=release_id,
        title=_title(head, paragraphs),
        areas=_areas(head),
        url=url,
        published=date,
        published_source=source,
        text=text,
        encoding=document.made,
        size=size,
        sha256=sha256,
        paragraphs=paragraphs,
    )


def _with_texts(release: Release) -> Reading:
    # Reading has just asked for these, so that `plain` still knows them.
    return Reading(release, tuple(plain(one.text).text for one in release.paragraphs))


def _paragraphs(text: str, body_start: int) -> tuple[Paragraph, ...]:
    spans = paragraph_spans(text, body_start)
    texts = [text[start:end] for start, end in spans]
    speakers = attribute([plain(paragraph).text for paragraph in texts])
    return tuple(
        Paragraph(number, start, end, paragraph, kind, _sentences(paragraph, start), speaker)
        for number, ((start, end), paragraph, kind, speaker) in enumerate(
            zip(spans, texts, kinds(texts), speakers, strict=True), start=1
        )
    )


def _sentences(paragraph: str, offset: int) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(offset + start, offset + end, paragraph[start:end])
        for start, end in sentence_spans(paragraph)
    )


def _title(head: Head, paragraphs: Sequence[Paragraph]) -> str:
    titles = (
        head.text("og", "title"),
        _FORCE_TAIL.sub("", _BLANKS.sub(" ", head.text("title") or "")),
        next((item.text for item in paragraphs if item.kind is Kind.HEADING), None),
    )
    for title in titles:
        if title and (line := _one_line(title)):
            return line
    spoken = [item for item in paragraphs if item.kind is not Kind.DATE_LINE] or paragraphs
    sentences = spoken[0].sentences
    return _shortened(_one_line(sentences[0].text if sentences else spoken[0].text))


def _shortened(line: str) -> str:
    if len(line) <= MAX_TITLE:
        return line
    whole_words = line[:MAX_TITLE].rsplit(" ", 1)[0]
    return whole_words.rstrip(" ,;:.–-") + "…"


def _areas(head: Head) -> tuple[str, ...]:
    value = head.at("area") or head.at("areas") or ()
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list):
        return ()
    lines = [_one_line(name) for name in names if isinstance(name, str)]
    return tuple(dict.fromkeys(line for line in lines if line))


def _url(head: Head) -> str | None:
    for url in (head.text("url"), head.text("og", "url")):
        if url and re.match(r"https?://[^\s<>\"']+$", url, re.IGNORECASE):
            return plain(url.replace("_", r"\_").replace("*", r"\*")).text
    return None


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", plain(text).text).strip()
