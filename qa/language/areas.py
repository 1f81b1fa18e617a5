"""The areas that a question names: police forces in full, short or by initials, and counties.

Nothing is known of the world but a small table of short forms: names are those that the releases
carry. A street, a school or a sergeant called Kent is no area.

Reads    a question, and the names of the areas there are
Gives    `NamedArea`s
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest

# As the Royal Mail and the forces themselves shorten them. A force of several counties has each.
SHORT = {
    "Bedfordshire": ("Beds",),
    "Buckinghamshire": ("Bucks",),
    "Cambridgeshire": ("Cambs",),
    "Derbyshire": ("Derbys",),
    "Gloucestershire": ("Glos",),
    "Greater Manchester": ("Gtr Manchester",),
    "Hampshire": ("Hants",),
    "Hertfordshire": ("Herts",),
    "Lancashire": ("Lancs",),
    "Leicestershire": ("Leics",),
    "Lincolnshire": ("Lincs",),
    "Northamptonshire": ("Northants",),
    "Nottinghamshire": ("Notts",),
    "South Yorkshire": ("South Yorks", "S Yorks"),
    "Staffordshire": ("Staffs",),
    "Sussex": ("East Sussex", "West Sussex"),
    "Warwickshire": ("Warks",),
    "West Midlands": ("West Mids", "W Mids"),
    "West Yorkshire": ("West Yorks", "W Yorks"),
    "Wiltshire": ("Wilts",),
    "Worcestershire": ("Worcs",),
}
# Short forms that are words too: of places only with a capital.
_WORDS = ("beds", "staffs")
# Names of forces that are no places: they count only before a word for police.
_NO_PLACES = ("metropolitan", "british transport", "transport", "railway")
_FORCE = (
    r"(?:['’]s)? (?:police|constabulary|force|officers?|detectives?|cops|cid|pcc|pcso"
    r"|roads? polic\w+|firearms|traffic (?:police|officers))\b"
)
# "Met him in Kent" and "the Met Office" name no police.
_MET = rf"(?:(?<=[Tt]he )Met(?! (?:Office|Gala|Bar)\b)|Met(?i:(?={_FORCE})))"
_NO_AREA_AFTER = (
    r"(?! (?:road|rd|street|st|avenue|ave|close|drive|lane|way|court|crescent|terrace|place|gardens"
    r"|house|square|arms|hotel|pub|grove|park|hill|walk|mews|gate|quays|docks|terrier|punch)\b)"
)
_NO_AREA_BEFORE = (
    r"(?<!university of )(?<!duke of )(?<!duchess of )(?<!\bmr )(?<!\bmrs )(?<!\bms )(?<!\bpc )"
    r"(?<!\bdc )(?<!\bsgt )(?<!sergeant )(?<!constable )(?<!inspector )(?<!\bdi )(?<!\bds )"
    r"(?<!superintendent )(?<!\blady )(?<!\bmiss )(?<!\bpublic )"
)


# "Was Clark Kent seen?" and "by Clark Kent" name a person, "robbery Maidstone Kent" a place.
_SURNAMED = re.compile(
    r"\b(?i:did|does|do|was|is|were|has|had|will|by|who|named|called|with|and) "
    r"(?!(?:North|South|East|West|Mid|Central|Rural|Northern|Southern|Eastern|Western)\b)"
    r"[A-Z][a-z]+ $"
)
_ELSEWHERE = re.compile(r" (?:Islands?|State|Spaniels?)\b")


@dataclass(frozen=True, slots=True)
class NamedArea:
    """An area that a question names.

    Attributes:
        name: As the releases have it.
        words: As the question has it.
        is_force: Whether the police of the area are named, and not only the place.
    """

    name: str
    words: str
    is_force: bool


def find_areas(question: str, known: Sequence[str]) -> tuple[NamedArea, ...]:
    """Find the areas named, in the order of the question, each once; a force before a mere place.

    >>> find_areas("What did Herts police find in Kent Road, Luton?", ["Hertfordshire", "Kent"])
    (NamedArea(name='Hertfordshire', words='Herts police', is_force=True),)
    """
    pattern, names = _pattern(tuple(known))
    found: dict[str, NamedArea] = {}
    matches = list(pattern.finditer(question)) if names else []
    for match, later in zip_longest(matches, matches[1:]):
        name = names.get(_key(match["police"] or match["place"] or match["short"]))
        if name is None or match["place"] in _WORDS:
            continue  # the expression takes a dotless i for an i
        if match["place"] is not None and _is_of_name(question, match):
            continue
        is_force = match["place"] is None or _is_joined(question, match, later)
        before = found.get(name)
        if before is None or (is_force and not before.is_force):
            found[name] = NamedArea(name, match[0].strip(), is_force)
    return tuple(found.values())


def _is_of_name(question: str, place: re.Match[str]) -> bool:
    """Tell the name of a person or of another place, of which an area's is only a part."""
    if _ELSEWHERE.match(question, place.end()):
        return True
    return place[0][0].isupper() and _SURNAMED.search(question[: place.start()]) is not None


def _is_joined(question: str, place: re.Match[str], later: re.Match[str] | None) -> bool:
    """Tell whether the police of two places are named at once: "Kent and Essex Police"."""
    if later is None or later["police"] is None:
        return False
    return question[place.end() : later.start()].strip().casefold() in ("and", "or", "&")


@lru_cache(maxsize=8)
def _pattern(known: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Make one expression for all names and short forms, and tell what each stands for."""
    names = {_key(name): name for name in known}
    for name in known:
        names.update({_key(short): name for short in SHORT.get(name, ())})
    if "British Transport" in known:
        names |= {"transport": "British Transport", "railway": "British Transport"}
    initials = {_initials(name): name for name in known if " " in name}
    if "Metropolitan" in known:
        initials |= {"Met": "Metropolitan", "MPS": "Metropolitan", "Scotland Yard": "Metropolitan"}
    places = [_loosely(name) for name in names if name not in _NO_PLACES]
    forces = [_loosely(name) for name in names]
    by_length = sorted(initials, key=len, reverse=True)
    short = "|".join(_MET if one == "Met" else re.escape(one) for one in by_length)
    either = "|".join(sorted(forces, key=len, reverse=True))
    alone = "|".join(sorted(places, key=len, reverse=True))
    expression = re.compile(
        rf"(?i:{_NO_AREA_BEFORE}\b(?:(?P<police>{either}){_FORCE}"
        rf"|(?P<place>{alone or '(?!)'})\b{_NO_AREA_AFTER}))"
        rf"|(?:\b[Tt]he )?\b(?P<short>{short or '(?!)'})\b(?i:{_FORCE})?"
    )
    return expression, {**names, **{_key(one): name for one, name in initials.items()}}


def _initials(name: str) -> str:
    """Give the initials that a force of several words goes by, such as TVP."""
    words = [word for word in name.split() if word not in ("and", "&")]
    return "".join(word[0].upper() if word != "of" else "o" for word in words) + "P"


def _loosely(name: str) -> str:
    loose = re.escape(name).replace(r"\ ", r"[\s-]+")
    return loose.replace("]+and[", "]+(?:and|&)[")


def _key(words: str) -> str:
    return re.sub(r"[\s-]+", " ", words.casefold().replace("&", "and"))
