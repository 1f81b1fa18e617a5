"""Releases that are nearly the same, told by the paragraphs that they share.

Two are alike where paragraphs that both have, word for word but for case and blanks, make up most
of the longer one. What many releases repeat (notes to editors, appeals) is no sign, so it is left
out. An inverted index from paragraphs to releases finds all such pairs in one pass.

Reads    the texts of releases, one release after another
Gives    pairs, with the share of characters that both have
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHARE = 0.8  # of the longer one
LEAST = 200  # characters; less may be the same by habit
COMMON = 10  # releases; a paragraph in more is boilerplate, see qa.releases.boilerplate
_BYTES = 12  # of a digest: no two of a thousand million paragraphs have the same by chance


@dataclass(frozen=True, slots=True)
class Alike:
    """Two releases that are the same, or nearly.

    Attributes:
        later: Number of the one that was seen later.
        earlier: Number of the other.
        share: Characters that both have, of those of the longer; 1.0 where the texts are the same.
    """

    later: int
    earlier: int
    share: float


class Similarity:
    """Gathers the paragraphs of releases, numbered from 0 as they come."""

    def __init__(self) -> None:
        self._held: list[dict[bytes, int]] = []  # characters by paragraph
        self._holders: dict[bytes, list[int]] = {}
        self._same: list[int] = []  # the first release with the same text

    def note(self, texts: Sequence[str]) -> None:
        """Take note of the next release."""
        number = len(self._held)
        words = [" ".join(text.casefold().split()) for text in texts]
        held = {_digest(one): len(one) for one in words}
        for key in held:
            self._holders.setdefault(key, []).append(number)
        whole = _digest("\n".join(words))
        self._same.append(self._holders.setdefault(b"whole " + whole, [number])[0])
        self._held.append(held)

    def alike(self) -> Iterator[Alike]:
        """Give each release that is alike an earlier one, with the one it is most alike."""
        sizes = [sum(self._telling(held).values()) for held in self._held]
        for number, held in enumerate(self._held):
            if self._same[number] != number:
                yield Alike(number, self._same[number], 1.0)
                continue
            shared: Counter[int] = Counter()
            for key, size in self._telling(held).items():
                for other in self._holders[key]:
                    if other < number:
                        shared[other] += size
            shares = [
                (size / max(sizes[number], sizes[other]), -other)
                for other, size in shared.items()
                if size >= LEAST
            ]
            share, other = max(shares, default=(0.0, 0))
            if share >= SHARE:
                yield Alike(number, -other, min(share, 0.99))

    def _telling(self, held: dict[bytes, int]) -> dict[bytes, int]:
        return {key: size for key, size in held.items() if len(self._holders[key]) <= COMMON}


def _digest(words: str) -> bytes:
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=_BYTES).digest()
