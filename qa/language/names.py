"""Read who is meant by the words beside "said": a name, a rank or office, a unit.

"Detective Inspector Jo Bloggs, from our Burglary Team," holds all three. Everything given is
cut from the words as they stand; nothing is looked up or completed.

Reads    the words before "said:" or after "… ," said", without quotation marks
Gives    a `Speaker`, or None where no person or office can be made out
"""

import re

from qa.language.bodies import BELONGS, CLAUSE, JOIN, OWNER, joints, organisation_in
from qa.language.ranks import BODY_WORD, OFFICE, RANK
from qa.records import Speaker

# Capital letters that begin a sentence, or a thing, but not a person.
_FIRST_WORDS = """
a an the he she they it we i you this that these those his her their our its who one both all
another some many anyone everyone people police officers detectives firefighters witnesses
residents in on at as after before while when with for from by to of and but however also now
today yesterday there here if meanwhile elsewhere finally operation op street road court crown
council constabulary team unit service trust group force department county city district
monday tuesday wednesday thursday friday saturday sunday january february march april may june
july august september october november december investigating speaking following commenting
covid-19 twitter facebook later earlier then
"""
_NO_NAME = frozenset(_FIRST_WORDS.split())
_LONGEST = 400  # characters read at most, so that no text can make this slow
_SMALL = "de da del della di du la le van von der den ter bin al el ap"
_PARTICLES = frozenset(_SMALL.split())
_AFTER_NAME = "QPM MBE OBE CBE BEM KC QC MP DL JP CMgr QGM"
_HONOURS = frozenset(_AFTER_NAME.split())
_INTRODUCTION = re.compile(
    r"(?:(?:Speaking|Commenting|Following|Responding|Welcoming|Reacting|Talking|Sentencing|After"
    r"|Before|In|On|At|As|With|For|During|When|While|However|Meanwhile|Today|Yesterday|Since"
    r"|[A-Z][a-z]+ing (?!officer|for\b)[a-z]+)\b[^,]*|And|But|Now|Finally), +"
)
_ARTICLE = re.compile(r"^(?:(?:a|an|the|our|his|her|their|one)\s+)+", re.IGNORECASE)
# Several people speak as one, and none of them is named: "Officers from the Harbour Unit".
_GROUP = re.compile(
    r"(?:the |our )?(detectives|officers|investigators|police)"
    r"(?=$|,| (?:of|for|from|at|with) (?:the |our )?[A-Z])(?!.*\bwho$)",
    re.IGNORECASE,
)
_LETTERS = re.compile(r"^ ?\([A-Z]{2,6}\)")  # "Detective Inspector (DI) Jo Bloggs"
# "Jo Bloggs, Anyshire Police and Crime Commissioner": the rank comes after, with a place or not.
_NAME_BEFORE = re.compile(
    r"(?<![^\W_])([A-Z][\w’'-]{1,20}(?: [A-Z][\w’'-]{1,20}){1,2}), (?:the )?"
    r"(?:[A-Z][\w’'-]{1,20} ){0,2}$"
)


def speaker_of(words: str) -> Speaker | None:
    """Give the person or office that `words` name as the one who speaks.

    >>> speaker_of("PC Jo Bloggs, from our Burglary Team,")
    Speaker(name='Jo Bloggs', role='PC', organisation='Burglary Team')
    >>> speaker_of("A force spokesperson")
    Speaker(name=None, role='force spokesperson', organisation=None)
    """
    words = " ".join(words[:_LONGEST].split()).strip(" .,;:-–—")
    introduction = _INTRODUCTION.match(words)
    rest = words[introduction.end() :] if introduction else words
    for subject in dict.fromkeys((rest, words)):
        found = _ranked(subject) or _named(subject) or _in_office(subject) or _unnamed(subject)
        if found is not None:
            return found
    return None


def last_ranked(text: str) -> Speaker | None:
    """Give the last person in `text` whose name stands beside a rank, or None."""
    for match in reversed(list(RANK.finditer(text))):
        name = _name_at(text[match.end() : match.end() + 80].lstrip(" ,"))
        if name:
            return Speaker(name, match[0])
        before = _NAME_BEFORE.search(text, max(0, match.start() - 80), match.start())
        if before is not None and _name_at(before[1]) == before[1]:
            return Speaker(before[1], match[0])
    return None


def begins_ranked(text: str) -> Speaker | None:
    """Give the person whose rank and name `text` begins with, or None."""
    match = RANK.match(text)
    name = _name_at(text[match.end() : match.end() + 80].lstrip(" ,")) if match else ""
    return Speaker(name, match[0]) if match and name else None


def _ranked(subject: str) -> Speaker | None:
    """A rank right before a name ("DI Jo Bloggs"), or before a district and a name."""
    for match in RANK.finditer(subject):
        after = _LETTERS.sub("", subject[match.end() :]).lstrip(" ,")
        name = _name_at(after)
        if name and not RANK.match(name):
            return Speaker(name, _role(match[0]), organisation_in(after[len(name) :]))
    for match in RANK.finditer(subject):
        found = _office_of_a_place(match[0], subject[match.end() :])
        if found is not None:
            return found
    return None


def _office_of_a_place(role: str, after: str) -> Speaker | None:
    """Read "Commissioner for Anyshire, Jo Bloggs", also without the comma."""
    if JOIN.match(after) is None:
        return None
    place, _, rest = after.partition(", ")
    name = _name_at(rest)
    if " " in name and not BODY_WORD.search(name):
        return Speaker(name, role + place, organisation_in(rest[len(name) :]))
    words = after.split()
    name = " ".join(words[-2:])
    if len(words) > 3 and _name_at(name) == name and not BODY_WORD.search(name):
        return Speaker(name, " ".join([role, *words[:-2]]))
    return None


def _named(subject: str) -> Speaker | None:
    """A name without rank: alone, before its office, or after it and a comma."""
    parts = subject.split(", ")
    for place, part in enumerate(parts):
        name = _name_at(part)
        after = part[len(name) :]
        if OFFICE.search(name) or RANK.search(name):
            continue
        alone = place == 0 and len(parts) == 1 and not after
        if not name or BODY_WORD.search(name) or not (" " in name or alone or after == ""):
            continue
        if after[:2].strip()[:1].isupper() and after.split()[0].rstrip(",") not in _HONOURS:
            continue  # a longer run of capitals is the name of a thing
        if place == 0:
            role, organisation = _office_after(", ".join([after, *parts[1:]]))
            return Speaker(name, role, organisation)
        if " " in name and OFFICE.search(parts[place - 1]):
            role = _ARTICLE.sub("", parts[place - 1], count=1)
            return Speaker(name, role, organisation_in(", ".join(["", *parts[place + 1 :]])))
    return _named_last(parts)


def _named_last(parts: list[str]) -> Speaker | None:
    """A post of any kind before the name: "Project worker Jo Bloggs"."""
    *post, first, last = ["", "", *parts[0].split()]
    name = f"{first} {last}"
    if not 3 <= len(post) <= 7 or _name_at(name) != name or BODY_WORD.search(name):
        return None
    if not post[-1].islower() or post[-1] in _NO_NAME or OFFICE.search(name):
        return None
    role = " ".join(post[2:])
    return Speaker(name, _role(role), organisation_in(", ".join(["", *parts[1:]])))


def _in_office(subject: str) -> Speaker | None:
    """An office right before a name: "Summary Justice Unit manager Jo Bloggs"."""
    for match in reversed(list(OFFICE.finditer(subject))):
        after = subject[match.end() :].lstrip(" ,")
        name = _name_at(after)
        role = subject[: match.end()].rsplit(", ", 1)[-1]
        if name:
            return Speaker(name, _role(role), organisation_in(after[len(name) :]))
        found = _office_of_a_place(role, subject[match.end() :])
        if found is not None:
            return found
    return None


def _unnamed(subject: str) -> Speaker | None:
    """Only an office or a relation: "A spokesperson for the Harbour Unit"."""
    if len(subject.split()) > 14:
        return None
    group = _GROUP.match(subject)
    if group is not None:
        return Speaker(None, group[1], organisation_in(subject[group.end() :]))
    match = OFFICE.search(subject) or RANK.search(subject)
    if match is None:
        return None
    role = subject[: match.end()].rsplit(", ", 1)[-1]
    if len(role.split()) > 7:
        return None
    return Speaker(None, _role(role), organisation_in(subject[match.end() :]))


def _name_at(text: str) -> str:
    """Give the name that `text` begins with: one to four capitalised words, or ""."""
    taken: list[str] = []
    for word in text.split(" ")[:7]:
        bare = word.rstrip(",.;:" if "(" in word else ",.;:)")
        if len(taken) == 4 or not bare or bare in _HONOURS:
            break
        if not (bare[0].isupper() or (taken and bare in _PARTICLES)):
            break
        # "Court" begins no name, but may end one: Jo Court. And "I'm" is no name at all.
        if len(taken) != 1 and re.split("[’']", bare)[0].lower() in _NO_NAME:
            break
        taken.append(bare if len(bare) > 1 or not word.endswith(".") else word)
        if word != taken[-1]:
            break
    while taken and (taken[-1] in _PARTICLES or taken[-1].endswith(("’s", "'s"))):
        taken.pop()
    return " ".join(taken)


def _office_after(after: str) -> tuple[str | None, str | None]:
    """Give role and organisation from what follows a name: ", manager at Widgets Ltd"."""
    body = organisation_in(after)
    detail = CLAUSE.sub("", after.lstrip(" ,"))
    if not after.startswith(", ") or BELONGS.match(detail) or not OFFICE.search(detail):
        return None, body
    role, _, rest = detail.partition(", ")
    if rest[:1].isupper() and not OFFICE.search(rest) and not JOIN.search(rest):
        return _role(role), rest
    owner = OWNER.match(role)
    if owner and not OFFICE.search(owner[1]):
        return role[owner.end() :], owner[1]
    for joint in joints(role):
        if OFFICE.search(role[: joint.start()]):
            return _role(role[: joint.start()]), role[joint.end() :]
    return _role(role), body


def _role(words: str) -> str:
    """Take off the article, and the force before a rank of several words."""
    rank = RANK.search(words)
    if rank and " " in rank[0] and rank.end() == len(words):
        return rank[0]
    return _ARTICLE.sub("", words.strip(" ,"), count=1).strip()
