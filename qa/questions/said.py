"""Whose words a question asks for: "What did Supt Bloggs say of the raid?", and "Who said …?".

Reads    a question
Gives    the name as typed, without its rank; whether it asks who said something
"""

import re

from qa.language.ranks import RANK

_VERB = (
    r"(?:say|said|says|saying|think|tell|told|advise[sd]?|warn(?:ed|s)?|urge[sd]?|describe[sd]?"
    r"|call(?:ed|s)?|add(?:ed)?|claim(?:ed|s)?|hope[sd]?|promise[sd]?|thank(?:ed|s)?|praise[sd]?"
    r"|comment(?:ed)?|explain(?:ed|s)?|reckon(?:ed|s)?|mention(?:ed)?|conclude[sd]?|state[sd]?)"
)
_WORD = r"[^\W\d_][\w’'-]*\.?"
_DID = re.compile(
    rf"\b(?:did|does|do|has|had|would)\s+(?P<who>{_WORD}(?:[ ,]+{_WORD}){{0,7}}?)\s+"
    rf"(?:also |then |just |really )?{_VERB}\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    rf"\b(?:according to|in the words of|quote(?:s|d)? (?:by|from)|words of)\s+"
    rf"(?P<who>{_WORD}(?: {_WORD}){{0,6}})",
    re.IGNORECASE,
)
_SAYS = re.compile(
    rf"(?P<who>(?:{RANK.pattern}) (?:[A-Z][\w’'-]+ ?){{1,3}}"
    r"|[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2})"
    rf",? {_VERB}\b"
)
_SAID_BY = re.compile(r"\b(?:says|said) (?P<who>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){0,3})")
_WHO = re.compile(
    rf"^\W*(?:and |so )?(?:who|whose words|which (?:\w+ ){{0,2}}(?:officer|inspector|detective"
    rf"|sergeant|superintendent|constable|commissioner|chief))\b(?: was it (?:that|who))?"
    rf"(?: has| had| is| was)? ?(?:{_VERB}|quoted)\b",
    re.IGNORECASE,
)
# Whoever is named so has no name to look for.
_NOBODY = frozenset(
    "a all an any anyone anybody both cops court detective detectives everyone family force he her "
    "him his i it judge man neighbours officer officers one our people police residents she some "
    "somebody someone spokesman spokesperson spokeswoman staff that the their them these they this "
    "those victim victims we what who witness witnesses woman you".split()
)
# They end a name that is typed in small letters.
_END = frozenset(
    "about after and as at because before by during for from if in is of on or over so that the "
    "to was were when where which who why with".split()
)
_MOST = 4  # words of a name


def find_speaker(question: str) -> str | None:
    """Give the name of whose words are asked for, as typed, or None.

    >>> find_speaker("What did det supt jo bloggs say about the raid?")
    'jo bloggs'
    >>> find_speaker("What did police say?") is None
    True
    """
    for pattern in (_DID, _ACCORDING, _SAYS, _SAID_BY):
        for match in pattern.finditer(question):
            name = _name_in(match["who"])
            if name:
                return name
    return None


def asks_who_said(question: str) -> bool:
    """Tell whether a question asks who said something.

    >>> asks_who_said("Who called the raid a success?"), asks_who_said("Who was arrested?")
    (True, False)
    """
    return _WHO.match(question) is not None


def _name_in(words: str) -> str:
    """Take ranks off, and what follows a name."""
    ranked = list(re.finditer(RANK.pattern, words, re.IGNORECASE))
    begins = ranked[-1].end() if ranked and words[ranked[-1].end() :].strip() else 0
    name: list[str] = []
    for word in words[begins:].replace(",", " ").split():
        bare = re.sub(r"['’]s$|[.?!]$", "", word)
        if bare.lower() in _END or len(name) == _MOST:
            break
        name.append(bare)
    if not name or (not begins and name[0].lower() in _NOBODY):
        return ""
    return " ".join(name)
