"""Every release that holds what a list asks for: words in any form, phrases as they stand.

A word is met by its stem, in title, areas or text of a release, as the lexical index has them; a
phrase by its very words, one after the other, in the title or in one paragraph. Terms tell where
a phrase may be, and only there the text is read.

Letters: r releases, n paragraphs, w words.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.index.reads import TermReads
from qa.index.terms import TERM, terms
from qa.language.markup import plain
from qa.records import ListRule

Flags = NDArray[np.bool_]

ROWS_AT_ONCE = 1000  # rows whose texts are in memory together
_OPERATION = re.compile(r"^(?:operation|op) (?=\S)")


@dataclass(frozen=True, slots=True)
class Matched:
    """What of a rule each release holds.

    Attributes:
        words: Shape (w, r): whether it holds the word.
        phrases: Shape (r,): whether it holds every phrase.
        weight: Shape (n,): how many words and phrases a paragraph holds, a phrase counting as many
            as all words: what to quote of a release.
    """

    words: Flags
    phrases: Flags
    weight: NDArray[np.int32]


def match(rule: ListRule, generation: Generation, stemmer: Any) -> Matched:
    """Look through all releases for what a rule asks for."""
    releases, paragraphs = generation.release_terms, generation.paragraph_terms
    stems = [terms(word, stemmer) for word in rule.words]
    weight = np.zeros(paragraphs.n, dtype=np.int32)
    for one in stems:
        weight += having(paragraphs, one)
    phrases = np.ones(releases.n, dtype=bool)
    for phrase in rule.phrases:
        in_paragraphs, in_releases = _phrase(phrase, generation, stemmer)
        weight += in_paragraphs * np.int32(len(stems) + 1)
        phrases &= in_releases
    words = np.array([having(releases, one) for one in stems], dtype=bool)
    return Matched(words.reshape(len(stems), releases.n), phrases, weight)


def having(lexical: TermReads, wanted: Iterable[str]) -> Flags:
    """Tell which texts hold all of some terms, shape (texts,)."""
    held = np.ones(lexical.n, dtype=bool)
    for term in wanted:
        one = np.zeros(lexical.n, dtype=bool)
        one[lexical.texts_with(term)] = True
        held &= one
    return held


def forms_of(phrase: str) -> tuple[str, ...]:
    """Give the forms in which a phrase counts: "Operation X" is written "Op X" too.

    >>> forms_of("Operation Anything’s")
    ('operation anything', 'op anything')
    """
    words = spoken(phrase)
    rest = _OPERATION.sub("", words)
    return (words,) if rest == words else (f"operation {rest}", f"op {rest}")


def holds(text: str, forms: Sequence[str]) -> bool:
    """Tell whether a plain text holds one of the forms of a phrase."""
    padded = f" {spoken(text)} "
    return any(f" {form} " in padded for form in forms)


def spoken(text: str) -> str:
    """Give the words of a text in small letters, one blank between, without a possessive s."""
    # Cut as the lexical index cuts them, so that what it finds can be held to the text.
    words = TERM.findall(text.lower().replace("’", "'"))
    return " ".join(word.removesuffix("'s") for word in words)


def _phrase(phrase: str, generation: Generation, stemmer: Any) -> tuple[Flags, Flags]:
    """Tell which paragraphs hold a phrase, and which releases do, there or in the title."""
    forms = forms_of(phrase)
    stems = [terms(form, stemmer) for form in forms]
    paragraphs = np.zeros(generation.paragraph_terms.n, dtype=bool)
    releases = np.zeros(generation.release_terms.n, dtype=bool)
    for rows in _at_once(_having_one(generation.paragraph_terms, stems)):
        texts = generation.catalogue.paragraphs(rows)
        paragraphs[[row for row in rows if holds(plain(texts[row].text).text, forms)]] = True
    for rows in _at_once(_having_one(generation.release_terms, stems)):
        heads = generation.catalogue.heads(rows)
        releases[[row for row in rows if holds(heads[row].title, forms)]] = True
    releases[generation.columns.release_of[paragraphs]] = True
    return paragraphs, releases


def _having_one(lexical: TermReads, forms: Sequence[Sequence[str]]) -> list[int]:
    held = np.any([having(lexical, form) for form in forms], axis=0)
    return [int(row) for row in np.flatnonzero(held)]


def _at_once(rows: Sequence[int]) -> Iterator[Sequence[int]]:
    return (rows[first : first + ROWS_AT_ONCE] for first in range(0, len(rows), ROWS_AT_ONCE))
