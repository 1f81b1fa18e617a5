"""Columns: what ranking and filtering need of every paragraph and release, as arrays.

They are small, so a filter over all releases, or a look at the form of sixty paragraphs,
costs no read of the catalogue.

Letters: n paragraphs, r releases, a areas.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import InitVar, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.files import CheckedFiles, Records, write_array, write_file
from qa.index.ranges import ranges
from qa.records import Kind, Paragraph, Release
from qa.releases.boilerplate import repeat_key

TRAITS = (
    "has_digit",
    "has_money",
    "log_words",
    "opens_quote",
    "is_speech",
    "is_heading",
    "is_first",
    "is_aside",
)
MONEY = re.compile(r"[£€$]\s?\d|\d\s?(?:pounds?|euros?|p)\b", re.IGNORECASE)
_ASIDES = (Kind.DATE_LINE, Kind.SIGNATURE, Kind.BOILERPLATE, Kind.NOTE)
AREAS = "areas.json"
_ARRAYS = (
    "release_of",
    "published",
    "in_area",
    "traits",
    "text_hash",
    "passage_hash",
    "repeat_hash",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Facts of n paragraphs and r releases, by row.

    Attributes:
        areas: Names of all areas, sorted.
        release_of: Shape (n,): release row of each paragraph; ascending.
        published: Shape (r, 2): first and last day as proleptic ordinals; 0 if unknown.
        in_area: Shape (r, a): whether the release is of the area.
        traits: Shape (n, 8): see `TRAITS`; 0 or 1, and the natural log of 1 + words.
        text_hash: Shape (n,): equal for paragraphs with equal text.
        passage_hash: Shape (n, 16): digest of what the model read of the paragraph.
        repeat_hash: Shape (n,): equal for paragraphs that repeat each other, numbers aside.
        starts: Shape (r + 1,): release i has the paragraphs starts[i] to starts[i + 1].
        alive: Shape (r,): whether the release may be found at all; all but the rows of `dead`,
            which were removed or changed since.
        findable: Shape (n,): whether the paragraph is of such a release; None if all are.
    """

    areas: tuple[str, ...]
    release_of: NDArray[np.int32]
    published: NDArray[np.int32]
    in_area: NDArray[np.bool_]
    traits: NDArray[np.float32]
    text_hash: NDArray[np.uint64]
    passage_hash: NDArray[np.uint8]
    repeat_hash: NDArray[np.uint64]
    starts: NDArray[np.int64] = field(init=False, repr=False)
    alive: NDArray[np.bool_] = field(init=False, repr=False)
    findable: NDArray[np.bool_] | None = field(init=False, repr=False)
    dead: InitVar[Sequence[int]] = ()

    def __post_init__(self, dead: Sequence[int]) -> None:
        releases = np.arange(self.n_releases + 1, dtype=self.release_of.dtype)
        object.__setattr__(self, "starts", np.searchsorted(self.release_of, releases))
        alive = np.ones(self.n_releases, dtype=bool)
        alive[list(dead)] = False
        object.__setattr__(self, "alive", alive)
        # Once and not for every question: of half a million paragraphs it takes a millisecond.
        object.__setattr__(self, "findable", alive[self.release_of] if len(dead) else None)

    @property
    def n_releases(self) -> int:
        """How many releases there are."""
        return len(self.published)

    def rows_of(self, release: int) -> NDArray[np.int64]:
        """Give the paragraph rows of a release, in reading order."""
        return np.arange(self.starts[release], self.starts[release + 1])

    def rows_of_each(self, releases: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Give the paragraph rows of some releases, and where each begins among them and all end.

        Shapes (all their paragraphs,) and (releases + 1,).
        """
        chosen = np.array(releases, dtype=np.int64)
        starts, ends = self.starts[chosen], self.starts[chosen + 1]
        return ranges(starts, ends), np.concatenate([[0], np.cumsum(ends - starts)])


def make_columns(
    releases: Sequence[Release], texts: Iterable[str], digests: Iterable[bytes]
) -> Columns:
    """Make the columns of releases.

    Args:
        releases: r of them, with n paragraphs.
        texts: Plain text of each of the n.
        digests: `digest16` of what the model reads of each.
    """
    areas = tuple(sorted({area for release in releases for area in release.areas}))
    paragraphs = [paragraph for release in releases for paragraph in release.paragraphs]
    texts = list(texts)
    counts = [len(release.paragraphs) for release in releases]
    return Columns(
        areas,
        np.repeat(np.arange(len(releases), dtype=np.int32), counts),
        np.array([_days(release) for release in releases], dtype=np.int32).reshape(-1, 2),
        np.array([[area in release.areas for area in areas] for release in releases], dtype=bool),
        np.array(
            [_traits(*both) for both in zip(paragraphs, texts, strict=True)], dtype=np.float32
        ),
        np.array([hash64(paragraph.text) for paragraph in paragraphs], dtype=np.uint64),
        np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, 16),
        np.array([hash64(repeat_key(text)) for text in texts], dtype=np.uint64),
    )


def digest16(text: str) -> bytes:
    """Give the first 16 bytes of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


def hash64(text: str) -> int:
    """Give the first 8 bytes of the SHA-256 of a text, as a number."""
    return int.from_bytes(digest16(text)[:8], "little")


def write_columns(columns: Columns, folder: Path) -> Records:
    """Write a file for each attribute; gives their records."""
    areas = write_file(folder / AREAS, json.dumps(columns.areas).encode())
    names = {name: f"column-{name}.npy" for name in _ARRAYS}
    arrays = {file: write_array(folder / file, getattr(columns, n)) for n, file in names.items()}
    return {AREAS: areas, **arrays}


def load_columns(files: CheckedFiles) -> Columns:
    """Read what `write_columns` wrote."""
    areas = tuple(json.loads(files.read(AREAS)))
    arrays: Any = {name: files.array(f"column-{name}.npy") for name in _ARRAYS}
    return Columns(areas, **arrays)


def _days(release: Release) -> tuple[int, int]:
    period = release.published
    return (period.first.toordinal(), period.last.toordinal()) if period else (0, 0)


def _traits(paragraph: Paragraph, text: str) -> tuple[float, ...]:
    reading = text.strip()
    return (
        float(re.search(r"\d", reading) is not None),
        float(MONEY.search(reading) is not None),
        float(np.log1p(len(reading.split()))),
        float(reading.startswith(('"', "“", "'", "‘"))),
        float(paragraph.speaker is not None),
        float(paragraph.kind is Kind.HEADING),
        float(paragraph.number == 1),
        float(paragraph.kind in _ASIDES),
    )
