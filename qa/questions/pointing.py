"""What a follow-up points at in the answer before it: more of it, the second of its quotes.

Reads    a question that leans on others
Gives    whether it only asks for more; which quote it counts to; whether it speaks of somebody
"""

import re

_NUMBERS = {
    **{word: place for place, word in enumerate("first second third fourth fifth".split())},
    **{word: place for place, word in enumerate("1st 2nd 3rd 4th 5th".split())},
    "last": -1,
}
_POLITE = r"(?:(?:please|ok|okay|thanks|thank you|can you|could you|and|now|so)[\s,]+)*"
_MORE = re.compile(
    rf"^\W*{_POLITE}(?:"
    r"(?:(?:say|(?:tell|show|give|read) (?:me |us )?|quote|read|i want|is there) ?)?"
    r"(?:(?:some|a (?:bit|little)|any) )?more"
    r"(?: (?:please|(?:about|on|of|from) (?:it|that|this)))?"
    r"|go on|carry on|continue|keep (?:going|reading)|read on|the rest(?: of it)?|anything else"
    r"|what (?:else|more) (?:does|did) it say|what does it say (?:next|then)"
    r")\W*$",
    re.IGNORECASE,
)
_WHICH = rf"the (?P<which>{'|'.join(_NUMBERS)})"
_PIECE = r"(?:quotes?|quotations?|passages?|results?|answers?|releases?|stor(?:y|ies)|articles?)"
_ALONE = re.compile(
    rf"^\W*{_POLITE}(?:(?:what|how) about |(?:tell|show|give|read) (?:me |us )?|open |say )?"
    rf"(?:more )?(?:about |on |of |from )?{_WHICH}(?: one| {_PIECE})?(?: please)?\W*$",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\b{_WHICH} (?:(?P<one>one)|{_PIECE})\b", re.IGNORECASE)
# Where the question before counts what it asks of, "the second one" is one of those.
_COUNTS = re.compile(
    r"\b(?:two|three|four|five|both|pair|duo|trio|couple|several|other|another|second|else|[2-9])\b",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"\b(?:he|she|him|her|his|hers|it|its|itself)(?:['’]\w+)?\b", re.IGNORECASE)


def asks_for_more(question: str) -> bool:
    """Tell whether a question asks for nothing but more of the same.

    >>> asks_for_more("Say more."), asks_for_more("How many more were hurt?")
    (True, False)
    """
    return _MORE.match(question) is not None


def counts_to(question: str, before: str) -> tuple[int, bool] | None:
    """Give which quote a question counts to, from 0 (-1 for the last), and whether that is all.

    Args:
        question: The question.
        before: The one before it.

    >>> counts_to("Who led the second one?", "Which warrants found cash?")
    (1, False)
    >>> counts_to("What did the second one wear?", "Were two men seen?") is None
    True
    """
    alone = _ALONE.match(question)
    named = alone or _NAMED.search(question)
    if named is None:
        return None
    of_quotes = re.search(_PIECE, named[0], re.IGNORECASE) is not None
    if not of_quotes and _COUNTS.search(before):
        return None
    return _NUMBERS[named["which"].lower()], alone is not None


def means_somebody(question: str) -> bool:
    """Tell whether a question goes on about him, her or it."""
    return _SOMEBODY.search(question) is not None
