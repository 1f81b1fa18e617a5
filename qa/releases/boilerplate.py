"""Find boilerplate: paragraphs that many releases repeat, such as how to ring the police.

No list of phrases: a paragraph is boilerplate if enough releases of the same corpus hold
it, numbers aside ("quoting reference 12/345"). It is kept, since people do ask for the
number to ring; it is only marked.

Reads    all releases of a corpus
Gives    the same releases with `Kind.BOILERPLATE` where it belongs
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from qa.language.markup import plain
from qa.records import Kind, Release

_NUMBER = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")
_MARKED = (Kind.BODY, Kind.LIST_ITEM, Kind.NOTE, Kind.CAPTION)


class Elsewhere(Protocol):
    """Releases of the same corpus that are not at hand."""

    @property
    def n_releases(self) -> int:
        """How many there are."""

    def holding(self, key: str) -> int:
        """Count those that hold a paragraph of some `repeat_key`."""


def mark_boilerplate(
    releases: Sequence[Release],
    texts: Sequence[Sequence[str]] | None = None,
    elsewhere: Elsewhere | None = None,
) -> list[Release]:
    """Mark every paragraph that at least `repeats_needed` releases hold.

    Args:
        releases: With the kind of each paragraph told by its form.
        texts: Plain text of each paragraph of each, if it is at hand.
        elsewhere: Releases that count too, and are not marked.
    """
    if texts is None:
        texts = [[plain(one.text).text for one in release.paragraphs] for release in releases]
    counts: Counter[str] = Counter()
    keys = [[repeat_key(text) for text in in_release] for in_release in texts]
    for in_release in keys:
        counts.update(set(in_release))

    needed = repeats_needed(len(releases))
    if elsewhere is not None:
        needed = repeats_needed(len(releases) + elsewhere.n_releases)
        counts.update({key: elsewhere.holding(key) for key in counts})
    return [
        _marked(release, [counts[key] >= needed for key in in_release])
        for release, in_release in zip(releases, keys, strict=True)
    ]


def repeats_needed(n_releases: int) -> int:
    """Give how many of `n_releases` must share a paragraph: 3, up to 10 in a large corpus.

    A story that is issued again shares its text with two or three releases at most.

    >>> repeats_needed(20), repeats_needed(6000)
    (3, 10)
    """
    return max(3, min(10, n_releases // 500))


def _marked(release: Release, repeated: Sequence[bool]) -> Release:
    if not any(repeated):
        return release
    return replace(
        release,
        paragraphs=tuple(
            replace(paragraph, kind=Kind.BOILERPLATE)
            if is_repeated and paragraph.kind in _MARKED
            else paragraph
            for paragraph, is_repeated in zip(release.paragraphs, repeated, strict=True)
        ),
    )


def repeat_key(text: str) -> str:
    """Give what two paragraphs share if one repeats the other, numbers aside."""
    return _NUMBER.sub("0", _BLANKS.sub(" ", text)).strip().casefold()
