"""Questions typed in haste: misspelt, in capitals, several in one line.

A word that no release has and that is no word of English questions is read as the frequent term
that is nearest to it. A word with a capital inside the sentence is taken for a name, and names stay
as they are. Of several questions the first is read. What was changed is told.

Reads    the words, and a `Speller` made of the terms of an index
Gives    the words as they are searched for, and notes
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from qa.index.terms import STOP_WORDS

_WORD = re.compile(r"(?<![\w’'-])[^\W\d_]+(?![\w’'-])")
_SENTENCE_ENDS = re.compile(r"[.!?:]\s*$")
_SHORTEST = 4  # letters of a word that may be misspelt; one more if it is no stop word
_SHORTEST_TERM = 4  # letters of the term of one that is no stop word
_LONG = 8  # letters from which two slips are allowed
_LOOKED_UP = 3  # terms whose words are compared
_ENDINGS = ("ings", "ers", "ing", "ed", "er", "es", "s")
FREQUENT = 10  # releases that have a term, from which words are read as it
_PASTED = 60  # words from which a text is no question, and nobody's typing
_CAPITALS = 3  # words in capitals that are no name

_ASKING = re.compile(
    r"^\W*(?:and |but |or |so |also )?(?:who|whom|whose|what|which|when|where|why|how|did|does|do"
    r"|was|were|is|are|has|have|had|can|could|will|would)\b",
    re.IGNORECASE,
)

ENGLISH_ONLY = "Questions are read in English; sorry if yours is in another language."
_SENTENCE = 6  # words from which one that English is made of is to be expected
# Without those that are words of other languages too.
_SHARED = "a an as at be by do for from i in is it me no on or so us was we who will"
_ELSE_ONLY = STOP_WORDS.difference(_SHARED.split())

Surface = Callable[[str, str], str | None]


@dataclass(frozen=True, slots=True)
class Speller:
    """What words may be misspellings of.

    Attributes:
        known: How many releases have each term.
        frequent: Those terms that words are read as.
        stem: Gives the term of a word.
        is_word: Whether the model of the index knows a word.
        surface: Gives a word of the releases for a term, the one most like what was typed.
    """

    known: Mapping[str, Any]
    frequent: tuple[str, ...]
    stem: Callable[[str], str]
    is_word: Callable[[str], bool]
    surface: Surface

    def corrected(self, word: str) -> str | None:
        """Give the word that is meant; None if it is one, or none is near."""
        low = word.lower()
        if len(low) < _SHORTEST or low in STOP_WORDS:
            return None
        term = self.stem(low)
        if term in self.known or low in self.known or self.is_word(low) or self.is_word(term):
            return None
        slips = 2 if len(low) >= _LONG else 1
        stop = process.extractOne(low, _LONG_STOP_WORDS, scorer=OSA.distance, score_cutoff=1)
        if stop is not None and _is_slip(low, str(stop[0]), 1):
            return str(stop[0])
        if len(low) <= _SHORTEST or len(term) < _SHORTEST_TERM:
            return None
        near = self._near({term, _without_ending(low)}, slips)
        words = (self.surface(one, low) for one in near[:_LOOKED_UP])
        meant = [word for word in words if word and _is_slip(low, word, slips)]
        return min(meant, key=lambda word: OSA.distance(low, word), default=None)

    def _near(self, stems: set[str], slips: int) -> list[str]:
        """Give the frequent terms within some slips of a stem, the nearest and most known first."""
        near: dict[str, float] = {}
        for stem in stems:
            for term, distance, _ in process.extract(
                stem, self.frequent, scorer=OSA.distance, score_cutoff=slips, limit=None
            ):
                near[term] = min(distance, near.get(term, distance))
        return sorted(near, key=lambda term: (near[term], -int(self.known[term]), term))


def _without_ending(word: str) -> str:
    """Strip an ending as of the word that is meant: a stemmer that meets a slip may leave it.

    >>> _without_ending("offciers"), _without_ending("burglry")
    ('offci', 'burglry')
    """
    ending = next((ending for ending in _ENDINGS if word.endswith(ending)), "")
    return word.removesuffix(ending)


def _is_slip(typed: str, meant: str, slips: int) -> bool:
    """Tell a slip of the fingers from another word, which mostly ends or begins otherwise.

    >>> _is_slip("arested", "arrested", 1), _is_slip("pricey", "price", 1)
    (True, False)
    """
    if (typed[0], typed[-1]) != (meant[0], meant[-1]):
        return False
    if OSA.distance(typed, meant) > slips:
        return False
    # One letter for another makes "bloke" broke; of a long word it makes no other.
    swapped = sorted(typed) == sorted(meant)
    return swapped or len(typed) != len(meant) or len(typed) >= _LONG


_LONG_STOP_WORDS = tuple(sorted(word for word in STOP_WORDS if len(word) >= _SHORTEST))


def tidied(question: str, speller: Speller | None) -> tuple[str, tuple[str, ...]]:
    """Give a question as it is searched for, and what was changed, a sentence each."""
    if len(question.split()) >= _PASTED:
        return question, ()
    first, notes = _first_of_several(question)
    if _is_in_capitals(first):
        first = first.lower()
    if speller is None:
        return first, notes
    text, changed = _spelt(first, speller)
    if changed:
        told = ", ".join(f"“{typed}” as “{meant}”" for typed, meant in changed.items())
        notes = (*notes, f"Read {told}.")
    return text, notes


def is_english(question: str) -> bool:
    """Tell whether a question may be English: some word that English is made of is in it.

    >>> is_english("Combien de personnes ont été arrêtées?"), is_english("arrests Luton")
    (False, True)
    """
    letters = [letter for letter in question if letter.isalpha()]
    if sum(letter > "\u024f" for letter in letters) > len(letters) / 2:
        return False  # neither Latin letters nor such with accents
    words = re.findall(r"[^\W\d_]+", question.lower())
    return len(words) < _SENTENCE or not _ELSE_ONLY.isdisjoint(words)


def _first_of_several(question: str) -> tuple[str, tuple[str, ...]]:
    """Split off the first question where others follow it in one line."""
    parts = [part for part in re.split(r"(?<=\?)\s*", question) if re.search(r"\w", part)]
    asked = [part for part in parts if part.rstrip().endswith("?") and _ASKING.match(part)]
    if len(parts) < 2 or len(asked) < 2 or parts[0] != asked[0]:
        return question, ()
    note = f"Only the first question was read: “{parts[0].strip()}” Ask the others by themselves."
    return parts[0].strip(), (note,)


def _is_in_capitals(question: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]+", question) if len(word) > 1]
    return len(words) >= _CAPITALS and all(word.isupper() for word in words)


def _spelt(question: str, speller: Speller) -> tuple[str, dict[str, str]]:
    changed: dict[str, str] = {}

    def meant(match: re.Match[str]) -> str:
        word = match[0]
        before = question[: match.start()]
        opens = not before.strip() or _SENTENCE_ENDS.search(before) is not None
        if word[0].isupper() and not (opens and word[1:].islower()):
            return word
        found = speller.corrected(word)
        if found is None or found == word.lower():
            return word
        changed[word] = found
        return found

    return _WORD.sub(meant, question), changed
