"""Tell whether a question asks how a matter went on after the release that was quoted before.

"What happened next?" names nothing to search for. It is answered by the next release of the same
matter, if one is known; "was anybody charged?" by the next one that tells of a charge.

Reads    the question, and the turns before it with their answers
Gives    an `Onward`, or None: then the question is read like any other
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.records import Quote, Turn

# Nothing may be added that names a thing: "what happened next to the van?" is searched for.
_AFTER = r"(?:next|then|later|afterwards|since(?: then)?|after (?:that|this))"
_NEXT = re.compile(
    rf"\W*(?:(?:and|so|but|ok|then) )*(?:what (?:happened|has happened|came) {_AFTER}"
    rf"|what(?:’s|'s| is| was|) next|{_AFTER},? what (?:happened|has happened))\W*",
    re.I,
)
_STAGES = {
    "arrested": "arrest",
    "charged": "charge",
    "convicted": "court",
    "jailed": "sentence",
    "sentenced": "sentence",
}
_ANYBODY = re.compile(
    r"\W*(?:(?:and|so|but|then) )*(?:was|were|has|have|is) (?:any|some)(?:body|one)"
    rf"(?: (?:been|ever|eventually|{_AFTER}))* (?P<verb>{'|'.join(_STAGES)})"
    rf"(?: (?:yet|{_AFTER}|in the end|(?:for|over|with) (?:it|this|that)))*\W*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Onward:
    """A question for what came of a matter.

    Attributes:
        release: Path of the release quoted first in the turn before.
        title: Its title.
        stage: What must have come, such as "charge"; empty for whatever came next.
    """

    release: str
    title: str
    stage: str = ""


def onward_of(question: str, history: Sequence[Turn | str]) -> Onward | None:
    """Read a question as one for what came next; None if it is none, or follows no quote."""
    stage = asks_onward(question)
    quoted = _quoted_before(history) if stage is not None else None
    return None if quoted is None else Onward(quoted.release, quoted.title, stage or "")


def asks_onward(question: str) -> str | None:
    """Give the stage that a question asks for, empty for any; None if it asks something else.

    >>> asks_onward("And what happened after that?"), asks_onward("Was anybody charged?")
    ('', 'charge')
    """
    if _NEXT.fullmatch(question):
        return ""
    found = _ANYBODY.fullmatch(question)
    return _STAGES[found["verb"].lower()] if found else None


def _quoted_before(history: Sequence[Turn | str]) -> Quote | None:
    """Give the first quote of the turn before, past turns that only said nothing later is known."""
    for turn in reversed(history):
        if isinstance(turn, str) or turn.answer is None:
            return None
        if turn.answer.quotes:
            return turn.answer.quotes[0]
        if turn.answer.refusal is None or turn.answer.refusal.reason != "nothing_later":
            return None
    return None
