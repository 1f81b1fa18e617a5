"""What a follow-up carries from the turns before it, by stated rules.

1. It is about the release quoted first in the answer before, unless it asks of elsewhere.
2. "The second one" is the release of the second quote; alone it asks for more of that.
3. "Say more" asks for the paragraphs of that release that were not quoted yet.
4. A fragment that names a place, a time or a name ("What about Slough?"), or a question that
   names a place and means nobody ("And how many in Essex?"), asks of elsewhere: it carries period,
   area and operation of the questions that it leans on, each from the latest that states one,
   unless it states its own, and a place or period of its own takes the place of theirs.
5. A date without its year lies in the years of the turns before.
6. "Only those after June" leaves other releases out.
7. Whose words were asked for stays as long as words are asked for.

A question that leans on none is a new topic and carries nothing.

Reads    a `Query` that was read by itself, and the turns that it leans on
Gives    the `Query` with its `Leaning`
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa.language.areas import find_areas
from qa.language.periods import find_period
from qa.questions.follow_up import is_fragment
from qa.questions.narrowed import narrowed
from qa.questions.pointing import asks_for_more, counts_to, means_somebody
from qa.questions.said import find_speaker
from qa.records import Answer, Carried, Leaning, Query, Quote, StatedPeriod, Turn

_NAME = r"(?:the )?[A-Z][\w’'-]*(?:(?: (?:of|on|upon|the|and) |,? )[A-Z][\w’'-]*)*"
_PLACE = re.compile(rf"\b(?:in|at|near|around|outside|from|for|across) (?P<name>{_NAME})")
_ABOUT = re.compile(
    rf"\b(?:what|how) about (?P<name>{_NAME}|(?!(?:the|his|her|their|its|any|an?|that|this|these"
    r"|those|him|them|it)\b)\w+\W*$)",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|Christmas|Easter|Operation|Op)(?:day)?\b"
)
_OPERATION = re.compile(r"\b(?:Operation|Op) [A-Z]\w+")
_THE_OPERATION = re.compile(r"\bthe operation\b", re.IGNORECASE)
_WORDS = re.compile(
    r"\b(?:he|she|they)\b.{0,20}\b(?:say|said|think|add|call|describe|tell|warn|hope)\b",
    re.IGNORECASE,
)
_ONLY = re.compile(r"^\W*(?:(?:and|but|now|show me|just) )*(?:only|just)\b", re.IGNORECASE)


def leant_on(query: Query, history: Sequence[Turn]) -> Sequence[Turn]:
    """Give the turns whose questions a query leans on, oldest first."""
    return history[len(history) - len(query.context) :]


def newest_before(turns: Sequence[Turn], today: date, newest: date | None) -> date | None:
    """Give the day that a date without its year is not after, as the turns before tell.

    Args:
        turns: Those that the question leans on, oldest first.
        today: The day it is asked.
        newest: Publish day of the newest release.
    """
    period = _period_of(turns, today, newest)
    if period is not None and period.last is not None:
        return min(period.last, newest or period.last)
    days = [quote.published for quote in _quotes(turns) if quote.published]
    known = [date.fromisoformat(day) for day in days if len(day) == len("2020-12-07")]
    return max(known, default=newest)


def with_carried(
    query: Query,
    history: Sequence[Turn],
    known_areas: Sequence[str],
    today: date,
    newest: date | None,
) -> Query:
    """Give a query with what it carries.

    Args:
        query: As it was read by itself.
        history: All turns of the conversation, oldest first.
        known_areas: Areas the index has.
        today: The day it is asked.
        newest: Publish day of the newest release.
    """
    turns = leant_on(query, history)
    if not turns:
        return query
    counted = counts_to(query.text, turns[-1].question)
    more = asks_for_more(query.text)
    if not (counted or more) and _is_elsewhere(query, turns):
        return _elsewhere(query, turns, known_areas, today, newest)
    quotes = _quotes(turns)
    place, alone = counted or (0, False)
    if not -len(quotes) <= place < len(quotes):
        # Nothing is quoted to go on about: all that was said of when and where still holds.
        return _elsewhere(query, turns, known_areas, today, newest)
    release = quotes[place].release
    leaning = Leaning(
        carried=(Carried("release", release),),
        release=release,
        is_named=counted is not None,
        goes_on=more or alone,
        quoted=_shown(release, history),
    )
    return _with_speaker(_with_operation(replace(query, leaning=leaning), turns), turns)


def _quotes(turns: Sequence[Turn]) -> tuple[Quote, ...]:
    """Give the quotes of the last turn that was answered."""
    answers = [turn.answer for turn in turns if turn.answer is not None and turn.answer.quotes]
    return answers[-1].quotes if answers else ()


def _shown(release: str, turns: Sequence[Turn]) -> tuple[int, ...]:
    answers: list[Answer] = [turn.answer for turn in turns if turn.answer is not None]
    shown = [one.paragraph for answer in answers for one in answer.quotes if one.release == release]
    return tuple(dict.fromkeys(shown))


def _is_elsewhere(query: Query, turns: Sequence[Turn]) -> bool:
    """Tell whether a follow-up asks the same of another place, time or name."""
    if means_somebody(query.text):
        return False
    states = query.period is not None or bool(query.areas or query.places)
    names = _new_names(query.text, turns)
    if is_fragment(query.text):
        return states or bool(names) or _ABOUT.search(query.text) is not None
    return bool(query.areas or query.places or names)


def _new_names(question: str, turns: Sequence[Turn]) -> list[str]:
    """Give the places that a question names, and neither the questions before nor their quotes."""
    texts = [text for quote in _quotes(turns) for text in (quote.title, quote.text)]
    told = " ".join([*texts, *(turn.question for turn in turns)]).casefold()
    named = [match["name"] for match in _places_in(question)]
    return [name for name in named if name.casefold() not in told]


def _places_in(question: str) -> list[re.Match[str]]:
    return [one for one in _PLACE.finditer(question) if not _NO_PLACE.match(one["name"])]


def _elsewhere(
    query: Query,
    turns: Sequence[Turn],
    known_areas: Sequence[str],
    today: date,
    newest: date | None,
) -> Query:
    """Carry what the questions before say of when and where, as far as this one does not."""
    carried, left_out = [], []
    before = _period_of(turns, today, newest)
    if query.period is not None and before is not None:
        left_out.append(before.words)
    elif before is not None:
        query = replace(query, period=before)
        carried.append(Carried("period", before.words))
    if query.areas or query.places or _ABOUT.search(query.text) or _places_in(query.text):
        left_out += [one[0] for turn in turns for one in _places_in(turn.question)]
    else:
        query, areas = _with_areas(query, turns, known_areas)
        carried += areas
    told = [Carried("left out", words) for words in dict.fromkeys(left_out)]
    leaning = Leaning((*carried, *told), left_out=tuple(dict.fromkeys(left_out)))
    query = _with_operation(_only(replace(query, leaning=leaning)), turns)
    return _with_speaker(query, turns)


def _period_of(turns: Sequence[Turn], today: date, newest: date | None) -> StatedPeriod | None:
    """Give the period that the latest of some turns states."""
    stated = (find_period(turn.question, today, newest) for turn in reversed(turns))
    return next((period for period in stated if period is not None and period.is_bounded), None)


def _with_areas(
    query: Query, turns: Sequence[Turn], known_areas: Sequence[str]
) -> tuple[Query, list[Carried]]:
    """Carry the areas that the latest turn names; forces filter, if none are set by hand."""
    named = (find_areas(turn.question, known_areas) for turn in reversed(turns))
    areas = next((found for found in named if found), ())
    forces = tuple(area.name for area in areas if area.is_force)
    if forces and not query.areas:
        given = query.given or query
        query = replace(query, areas=forces, given=given)
        return query, [Carried("area", name) for name in forces]
    places = tuple(area.name for area in areas if not area.is_force)
    return replace(query, places=places), [Carried("place", name) for name in places]


def _only(query: Query) -> Query:
    """Leave out what is published at other times, where only some are asked for."""
    period = query.period
    if period is None or not period.is_bounded or not _ONLY.match(query.text):
        return query
    within = narrowed(query, period)
    if within is None:
        return query
    given = query.given or replace(query, period=None)
    return replace(within, period=replace(period, kind="published"), given=given)


def _with_speaker(query: Query, turns: Sequence[Turn]) -> Query:
    """Go on with the words of whom the question before named, while words are asked for."""
    if query.speaker is not None or not (is_fragment(query.text) or _WORDS.search(query.text)):
        return query
    speaker = find_speaker(turns[-1].question)
    told = turns[-1].answer.read_as if turns[-1].answer is not None else None
    speaker = told.speaker if told is not None else speaker
    if speaker is None or query.asks_who:
        return query
    carried = (*query.leaning.carried, Carried("speaker", speaker))
    return replace(query, speaker=speaker, leaning=replace(query.leaning, carried=carried))


def _with_operation(query: Query, turns: Sequence[Turn]) -> Query:
    """Carry the operation that the questions before name, or the quotes for "the operation"."""
    if _OPERATION.search(query.text):
        return query
    asked = [name for turn in reversed(turns) for name in _OPERATION.findall(turn.question)]
    texts = [text for quote in _quotes(turns) for text in (quote.title, quote.text)]
    quoted = [name for text in texts for name in _OPERATION.findall(text)]
    added: tuple[str, ...] = ()
    if not asked and quoted and _THE_OPERATION.search(query.text):
        asked, added = quoted, (quoted[0],)
    if not asked:
        return query
    carried = (*query.leaning.carried, Carried("operation", asked[0]))
    return replace(query, leaning=replace(query.leaning, carried=carried, added=added))
