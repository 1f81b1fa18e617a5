"""The manifest: what a generation is made of, written last and read first.

format       of the folder; a program reads its own and no other
program      version that wrote it (information)
sequence     counts the builds of this index, from 1
model        name, fingerprint, number format, dimension
reader       name and fingerprint of the reader, and where its probes of this corpus lie
recipe       fingerprint of the rules that made paragraphs and vectors
reading      fingerprint of the code that read the releases; "" if they may not be taken over
counts       what may be found: releases, paragraphs, word pieces, releases with a date
base         the same of the base segment, whatever has become of its releases
delta        the same of the delta segment; null if there is none
dead         rows of the base whose release was removed or changed since
corpus       digest over every file read, to tell that nothing has changed
max_file_bytes  largest text file, and text of another format, that was read; an earlier
             version did not say
skipped      per file: path, reason, cure
files        per file of the generation: size and sha256 of what was to be written

See `qa.index.segment` for what segments are.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from qa.errors import IndexDamaged, IndexTooNew, IndexTooOld
from qa.index.files import FileRecord
from qa.reading import Middles
from qa.records import Skipped

FORMAT = 3
# Raised whenever paragraphs, sentences, kinds, speakers, titles, dates or what is embedded change.
RECIPE = "1"


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """The embedding model of a generation."""

    name: str
    fingerprint: str
    dtype: str
    dimension: int


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """The reader that a generation was probed with.

    Attributes:
        name: As the settings have it.
        fingerprint: Of all that decides what the probes find; see `qa.index.reuse`.
        middles: Where its log-odds lie on this corpus; None if that was not measured.
    """

    name: str
    fingerprint: str
    middles: Middles | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation, or a segment of it, holds."""

    releases: int
    paragraphs: int
    pieces: int
    dated: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """See the head of this file."""

    format: int
    program: str
    sequence: int
    model: ModelRecord
    reader: ReaderRecord | None
    recipe: str
    reading: str
    counts: Counts
    base: Counts
    delta: Counts | None
    dead: tuple[int, ...]
    corpus: str
    max_file_bytes: int | None
    skipped: tuple[Skipped, ...]
    files: Mapping[str, FileRecord]

    @property
    def segments(self) -> tuple[Counts, ...]:
        """What each segment it has holds."""
        return (self.base,) if self.delta is None else (self.base, self.delta)

    def to_json(self) -> bytes:
        """Give the bytes that are written: the same for the same content.

        Those of an earlier version come back as they were read: its generations are named by them.
        """
        values = asdict(self)
        if self.max_file_bytes is None:
            del values["max_file_bytes"]
        return json.dumps(values, indent=1, sort_keys=True, ensure_ascii=True).encode()


def read_manifest(data: bytes, place: str) -> Manifest:
    """Read the bytes of a manifest.

    Raises:
        IndexTooNew: A later version of this program wrote it.
        IndexTooOld: An earlier version did, in a format that is read no more.
        IndexDamaged: It is no manifest.
    """
    try:
        values: dict[str, Any] = json.loads(data)
        found, program = values["format"], str(values["program"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise IndexDamaged(place, f"is no manifest ({type(error).__name__})") from None
    if isinstance(found, int) and found < FORMAT:
        raise IndexTooOld(found=found, known=FORMAT, program=program)
    if found != FORMAT:
        raise IndexTooNew(found=found, known=FORMAT, program=program)
    try:
        return _from_values(values)
    except (KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(place, f"lacks or misstates {error}") from None


def _from_values(values: dict[str, Any]) -> Manifest:
    return Manifest(
        format=values["format"],
        program=values["program"],
        sequence=values["sequence"],
        model=ModelRecord(**values["model"]),
        reader=_reader(values["reader"]),
        recipe=values["recipe"],
        reading=values["reading"],
        counts=Counts(**values["counts"]),
        base=Counts(**values["base"]),
        delta=Counts(**values["delta"]) if values["delta"] else None,
        dead=tuple(values["dead"]),
        corpus=values["corpus"],
        max_file_bytes=values.get("max_file_bytes"),  # earlier versions did not say
        skipped=tuple(Skipped(**record) for record in values["skipped"]),
        files={name: FileRecord(**record) for name, record in values["files"].items()},
    )


def _reader(values: dict[str, Any] | None) -> ReaderRecord | None:
    if values is None:
        return None
    middles = values["middles"]
    return ReaderRecord(
        values["name"], values["fingerprint"], Middles(**middles) if middles else None
    )
