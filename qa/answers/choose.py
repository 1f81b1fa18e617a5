"""Choose which of the ranked paragraphs are shown: each must add something to those before it.

A paragraph that stands nearly word for word in another release, as in a release that was
issued again, is shown once and the other release is named with it. Two paragraphs with
different figures or names are never taken for one another. A second paragraph of a release
that points at the same words adds nothing. No release fills the answer alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.index.generation import Generation
from qa.language.markup import plain
from qa.retrieval.paragraphs import FoundParagraph

MAX_A_RELEASE = 3  # quotes of one release
# Share of all words of two paragraphs that both have, from which they count as the same text.
SAME_TEXT = 0.85
POOL = 40  # ranked paragraphs that are looked at
_WORD = re.compile(r"[£€$]?\w+(?:[.,:/’'-]\w+)*%?")
# Beside names and figures, these tell apart what was written to one pattern.
_TELLING = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred hundreds thousand thousands million millions billion billions dozen dozens half "
    "first second third no not never without t".split()  # the t of "didn't"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A paragraph to be shown.

    Attributes:
        found: The paragraph.
        same: Rows of paragraphs that say the same, nearly word for word.
    """

    found: FoundParagraph
    same: tuple[int, ...] = ()


def choose(found: Sequence[FoundParagraph], generation: Generation, k: int) -> list[Chosen]:
    """Choose up to `k` of the ranked paragraphs, in their order."""
    pool = found[:POOL]
    texts = _texts(pool, generation)
    words = {row: _words_of(text) for row, text in texts.items()}
    kept: list[FoundParagraph] = []
    same: dict[int, list[int]] = {}

    def is_same(one: FoundParagraph, other: FoundParagraph) -> bool:
        return _are_alike(words[one.row], words[other.row]) and (
            _telling(texts[one.row]) == _telling(texts[other.row])
        )

    for one in pool:
        twin = next((other for other in kept if is_same(one, other)), None)
        if twin is not None:
            same.setdefault(twin.row, []).append(one.row)
        elif len(kept) < k and _adds(one, kept, texts, generation):
            kept.append(one)
    return [Chosen(one, tuple(same.get(one.row, ()))) for one in kept]


def _texts(found: Sequence[FoundParagraph], generation: Generation) -> dict[int, str]:
    paragraphs = generation.catalogue.paragraphs(one.row for one in found)
    return {row: plain(paragraph.text).text for row, paragraph in paragraphs.items()}


def _words_of(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _are_alike(words: frozenset[str], others: frozenset[str]) -> bool:
    return len(words & others) >= SAME_TEXT * len(words | others)


def _telling(text: str) -> list[str]:
    """Give the words that tell a text from others of its pattern, in order.

    >>> _telling("Seven of 9 men from Leeds weren't charged; £3m was lost")
    ['Seven', '9', 'Leeds', "weren't", '£3m']
    """
    return [
        word
        for word in _WORD.findall(text)
        if any(character.isupper() or character.isdigit() for character in word)
        or not _TELLING.isdisjoint(re.split(r"[’'-]", word))
    ]


def _adds(
    one: FoundParagraph,
    kept: Sequence[FoundParagraph],
    texts: Mapping[int, str],
    generation: Generation,
) -> bool:
    """Tell whether a paragraph says what those of its release that are kept do not say."""
    release_of = generation.columns.release_of
    mates = [other for other in kept if release_of[other.row] == release_of[one.row]]
    if len(mates) >= MAX_A_RELEASE:
        return False
    answer = _pointed_at(one, texts)
    return not answer or all(answer != _pointed_at(other, texts) for other in mates)


def _pointed_at(one: FoundParagraph, texts: Mapping[int, str]) -> str:
    """Give the words that the reader pointed at, as they are compared; empty if there are none."""
    span = one.read.reading.span if one.read is not None else None
    return " ".join(texts[one.row][slice(*span)].casefold().split()) if span else ""
