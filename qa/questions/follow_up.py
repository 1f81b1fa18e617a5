"""Tell whether a question leans on the ones before it, and which of them it needs.

"What did he say about it?" cannot be searched for alone. A question leans on its predecessor if
it opens like one, is a mere fragment, points at something that it has not named before, or
names nothing and says little; the chain is followed back to the first question that stands by
itself. What stands by itself is a new topic: nothing is carried into it.

Reads    the question and the earlier ones
Gives    the earlier questions to read it with, oldest first
"""

import re
from collections.abc import Sequence

MAX_CARRIED = 3

_OPENING = re.compile(
    r"^\W*(?:(?:and|but|or|so|also|then)\b|(?:what|how) about\b|(?:what|who|where) else\b"
    r"|why(?:\W*$| not\b| (?:was|is) that\b))",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:he|she|they|him|her|his|hers|their|them|theirs|it|its|itself|himself|herself|this|that"
    r"|these|those|there|the same|the (?:first|second|third|other|former|latter|others|two|pair"
    r"|duo)|the ones?(?!(?-i: [A-Z]))|which ones?|each one|any of)(?:['’](?:s|re|d|ll|ve))?"
    r"(?![\w-])",
    re.IGNORECASE,
)
# They point at nothing said before: "are there", "the man that was jailed", "this year", "it is
# true that", "that the van".
_IDLE = re.compile(
    r"\b(?:(?:is|are|was|were|will|has|have|had|can|could)\s+there(?!\W*$)"
    r"|there(?:['’]s| is| are| was| were| has| have)"
    r"|\w{3,} that (?:was|were|is|are|had|has|have|could|would|will|[a-z]+ed|[a-z]+s)"
    r"|(?:this|that) (?:morning|afternoon|evening|night|week|weekend|month|year|spring|summer"
    r"|autumn|winter|christmas)|it (?:was|is) (?:[a-z]+ )?(?:that|to)"
    r"|(?:do|does|did|will|would) it (?:cost|take)(?= (?:.+ )?to\b)"
    r"|that (?:the|an?|he|she|they|it|i|we|you|his|her|their|[a-z]+s))\b",
    re.IGNORECASE,
)
# Words with a capital that do not open a sentence, and figures.
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b(?:[A-Z]\w+|£?\d[\d.,:]*)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
# What a question may hold and still be about nothing.
_LIGHT = frozenset(
    "a about after also an and any anyone anybody are as at be been before big but by came can "
    "come could did do does down during else far for from gave get give given go gone got happen "
    "happened has have he her hers herself him himself his how how's i if in into is it its itself "
    "just long man many me men more much my no not now of off officers often old on one ones only "
    "or other our out over people person please police really said same say says second since "
    "somebody someone such take taken tell that the their theirs them then there these they third "
    "this those to took up us was we went were what what's when where where's which while who "
    "who's whom whose why will with woman women would you your first".split()
)
_FEW_WORDS = 3
_LITTLE = 4  # words that say something, in a question without a name
_BEFORE = 3  # such words before "he", which are enough to be whom it means
# "The man who dragged her from his Ford", "a woman with her dog".
_INTRODUCED = re.compile(
    r"\b(?:the|an?|some) (?:[a-z’'-]+ ){1,3}(?:who|whose|with)\b", re.IGNORECASE
)
_ABOUT = re.compile(r"^\W*(?:(?:and|but|or|so|then) )?(?:what|how) about\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|did|does|do|was|were|is|are|has|have|had"
    r"|can|could|will|would|tell|name|list)\b",
    re.IGNORECASE,
)


def carried_over(question: str, earlier: Sequence[str]) -> tuple[str, ...]:
    """Give the earlier questions that `question` leans on, oldest first; often none.

    >>> carried_over("Where was he arrested?", ["Who robbed the bank?", "Who was jailed in York?"])
    ('Who was jailed in York?',)
    """
    carried: list[str] = []
    leaning = question
    for before in reversed(earlier):
        if not leans(leaning) or len(carried) == MAX_CARRIED:
            break
        carried.insert(0, before)
        leaning = before
    return tuple(carried)


def is_fragment(question: str) -> bool:
    """Tell whether a question does not even say what is asked: "And in Kent?", "What about May?".

    Others only point at something ("How long did he get?"): a reader that has the release before
    it understands those, and would answer the earlier question if it were given that too.

    >>> is_fragment("What about the van?"), is_fragment("And how long did he get?")
    (True, False)
    """
    few = len(re.findall(r"\w+", question)) <= _FEW_WORDS
    return few or _ABOUT.match(question) is not None or _ASKS.search(question) is None


def leans(question: str) -> bool:
    """Tell whether a question points at something that it does not name itself.

    >>> leans("What did the robber make off with?"), leans("Why did Jo Bloggs say he ran away?")
    (True, False)
    """
    if _OPENING.match(question) or len(re.findall(r"\w+", question)) <= _FEW_WORDS:
        return True
    pointing = _POINTING.finditer(_IDLE.sub(lambda idle: " " * len(idle[0]), question))
    if any(not _is_named(question[: match.start()]) for match in pointing):
        return True
    return not _NAME.search(question) and len(_telling(question)) <= _LITTLE


def _is_named(before: str) -> bool:
    """Tell whether the words before "he" or "it" may be what it means."""
    named = _NAME.search(before) or _INTRODUCED.search(before)
    return named is not None or len(_telling(before)) >= _BEFORE


def _telling(words: str) -> list[str]:
    return [word for word in _WORD.findall(words) if word.lower() not in _LIGHT]
