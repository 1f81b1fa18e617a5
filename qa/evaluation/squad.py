"""Compare the words pointed at with the words expected, as the SQuAD benchmark does.

Both sides are normalised first: lower case, punctuation and articles off, runs of white space
to one blank. *Exact match* asks whether they are equal then; *token F1* how much they share,
as the harmonic mean of precision and recall over tokens, repeated tokens counted as often as
both sides have them. Beside ASCII punctuation, which is all that SQuAD takes off, every
character that Unicode calls punctuation goes: releases are set with curly marks and dashes.

Source: Rajpurkar, Zhang, Lopyrev and Liang, "SQuAD: 100,000+ questions for machine
comprehension of text", EMNLP 2016, section 6.1, and its evaluation script.

Reads    the first quote of an answer, and the gold answers
Gives    two shares between 0 and 1
"""

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from qa.evaluation.question_set import Gold
from qa.records import Quote

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
Likeness = Callable[[str, str], float]


def best(likeness: Likeness, quotes: Sequence[Quote], gold: Sequence[Gold]) -> float:
    """Give how like a gold answer of its release the answer of the first quote is, at best.

    It is 0 if there is no quote, if the first points at no words, or if it is from a release
    that has no gold.

    Args:
        likeness: `exact_match` or `token_f1`.
        quotes: Best first.
        gold: The right answers, of any release.
    """
    if not quotes or quotes[0].answer is None:
        return 0.0
    first, words = quotes[0], quotes[0].answer.text
    return max(
        (likeness(words, right.answer) for right in gold if right.release == first.release),
        default=0.0,
    )


def exact_match(given: str, expected: str) -> float:
    """Give 1 if both are the same words, else 0.

    >>> exact_match("The 41 vans,", "41  Vans"), exact_match("41", "41 vans")
    (1.0, 0.0)
    """
    return float(normalised(given) == normalised(expected))


def token_f1(given: str, expected: str) -> float:
    """Give the F1 of the tokens of both.

    It is 2 * shared / (tokens given + tokens expected); if either side has no token left,
    it is 1 where neither has.

    >>> token_f1("41 vans", "exactly 41")  # shared: 41
    0.5
    """
    ours, theirs = normalised(given).split(), normalised(expected).split()
    if not ours or not theirs:
        return float(ours == theirs)
    shared = (Counter(ours) & Counter(theirs)).total()
    return 2 * shared / (len(ours) + len(theirs))


def normalised(text: str) -> str:
    """Give the words of a text as SQuAD compares them.

    >>> normalised("“The £1,200 – an estimate”")
    '£1200 estimate'
    """
    kept = "".join(character for character in text.lower() if not _is_punctuation(character))
    return " ".join(_ARTICLE.sub(" ", kept).split())


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")
