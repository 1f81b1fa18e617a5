"""The catalogues of base and delta, read as one."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from qa.index.catalogue import ReleaseHead
from qa.index.reads import SegmentTexts
from qa.records import Paragraph, Release

_Value = TypeVar("_Value")


class JoinedCatalogue:
    """Reads rows of both, the delta's counted on from the base's."""

    def __init__(self, base: SegmentTexts, delta: SegmentTexts) -> None:
        self._base, self._delta = base, delta
        self._releases, self._paragraphs = base.counts()

    def heads(self, rows: Iterable[int]) -> dict[int, ReleaseHead]:
        """Give the heads of some releases, by row."""
        return _both(rows, self._releases, self._base.heads, self._delta.heads)

    def paragraphs(self, rows: Iterable[int]) -> dict[int, Paragraph]:
        """Give some paragraphs, by row, their text cut from the release's."""
        return _both(rows, self._paragraphs, self._base.paragraphs, self._delta.paragraphs)

    def bodies(self, rows: Iterable[int]) -> dict[int, str]:
        """Give the texts of some releases from their first paragraph on, by row."""
        return _both(rows, self._releases, self._base.bodies, self._delta.bodies)

    def release(self, row: int) -> Release:
        """Give one release with its text, without its paragraphs; see `Catalogue.release`."""
        if row < self._releases:
            return self._base.release(row)
        return self._delta.release(row - self._releases)


def _both(
    rows: Iterable[int],
    n: int,
    in_base: Callable[[Iterable[int]], dict[int, _Value]],
    in_delta: Callable[[Iterable[int]], dict[int, _Value]],
) -> dict[int, _Value]:
    wanted = list(rows)
    found = in_base(row for row in wanted if row < n)
    if any(row >= n for row in wanted):
        found |= {n + at: one for at, one in in_delta(r - n for r in wanted if r >= n).items()}
    return found
