"""Read which unit or body a speaker belongs to, from the words after the name.

", from our Burglary Team, who investigated" gives "Burglary Team"; ", head of Roads Policing for
Anyshire Police" gives "Anyshire Police". A place alone ("from Anytown") is no body: one word must
tell that people work there (team, unit, council, CID, or any word in capitals).

Reads    what stands between a name and the verb of speaking
Gives    the body as written, without "the", "our" or "the force's"; None if there is none
"""

import re

from qa.language.ranks import BODY_WORD, OFFICE

_OWN = re.compile(r"(?:(?:the|our|their|a)\s+)?(?:(?:force|constabulary)[’']s\s+)?", re.IGNORECASE)
JOIN = re.compile(r" +(?P<word>of|for|from|at|with)(?: +the)? +(?=[A-Z])")
BELONGS = re.compile(
    r"(?:who is |who are |is )?(?:based (?:at|with|in)|of|from|at|with|for|part of) +(.+)"
)
OWNER = re.compile(r"(?=[A-Z])([^’']{1,60})[’']s? +(?=\w)")
CLAUSE = re.compile(
    r",? +(?:and )?(?:who|which|whose|that|where|has|is|was|led|leads|based|investigated"
    r"|investigating(?! officer)|speaking|working|welcomed|praised|described) .*|,? +and *$"
)
_SECOND_OFFICE = re.compile(rf",? +and +(?:[\w’'-]+ ){{0,4}}{OFFICE.pattern}.*", re.IGNORECASE)


def organisation_in(after: str) -> str | None:
    """Find the unit or body in what follows a name.

    >>> organisation_in(", from our Burglary Team, who investigated,")
    'Burglary Team'
    """
    if after[:1] not in (" ", ","):
        return None
    detail = CLAUSE.sub("", " " + after.lstrip(" ,")).strip()
    if not detail:
        detail = after.lstrip(" ,")
    belongs = BELONGS.match(detail)
    if belongs is not None:
        return _body(belongs[1])
    owner = OWNER.match(detail)
    if owner and BODY_WORD.search(owner[1]) and OFFICE.search(detail, owner.end()):
        return owner[1]
    for joint in joints(detail):
        body = _body(detail[joint.end() :])
        if body is not None and OFFICE.search(detail[: joint.start()]):
            return body
    return None


def joints(words: str) -> list[re.Match[str]]:
    """Order the places where an office may meet its body: "of" is often part of a name."""
    joints = list(JOIN.finditer(words))
    last_first = [joint for joint in reversed(joints) if joint["word"] != "of"]
    return last_first + [joint for joint in joints if joint["word"] == "of"]


def _body(words: str) -> str | None:
    parts = words.split(", ")
    for count in range(1, min(len(parts), 4) + 1):
        body = ", ".join(parts[:count]).rstrip(" ,")
        body = _SECOND_OFFICE.sub("", body)
        if BODY_WORD.search(body):
            own = _OWN.match(body)
            return body[own.end() :] if own else body
    return None
