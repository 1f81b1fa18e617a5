"""The words by which people ask for a count or a list of releases, and for what else they could be.

Reads    a question
Gives    an `Opening`: what is asked, and the words that ask it
"""

import re
from dataclasses import dataclass

from qa.index.terms import STOP_WORDS

# Up to three words that tell what kind of releases: "burglary appeals", "Covid press releases".
_STOPS = "|".join(sorted(STOP_WORDS))
_KIND = rf"(?P<kind>(?:(?!(?:{_STOPS}|people|times)\b)[\w’'-]+ ){{0,3}}?)"
_MANY = r"(?:(?:(?:press|news|media) )?releases|(?:press|news) (?:articles|items|stories))"
_ONE = r"(?:(?:press|news|media) )?releases?"
_APPEALS = r"(?P<appeals>appeals)"  # a kind of release, whose name stands in it
_ALL = r"(?:(?:all|every|each|any|the|your|of|other|more|full|complete|list|a|me) )*"
_POLITE = r"^\W*(?:(?:please|can you|could you|i want to|i need to|i want|i need) )*"
_ABOUT = r"(?: (?:about|on|mention\w*|that|which|from|in|with|of|by|published|contain\w*)\b)"

_SURE = tuple(
    (asks, re.compile(pattern, re.I))
    for asks, pattern in (
        (
            "count",
            rf"\b(?:how many (?:of the |of your |different )?|(?:number|count) of (?:the )?"
            rf"|count {_ALL}){_KIND}(?:{_MANY}|{_APPEALS})\b",
        ),
        ("list", rf"\b(?:which|what) (?:other |more )?{_KIND}(?:{_ONE}|{_APPEALS})\b"),
        (
            "list",
            rf"{_POLITE}(?:list|show|find|give|get|name|export|display|search for) {_ALL}"
            rf"{_KIND}(?:{_MANY}|stories|articles|{_APPEALS})\b",
        ),
        (
            "list",
            rf"^\W*(?:(?:are|is) there |do you have |have you (?:got )?)?(?:any|all|every) {_ALL}"
            rf"{_KIND}(?:{_ONE}|{_APPEALS})\b",
        ),
        (
            "list",
            rf"^\W*(?:the )?(?:latest|newest|(?:most )?recent) {_KIND}(?:{_MANY}|{_APPEALS})\b",
        ),
        ("list", rf"^\W*{_MANY}(?={_ABOUT})"),
    )
)
_FORCES = re.compile(
    r"\b(?:which|what|how many) (?:different )?(?:police )?(?:forces|constabularies)\b"
    rf"|{_POLITE}(?:list|name) {_ALL}(?:police )?(?:forces|constabularies)\b",
    re.I,
)
_PUBLISHING = re.compile(
    r"\b(?:mention\w*|publish\w*|issued?|put out|wrote|written|releas\w+|report(?:ed)? (?:on|about)"
    r"|warn\w*|appeal\w*|talk\w* (?:about|of)|post(?:ed|s)?)\b",
    re.I,
)
_MENTIONS = re.compile(
    r"^\W*how (?:many times|often) (?:is|are|was|were|does|do|did|has|have)\b"
    r"(?=.*\b(?:mention\w*|appears?|occurs?|comes? up)\b)",
    re.I,
)
_ANYTHING = re.compile(rf"{_POLITE}list (?:all |every |the |of )+(?=\w)", re.I)
# Counted in the world they are one thing, counted in releases another.
_EVENTS = re.compile(
    r"\bhow many (?:[\w’'-]+ ){0,2}(?:burglaries|robberies|arrests|murders|stabbings|shootings"
    r"|collisions|crashes|thefts|assaults|attacks|incidents|raids|warrants|fires|crimes)"
    r"(?= (?:(?:were|are|have|has|had) there|happened|took place|occurred|in|on|during|since|last"
    r"|this)\b)",
    re.I,
)

# Nothing but what there is of a time or an area. The words for these are taken out before.
_JOINS = r"(?:(?:and|so|please|the|in|on|of|by|at|from|during|over|for|within|across) )*"
_TELL = r"(?:(?:(?:can|could) you )?(?:please )?(?:tell|show|give) (?:me|us) )?"
_HAPPENED = (
    r"what ?(?:['’]s |is |has |have |was |did )?(?:the )?(?:police )?"
    r"(?:(?:been )?(?:happen(?:ed|ing)|occurred|going on|gone on|went on|announced?|put out)"
    r"|publish(?:ed)?|report(?:ed)?|release|do|done|been (?:up to|doing)) "
    r"|what ?(?:['’]s|is) the "  # "latest" was a period
)
_NEWS = (
    r"(?:(?:what ?(?:['’]s|is|are)|(?:is|are) there) )?"
    r"(?:new|(?:(?:any|all|some|the|your|latest|newest|recent) )*(?:news|latest|headlines)) "
)
_PLACE = (
    r"(?:(?:in|at|near|around|from|across) (?P<place>(?-i:[A-Z])\S*(?: (?-i:[A-Z])\S*){0,2}) )?"
)
_OPEN = re.compile(
    rf"{_JOINS}{_TELL}(?:(?:{_HAPPENED})|(?P<news>{_NEWS})){_JOINS}{_PLACE}{_JOINS}", re.I
)


@dataclass(frozen=True, slots=True)
class Opening:
    """The words that ask for a list.

    Attributes:
        asks: "count", "list" or "areas".
        start: Where they begin in the question.
        end: Where they end.
        kind: Those of them that a release must hold: "burglary appeals".
        is_sure: Whether the question can be read in no other way.
    """

    asks: str
    start: int
    end: int
    kind: str = ""
    is_sure: bool = True


def find_opening(question: str) -> Opening | None:
    """Find the words that ask for a count or a list; None if a quote is asked for.

    >>> find_opening("How many burglary appeals in York?").kind
    'burglary appeals'
    >>> find_opening("How many people were arrested?")
    """
    if found := _FORCES.search(question):
        is_sure = _PUBLISHING.search(question, found.end()) is not None
        return Opening("areas", *found.span(), is_sure=is_sure)
    for asks, pattern in _SURE:
        if found := pattern.search(question):
            named = found.groupdict()
            kind = f"{named.get('kind') or ''}{named.get('appeals') or ''}"
            return Opening(asks, *found.span(), kind.strip())
    if found := _MENTIONS.search(question):
        return Opening("count", *found.span())
    if found := _ANYTHING.search(question):
        return Opening("list", *found.span(), is_sure=False)
    return None


def find_open(rest: str, *, is_narrowed: bool) -> Opening | None:
    """Find that a question asks for nothing but what there is: "What happened last week?".

    Args:
        rest: Its words without those for a period or an area.
        is_narrowed: Whether there were such words. "What happened?" alone asks for no list.

    >>> find_open("What happened in Slough ?", is_narrowed=True).kind
    'Slough'
    >>> find_open("What happened to the bakery in Slough ?", is_narrowed=True)
    """
    words = " ".join(re.findall(r"[\w'’-]+", rest)) + " "
    found = _OPEN.fullmatch(words)
    if found is None or not (is_narrowed or found["news"]):
        return None
    place = found["place"] or ""
    return Opening("list", 0, len(rest), place, is_sure=not place)


def counts_events(question: str) -> bool:
    """Tell whether a question counts what happened, which a release may state or releases show."""
    return _EVENTS.search(question) is not None
