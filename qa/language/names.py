"""Read who is meant by the words beside "said": a name, a rank or office, a unit.

"Detective Inspector Jo Bloggs, from our Burglary Team," holds all three. Ranks are the British
police ones, written out or shortened; offices are known by their noun (manager, commissioner).
Everything given is cut from the words as they stand, and nothing is looked up or completed.

Reads    the words before "said:" or after "… ," said", without quotation marks
Gives    a `Speaker`, or None where no person or office can be made out
"""

import re

from qa.records import Speaker

_BEFORE_RANK = (
    "Temporary|Temp|T|Acting|A|Assistant|Asst|Deputy|Dep|Chief|Ch|Detective|Det|Special"
    "|Neighbourhood|Lead|Interim|District|Borough|Crown|Senior|His Honour|Her Honour|HHJ"
)
_RANK_WORDS = (
    "(?:police )?(?:constable|sergeant)|inspector|superintendent|commander|councillor|magistrate"
    "|detective|judge"
    "|(?:police (?:and|&) crime |police, fire and crime |police )?(?:assistant )?commissioner"
    "|(?:police )?community support officer|chief fire officer|recorder|sgt|supt|insp|cllr|const"
)
_RANK_LETTERS = (
    "PCSO|PCC|PC|Pc|WPC|DC|DS|DI|DCI|DSI|DSU|DCS|DSupt|DSgt|DCon|DInsp|ACC|DCC|CC|PS|SC|CI|TDC|TDS"
    "|TDI|ADS|ADI|ADCI|TDCI|Con|Dr|Prof|Professor|Rev|Reverend"
)
_RANK = re.compile(
    rf"(?<![\w’'-])(?:(?i:{_BEFORE_RANK})[./ ]{{1,2}})*(?:(?i:{_RANK_WORDS})|{_RANK_LETTERS})(?!\w)\.?"
)
# Nouns that make the words before them an office, or stand for a person with no name given.
_OFFICE = re.compile(
    r"(?<![\w’'-])(?:spokes(?:man|woman|person)|manager|officer|investigator|detective|secretary"
    r"|director|minister|mayor|chair(?:man|woman|person)?|co-?ordinator|lead(?:er)?|head|adviser"
    r"|advisor|chief executive|ceo|president|prosecutor|lawyer|solicitor|barrister|headteacher"
    r"|principal|supervisor|specialist|analyst|consultant|volunteer|cadet|champion|ambassador"
    r"|deputy|executive|commissioner|member|founder|owner|farmer|resident|victim|witness|driver"
    r"|family|families|mother|father|parents?|wife|husband|widow|partner|daughter|son|sister"
    r"|brother|relatives?|judge|engineer|warden|ranger|keeper|pharmacist|doctor|nurse|teacher"
    r"|trainer|handler|paramedic|chaplain|captain|operator|responder|commander|constable|sergeant|inspector|superintendent)(?!\w)",
    re.IGNORECASE,
)
_BODY_WORD = re.compile(
    r"(?<!\w)(?:[A-Z]{2,}\w*|(?i:police|constabulary|teams?|units?|departments?|dept|directorate"
    r"|force|council|command|branch|squad|division|taskforce|section|group|service|station"
    r"|investigations?|agency|trust|association|federation|charity|partnership|office|crime"
    r"|network|union|fire|policing|hub|bureau|college|university|school|society|court|committee|desk))(?!\w)"
)
# Capital letters that begin a sentence, or a thing, but not a person.
_NO_NAME = frozenset(
    "a an the he she they it we i you this that these those his her their our its who one both all "
    "another some many anyone everyone people police officers detectives firefighters witnesses "
    "residents in on at as after before while when with for from by to of and but however also now "
    "today yesterday there here if meanwhile elsewhere finally operation op street road court crown "
    "council constabulary team unit service trust group force department county city district "
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june "
    "july august september october november december investigating speaking following commenting "
    "covid-19 twitter facebook later earlier then".split()
)
_PARTICLES = frozenset("de da del della di du la le van von der den ter bin al el ap".split())
_HONOURS = frozenset("QPM MBE OBE CBE BEM KC QC MP DL JP CMgr QGM".split())
_INTRODUCTION = re.compile(
    r"(?:(?:Speaking|Commenting|Following|Responding|Welcoming|Reacting|Talking|Sentencing|After"
    r"|Before|In|On|At|As|With|For|During|When|While|However|Meanwhile|Today|Yesterday|Since"
    r"|[A-Z][a-z]+ing (?!officer|for\b)[a-z]+)\b[^,]*|And|But|Now|Finally), +"
)
_ARTICLE = re.compile(r"(?:(?:a|an|the|our|his|her|their|one)\s+)+", re.IGNORECASE)
_OWN = re.compile(r"(?:(?:the|our|their|a)\s+)?(?:(?:force|constabulary)[’']s\s+)?", re.IGNORECASE)
_JOIN = re.compile(r" +(?P<word>of|for|from|at|with)(?: +the)? +(?=[A-Z])")
_BELONGS = re.compile(
    r"(?:who is |who are |is )?(?:based (?:at|with|in)|of|from|at|with|for|part of) +(.+)"
)
_CLAUSE = re.compile(
    r",? +(?:and )?(?:who|which|whose|that|where|has|is|was|led|leads|based|investigat\w+|speaking"
    r"|working|welcomed|praised|described) .*|,? +and *$"
)
_SECOND_OFFICE = re.compile(rf",? +and +(?:[\w’'-]+ ){{0,4}}{_OFFICE.pattern}.*", re.IGNORECASE)


def speaker_of(words: str) -> Speaker | None:
    """Give the person or office that `words` name as the one who speaks.

    >>> speaker_of("PC Jo Bloggs, from our Burglary Team,")
    Speaker(name='Jo Bloggs', role='PC', organisation='Burglary Team')
    >>> speaker_of("A force spokesperson")
    Speaker(name=None, role='force spokesperson', organisation=None)
    """
    words = " ".join(words.split()).strip(" ,;:-–—")
    introduction = _INTRODUCTION.match(words)
    rest = words[introduction.end() :] if introduction else words
    for subject in dict.fromkeys((rest, words)):
        found = _ranked(subject) or _named(subject) or _in_office(subject) or _unnamed(subject)
        if found is not None:
            return found
    return None


def last_ranked(text: str) -> Speaker | None:
    """Give the last person in `text` whose name follows a rank, or None."""
    for match in reversed(list(_RANK.finditer(text))):
        name = _name_at(text[match.end() : match.end() + 80].lstrip(" ,"))
        if name:
            return Speaker(name, match[0])
    return None


def _ranked(subject: str) -> Speaker | None:
    """A rank right before a name ("DI Jo Bloggs"), or before a district and a name."""
    for match in _RANK.finditer(subject):
        after = subject[match.end() :].lstrip(" ,")
        name = _name_at(after)
        if name and not _RANK.match(name):
            return Speaker(name, _role(match[0]), _organisation(after[len(name) :]))
    for match in _RANK.finditer(subject):
        found = _office_of_a_place(match[0], subject[match.end() :])
        if found is not None:
            return found
    return None


def _office_of_a_place(role: str, after: str) -> Speaker | None:
    """Read "Commissioner for Anyshire, Jo Bloggs", also without the comma."""
    if _JOIN.match(after) is None:
        return None
    place, _, rest = after.partition(", ")
    name = _name_at(rest)
    if name and " " in name:
        return Speaker(name, role + place, _organisation(rest[len(name) :]))
    *place_words, first, last = after.split()
    if len(place_words) > 1 and _name_at(f"{first} {last}") == f"{first} {last}":
        return Speaker(f"{first} {last}", " ".join([role, *place_words]))
    return None


def _named(subject: str) -> Speaker | None:
    """A name without rank: alone, before its office, or after it and a comma."""
    parts = subject.split(", ")
    for place, part in enumerate(parts):
        name = _name_at(part)
        after = part[len(name) :]
        if _OFFICE.search(name) or _RANK.search(name):
            continue
        alone = place == 0 and len(parts) == 1 and not after
        if not name or _BODY_WORD.search(name) or not (" " in name or alone or after == ""):
            continue
        if after[:2].strip()[:1].isupper():
            continue  # a longer run of capitals is the name of a thing
        if place == 0:
            role, organisation = _office_after(", ".join([after, *parts[1:]]))
            return Speaker(name, role, organisation)
        if " " in name and _OFFICE.search(parts[place - 1]):
            role = _ARTICLE.sub("", parts[place - 1], count=1)
            return Speaker(name, role, _organisation(", ".join(["", *parts[place + 1 :]])))
    return None


def _in_office(subject: str) -> Speaker | None:
    """An office right before a name: "Summary Justice Unit manager Jo Bloggs"."""
    for match in reversed(list(_OFFICE.finditer(subject))):
        after = subject[match.end() :].lstrip(" ,")
        name = _name_at(after)
        role = subject[: match.end()].rsplit(", ", 1)[-1]
        if name:
            return Speaker(name, _role(role), _organisation(after[len(name) :]))
        found = _office_of_a_place(role, subject[match.end() :])
        if found is not None:
            return found
    return None


def _unnamed(subject: str) -> Speaker | None:
    """Only an office or a relation: "A spokesperson for the Harbour Unit"."""
    if len(subject.split()) > 14:
        return None
    match = _OFFICE.search(subject) or _RANK.search(subject)
    if match is None:
        return None
    role = subject[: match.end()].rsplit(", ", 1)[-1]
    if len(role.split()) > 7:
        return None
    return Speaker(None, _role(role), _organisation(subject[match.end() :]))


def _name_at(text: str) -> str:
    """Give the name that `text` begins with: one to four capitalised words, or ""."""
    taken: list[str] = []
    for word in text.split(" ")[:7]:
        bare = word.rstrip(",.;:" if "(" in word else ",.;:)")
        if len(taken) == 4 or not bare or bare in _HONOURS:
            break
        if bare.lower() in _NO_NAME or not (bare[0].isupper() or (taken and bare in _PARTICLES)):
            break
        taken.append(bare if len(bare) > 1 or not word.endswith(".") else word)
        if word != taken[-1]:
            break
    while taken and (taken[-1] in _PARTICLES or taken[-1].endswith(("’s", "'s"))):
        taken.pop()
    return " ".join(taken)


def _office_after(after: str) -> tuple[str | None, str | None]:
    """Give role and organisation from what follows a name: ", manager at Widgets Ltd"."""
    body = _organisation(after)
    detail = _CLAUSE.sub("", after.lstrip(" ,"))
    if not after.startswith(", ") or _BELONGS.match(detail) or not _OFFICE.search(detail):
        return None, body
    role, _, rest = detail.partition(", ")
    if body is None and rest and rest[0].isupper() and not _OFFICE.search(rest):
        return _role(role), rest
    owner = re.match(r"(.+?)[’']s? (?=\w)", role)
    if owner and owner[1][0].isupper() and not _OFFICE.search(owner[1]):
        return role[owner.end() :], owner[1]
    joint = list(_JOIN.finditer(role))
    if joint and _OFFICE.search(role[: joint[-1].start()]):
        return _role(role[: joint[-1].start()]), role[joint[-1].end() :]
    return _role(role), body


def _organisation(after: str) -> str | None:
    """Find the unit or body in what follows a name: ", from our Burglary Team, who …"."""
    if after[:1] not in (" ", ","):
        return None
    detail = _CLAUSE.sub("", " " + after.lstrip(" ,")).strip()
    if not detail:
        detail = after.lstrip(" ,")
    belongs = _BELONGS.match(detail)
    if belongs is not None:
        return _body(belongs[1])
    for joint in _joints(detail):
        body = _body(detail[joint.end() :])
        if body is not None and _OFFICE.search(detail[: joint.start()]):
            return body
    return None


def _joints(words: str) -> list[re.Match[str]]:
    """Order the places where an office may meet its body: "of" is often part of a name."""
    joints = list(_JOIN.finditer(words))
    return sorted(joints, key=lambda joint: (joint["word"] == "of", -joint.start()))


def _body(words: str) -> str | None:
    parts = words.split(", ")
    for count in range(1, min(len(parts), 4) + 1):
        body = ", ".join(parts[:count]).rstrip(" ,")
        body = _SECOND_OFFICE.sub("", body)
        if _BODY_WORD.search(body):
            own = _OWN.match(body)
            return body[own.end() :] if own else body
    return None


def _role(words: str) -> str:
    return _ARTICLE.sub("", words.strip(" ,"), count=1).strip()
