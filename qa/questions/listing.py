"""Turn a question that wants releases counted or listed into a rule that finds them.

"How many releases mention Operation Anything?" is answered by looking at every release; "How many
people were arrested?" by what one of them states, and stays as it is. The rule is one that anybody
could apply by hand: phrases that must stand in a release, words that must occur in it, and the
filters of the query.

Reads    a query, with what its words say of when and where
Gives    the query with a `ListRule`, or with a note where it could be read otherwise
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa.index.terms import terms
from qa.language.areas import find_areas
from qa.questions.list_words import Opening, counts_events, find_open, find_opening
from qa.records import ListRule, Query

_CUT = " | "  # stands where words were taken out, so that no phrase reaches over them
_QUOTED = re.compile(
    r"“(?P<a>[^“”]+)”|\"(?P<b>[^\"]+)\"|‘(?P<c>[^‘’]+)’(?!\w)|(?<![^\s(])'(?P<d>[^']+)'(?!\w)"
)
_OPERATION = re.compile(
    r"\b(?:Operation|Op\.?) (?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*){0,2})"
    r"|\b(?:about|called|named|under|of|on|for|mention(?:s|ed|ing)?) op(?:eration)? "
    r"(?P<small>[^\W\d_]{3,})"
)
# Words that only join what is listed to what it is about.
_JOINING = re.compile(
    r"\b(?:(?:press|news|media)? ?releases?|about|mention(?:s|ed|ing)?|contain(?:s|ed|ing)?"
    r"|concern(?:s|ing)|regarding|relat(?:es?|ed|ing)(?: to)?|deal(?:s|ing)? with"
    r"|refer(?:s|red|ring)? to|talk(?:s|ed|ing)? (?:about|of)|involv(?:es?|ed|ing)"
    r"|includ(?:es?|ed|ing)|publish\w*|issued|put out|t[ao](?:ken?|ok) part in|c[ao]mes? out"
    r"|posted|written|wrote|during|since|until|within|after|before|between|through(?:out)?|where"
    r"|so far|altogether|in total|exist)\b",
    re.I,
)
_RELEASED = re.compile(r"\breleased\b", re.I)
_VERBS = re.compile(
    r"^(?:[\W|]|\b(?:that|which|who|do|does|did|have|has|had|are|were|is|was|there|been|you|we|any"
    r"|quote[sd]?|cover(?:s|ed)?|discuss(?:es|ed)?|describe[sd]?|warn(?:s|ed)? (?=about|of)"
    r"|report(?:s|ed)?|speak of|came out|appears?|occurs?|comes? up)\b)+",
    re.I,
)
_APPEARS = re.compile(r"\b(?:appears?|occurs?|comes? up|be|been|mentioned)\b", re.I)
NOT_MENTIONS = "Releases are counted, each once; not how often one of them says it."
TOO_COMMON = "The words in quotation marks are too common to be looked for, and were left out."
AS_FIGURE = (
    "Read as a figure that a release states; to have releases counted ask “How many releases …”."
)
_MAYBE = {
    "areas": "Listed are the forces whose releases hold these words; what a release itself says "
    "of forces is quoted.",
    "list": "Listed are releases, not events: one may tell of several, and several of one.",
}


def with_listing(query: Query, known_areas: Sequence[str]) -> Query:
    """Give a query with the rule of the list it asks for; unchanged if it asks for none."""
    opening = _opening(query, known_areas)
    if opening is None:
        if not counts_events(query.text):
            return query
        return replace(query, notes=(*query.notes, AS_FIGURE))
    rule = list_rule(query, known_areas, opening)
    notes = query.notes
    if _mentions(query.text, opening):
        notes = (*notes, NOT_MENTIONS)
    if _QUOTED.search(query.text) and not rule.phrases:
        notes = (*notes, TOO_COMMON)
    if not rule.is_sure:
        notes = (*notes, _MAYBE[rule.asks])
    return replace(query, listing=rule, notes=notes)


def list_rule(query: Query, known_areas: Sequence[str], opening: Opening | None = None) -> ListRule:
    """Give the rule of a list about what a query asks, whether or not its words ask for a list."""
    opening = opening or _opening(query, known_areas) or Opening("list", 0, 0)
    text = query.text[: opening.start] + _CUT + query.text[opening.end :]
    text = _without(text, _understood(query, known_areas))
    if query.period is not None and query.period.kind == "published":
        text = _RELEASED.sub(_CUT, text)
    phrases, text = _phrases(text)
    if _mentions(query.text, opening):
        text = _APPEARS.sub(_CUT, text)
    before, _, after = text.partition(_CUT)
    rest = f"{before} {_VERBS.sub('', after)}"
    words = _words(f"{opening.kind} {_JOINING.sub(_CUT, rest)}")
    if not (words or phrases) and query.context:
        earlier = replace(query, text=query.context[-1], context=())
        found = list_rule(earlier, known_areas)
        words, phrases = found.words, found.phrases
    by_publishing = query.period is not None and query.period.kind == "event"
    return ListRule(opening.asks, words, phrases, opening.is_sure, by_publishing)


def _opening(query: Query, known_areas: Sequence[str]) -> Opening | None:
    """Find how a query asks for a list: by its words, or since it names no matter at all."""
    opening = find_opening(query.text)
    if opening is not None or query.context:  # else it asks on about what was asked before
        return opening
    taken = tuple(_understood(query, known_areas))
    found = find_open(_without(query.text, taken), is_narrowed=bool(taken))
    return replace(found, end=len(query.text)) if found else None


def _understood(query: Query, known_areas: Sequence[str]) -> Iterable[str]:
    """Give the words that the period and the areas of a query were read from."""
    if query.period is not None:
        yield query.period.words
    for area in find_areas(query.text, known_areas):
        if area.name in query.areas or (area.name in query.places and not query.areas):
            yield area.words


def _without(text: str, taken: Iterable[str]) -> str:
    for words in taken:
        text = re.sub(rf"(?<!\w){re.escape(words)}(?!\w)(?:['’]s)?", _CUT, text, count=1)
    return text


def _phrases(text: str) -> tuple[tuple[str, ...], str]:
    """Give what must stand as it is, and the text without it."""
    found: list[str] = []

    def take_quoted(match: re.Match[str]) -> str:
        found.append(next(group for group in match.groups() if group is not None).strip())
        return _CUT

    def take_operation(match: re.Match[str]) -> str:
        name = match["name"] or match["small"]
        found.append(f"Operation {name}")
        return _CUT

    text = _OPERATION.sub(take_operation, _QUOTED.sub(take_quoted, text))
    # "It is" stands nearly everywhere: every text there is would have to be read to find it.
    return tuple(dict.fromkeys(one for one in found if terms(one, _Unstemmed()))), text


def _words(text: str) -> tuple[str, ...]:
    """Give the words that say something, as typed, each once."""
    words = (word.strip("?!.,:;|()[]“”\"‘’'") for word in text.split())
    return tuple(dict.fromkeys(word for word in words if terms(word, _Unstemmed())))


def _mentions(question: str, opening: Opening) -> bool:
    return re.match(r"\W*how (?:many times|often)", question[opening.start :], re.I) is not None


class _Unstemmed:
    """Leaves words as they are: only stop words are told here."""

    @staticmethod
    def stemWords(words: Sequence[str]) -> list[str]:  # noqa: N802 - as PyStemmer has it
        return list(words)
