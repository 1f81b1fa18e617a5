"""Tell whether a question leans on the ones before it, and which of them it needs.

"What did he say about it?" cannot be searched for alone. A question leans on its
predecessor if it points at something it does not name, or is a mere fragment; the chain
is followed back to the first question that stands by itself.

Reads    the question and the earlier ones
Gives    the earlier questions to read it with, oldest first
"""

import re
from collections.abc import Sequence

MAX_CARRIED = 3

_OPENING = re.compile(
    r"^\W*(?:and|but|or|so|also|then|what about|how about|what else|who else|where else|why)\b",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:he|she|they|him|her|his|hers|their|them|theirs|it|its|itself|himself|herself|this|that"
    r"|these|those|there|the same|the (?:other|second|third|former|latter|others|two|pair|duo)"
    r"|(?:the )?ones?)\b",
    re.IGNORECASE,
)
# "that" as in "the man that was jailed" points at a word of the same question.
_RELATIVE = re.compile(r"\b\w{3,} that (?:was|were|is|are|had|has|have|could|would|will)\b", re.I)
_FEW_WORDS = 3
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
    """Tell whether a question points at something that it does not name itself."""
    if _OPENING.match(question) or len(re.findall(r"\w+", question)) <= _FEW_WORDS:
        return True
    return _POINTING.search(_RELATIVE.sub(" ", question)) is not None
