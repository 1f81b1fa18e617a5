"""One generation, opened: everything retrieval reads, checked byte for byte before first use.

It is one index, whether it has a delta or not: see `qa.index.segment` and `qa.index.joined`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from qa.errors import IndexDamaged, IndexModelMismatch
from qa.index.columns import Columns
from qa.index.files import Records
from qa.index.joined.catalogue import JoinedCatalogue
from qa.index.joined.columns import joined_columns
from qa.index.joined.dense import JoinedDense
from qa.index.joined.lexical import JoinedLexical
from qa.index.joined.pieces import joined_pieces
from qa.index.manifest import Manifest
from qa.index.pieces import Pieces
from qa.index.reads import DenseReads, Held, TermReads, TextReads
from qa.index.resident import let_go
from qa.index.segment import Segment, load_segment
from qa.index.sources import Source
from qa.index.store import Pinned, pin_current


@dataclass(frozen=True)
class Generation:
    """An open index. Row i of every part is paragraph i, or release i.

    Attributes:
        pinned: Keeps what is read where it is.
        segments: What it is made of: the base, and the delta if there is one.
        dense: Vectors of paragraphs.
        pieces: Word pieces of paragraphs.
        release_terms: BM25 over whole releases.
        paragraph_terms: BM25 over paragraphs.
        columns: Facts by row, and which releases may be found.
        catalogue: Texts by row.
        sources: The files of releases, by row.
    """

    pinned: Held
    segments: tuple[Segment, ...]
    dense: DenseReads
    pieces: Pieces
    release_terms: TermReads
    paragraph_terms: TermReads
    columns: Columns
    catalogue: TextReads
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        """e.g. "g00000007-5d1c9a02"."""
        return self.pinned.name

    @property
    def manifest(self) -> Manifest:
        """What it is made of."""
        return self.pinned.manifest

    @cached_property
    def rows_by_path(self) -> Mapping[str, int]:
        """The row of each release that may be found, by its path."""
        alive = self.columns.alive.tolist()
        return {source.path: row for row, source in enumerate(self.sources) if alive[row]}

    def rest(self) -> None:
        """Give some memory back, if questions have touched much of what is mapped.

        Vectors stay: a question touches a thousand here and there, each of which would be a page
        that is missed, while the word pieces of a paragraph lie together.
        """
        let_go((self.segments[0].pieces.vectors,))

    def close(self) -> None:
        """Let go of it; does nothing the second time."""
        if self.pinned.close():
            for segment in self.segments:
                segment.close()


def open_generation(
    index: str | Path, model: tuple[str, str], before: Generation | None = None
) -> Generation:
    """Open the generation that serves.

    Args:
        index: The index folder.
        model: Name and fingerprint of the model that questions will be encoded with.
        before: One that is open. If the two have the same base, its own is used on: it was
            compared when it was opened, and is held in memory or mapped since.

    Raises:
        IndexFault: It is missing, damaged, of another model or of a later program.
    """
    pinned = pin_current(index)
    try:
        built_with, (name, fingerprint) = pinned.manifest.model, model
        if built_with.fingerprint != fingerprint:
            raise IndexModelMismatch(
                built_with=f"{built_with.name!r} ({built_with.fingerprint[:8]})",
                asked_with=f"{name!r} ({fingerprint[:8]})",
            )
        return load_generation(pinned, before)
    except BaseException:
        pinned.close()
        raise


def load_generation(pinned: Pinned, before: Generation | None = None) -> Generation:
    """Open a generation that is held; see `open_generation`.

    Raises:
        IndexDamaged: A file is other than recorded, or the parts do not belong together.
    """
    manifest = pinned.manifest
    parts = [
        Part(files.records, partial(load_segment, files, counts, manifest.model.dimension))
        for files, counts in zip(pinned.segments, manifest.segments, strict=True)
    ]
    return assemble(pinned, parts, before)


@dataclass(frozen=True, slots=True)
class Part:
    """A segment that can be opened.

    Attributes:
        records: Of its files.
        open: Opens it.
    """

    records: Records
    open: Callable[[], Segment]


def assemble(held: Held, parts: Sequence[Part], before: Generation | None = None) -> Generation:
    """Make a generation of its segments.

    Args:
        held: Keeps what is read where it is.
        parts: The base, and the delta if there is one.
        before: One that is open; see `open_generation`.

    Raises:
        IndexDamaged: A file is other than recorded, or the parts do not belong together.
    """
    segments: list[Segment] = []
    try:
        shared = before.segments[0] if before is not None else None
        if shared is not None and shared.records == parts[0].records and shared.hold():
            segments.append(shared)
        else:
            segments.append(parts[0].open())
        segments += [part.open() for part in parts[1:]]
        return _joined(held, tuple(segments))
    except BaseException:
        for segment in segments:
            segment.close()
        raise


def _joined(held: Held, segments: tuple[Segment, ...]) -> Generation:
    dead, base = held.manifest.dead, segments[0]
    delta = segments[1] if len(segments) > 1 else None
    try:
        columns = base.columns
        if dead or delta:
            columns = joined_columns(base.columns, delta.columns if delta else None, dead)
        generation = Generation(
            held,
            segments,
            dense=JoinedDense(base.dense, delta.dense) if delta else base.dense,
            pieces=joined_pieces(base.pieces, delta.pieces) if delta else base.pieces,
            release_terms=_terms(segments, "release_terms"),
            paragraph_terms=_terms(segments, "paragraph_terms"),
            columns=columns,
            catalogue=JoinedCatalogue(base.catalogue, delta.catalogue) if delta else base.catalogue,
            sources=base.sources + (delta.sources if delta else ()),
        )
    except (ValueError, IndexError) as error:
        raise IndexDamaged(held.place, f"cannot be loaded ({error})") from error
    counts, lengths = held.manifest.counts, np.diff(columns.starts)
    for part, found, expected in (
        ("releases", int(columns.alive.sum()), counts.releases),
        ("paragraphs", int(lengths[columns.alive].sum()), counts.paragraphs),
    ):
        if found != expected:
            raise IndexDamaged(part, f"that may be found are {found:,} rows, not {expected:,}")
    return generation


def _terms(segments: tuple[Segment, ...], name: str) -> TermReads:
    terms: list[TermReads] = [getattr(segment, name) for segment in segments]
    return JoinedLexical(*terms) if len(terms) > 1 else terms[0]
