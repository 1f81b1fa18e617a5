"""The rows of a catalogue: records to values of its tables, and back.

A row of `readings` holds what a later build needs of a paragraph and cannot see in its other
values: its kind by form, if it is boilerplate, and its plain text, if it has markup.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from qa.records import Kind, Paragraph, Period, Release, Sentence, Speaker
from qa.releases.reader import Reading

TABLES = """
CREATE TABLE releases (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, areas TEXT NOT NULL,
    url TEXT, first TEXT, last TEXT, published_source TEXT, text TEXT NOT NULL,
    encoding TEXT NOT NULL, size INTEGER NOT NULL, sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE paragraphs (
    row INTEGER PRIMARY KEY, release INTEGER NOT NULL, number INTEGER NOT NULL,
    start INTEGER NOT NULL, length INTEGER NOT NULL, kind TEXT NOT NULL,
    sentences TEXT NOT NULL, speaker TEXT
) STRICT;
CREATE TABLE readings (row INTEGER PRIMARY KEY, form TEXT, text TEXT) STRICT;
CREATE INDEX paragraphs_of_release ON paragraphs (release);
"""
RELEASE = "id, title, areas, url, first, last, published_source, text, encoding, size, sha256"


def release_values(release: Release) -> tuple[Any, ...]:
    """Give the values of `RELEASE`."""
    period = release.published
    return (
        release.id,
        release.title,
        json.dumps(release.areas),
        release.url,
        period.first.isoformat() if period else None,
        period.last.isoformat() if period else None,
        release.published_source,
        release.text,
        release.encoding,
        release.size,
        release.sha256,
    )


def paragraph_values(releases: Sequence[Release]) -> Iterable[tuple[Any, ...]]:
    """Give the values of every paragraph but its row."""
    for row, release in enumerate(releases):
        for paragraph in release.paragraphs:
            sentences = [
                [sentence.start - paragraph.start, sentence.end - paragraph.start]
                for sentence in paragraph.sentences
            ]
            speaker = json.dumps(asdict(paragraph.speaker)) if paragraph.speaker else None
            yield (
                row,
                paragraph.number,
                paragraph.start,
                len(paragraph.text),
                paragraph.kind.value,
                json.dumps(sentences),
                speaker,
            )


def reading_values(
    releases: Sequence[Release], readings: Sequence[Reading]
) -> Iterable[tuple[Any, ...]]:
    """Give the values of `readings`, for the paragraphs that need any."""
    row = 0
    for release, reading in zip(releases, readings, strict=True):
        for paragraph, alone, text in zip(
            release.paragraphs, reading.release.paragraphs, reading.texts, strict=True
        ):
            form = alone.kind.value if alone.kind is not paragraph.kind else None
            reads = text if text != paragraph.text else None
            if form is not None or reads is not None:
                yield row, form, reads
            row += 1


def to_paragraph(
    number: int, start: int, text: str, kind: str, sentences: str, speaker: str | None
) -> Paragraph:
    """Make a paragraph of its values."""
    return Paragraph(
        number,
        start,
        start + len(text),
        text,
        Kind(kind),
        tuple(Sentence(start + a, start + b, text[a:b]) for a, b in json.loads(sentences)),
        Speaker(**json.loads(speaker)) if speaker else None,
    )


def to_release(
    id_: str, title: str, areas: str, url: str | None, first: str, last: str, *rest: Any
) -> Release:
    """Make a release, without its paragraphs, of the values of `RELEASE`."""
    source, text, encoding, size, sha256 = rest
    return Release(
        id_,
        title,
        tuple(json.loads(areas)),
        url,
        to_period(first, last),
        source,
        text,
        encoding,
        size,
        sha256,
        (),
    )


def to_reading(values: tuple[Any, ...], rows: Iterable[tuple[Any, ...]]) -> Reading:
    """Make a reading of the values of `RELEASE`, and of its paragraphs with their `readings`."""
    release = to_release(*values)
    paragraphs, texts = [], []
    for _, number, start, length, form, sentences, speaker, reads in rows:
        text = release.text[start : start + length]
        paragraphs.append(to_paragraph(number, start, text, form, sentences, speaker))
        texts.append(text if reads is None else reads)
    return Reading(replace(release, paragraphs=tuple(paragraphs)), tuple(texts))


def to_period(first: str | None, last: str | None) -> Period | None:
    """Make a period of its first and last day."""
    return Period(date.fromisoformat(first), date.fromisoformat(last)) if first and last else None
