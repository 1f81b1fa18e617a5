"""The terms of a text: its words in small letters, stemmed, without those that say nothing.

Reads    plain text
Gives    terms, the same for texts and for questions
"""

import re
import sys
from collections.abc import Sequence
from typing import Any

# Words that say nothing of what a text is about: Lucene's English list, and question words.
STOP_WORDS = frozenset(
    "a about an and any are as at be been but by can did do does for from had has have how i if in "
    "into is it many me much my no not of on or our please said say says such tell that the their "
    "them then there these they this to us was we were what when where which who whom whose why "
    "will with would you your".split()
)
# "120,000" and "13:30" are one term each.
TERM = re.compile(r"\d+(?:[.,:]\d+)+|[^\W_]+(?:'[^\W_]+)*")


def terms(text: str, stemmer: Any) -> list[str]:
    """Give the stemmed terms of a text, in order, without stop words.

    Args:
        text: Plain text.
        stemmer: From `new_stemmer`, or `KeptStems`.
    """
    words = TERM.findall(text.lower().replace("’", "'"))
    stems: list[str] = stemmer.stemWords([word for word in words if word not in STOP_WORDS])
    return [sys.intern(stem) for stem in stems]  # one in memory, however often it occurs


def new_stemmer() -> Any:
    """Give an English Snowball stemmer; one for each thread."""
    import Stemmer

    return Stemmer.Stemmer("english")


class KeptStems(dict[str, str]):
    """A stemmer that keeps the stem of every word it met: for a build, which meets few new ones."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self._stemmer = new_stemmer()

    def __missing__(self, word: str) -> str:
        """Stem a word that was not met before."""
        stem = self[word] = sys.intern(self._stemmer.stemWord(word))
        return stem

    def stemWords(self, words: Sequence[str]) -> list[str]:  # noqa: N802 - as PyStemmer has it
        """Give the stem of each word."""
        return [self[word] for word in words]
