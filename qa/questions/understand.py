"""What a question says of when and where, beside the filters set by hand.

A period is of what happened, and lifts the releases of that time; one of publishing filters.
A police force that is named filters; a county or other area that is named only as a place lifts.
Filters set by hand win: what the question says may narrow them, and is set aside where it
contradicts them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.errors import QuestionError
from qa.language.areas import find_areas
from qa.language.periods import find_period
from qa.questions.carry import leant_on, newest_before, with_carried
from qa.questions.day import Day, day_of
from qa.questions.listing import with_listing
from qa.questions.narrowed import narrowed
from qa.questions.said import asks_who_said, find_speaker
from qa.questions.spelling import Speller
from qa.records import Query, StatedPeriod, Turn

RULES = ("period", "area", "speaker", "list", "story", "follow_up", "spelling")
Rules = bool | Collection[str]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What to look for in a question, and what its words are relative to.

    Attributes:
        rules: Some of `RULES`.
        today: The day it is asked.
        newest: Publish day of the newest release; None if no date is known.
        speller: Corrects what is misspelt; None if nothing is.
    """

    rules: frozenset[str]
    today: date
    newest: date | None = None
    speller: Speller | None = None


def understanding_of(
    rules: Rules, today: Day, newest: date | None, speller: Speller | None = None
) -> Understanding | None:
    """Check what is to be understood; None if nothing is.

    Args:
        rules: True for all, False for none, or the names of some of `RULES`.
        today: The day of the question; the machine's own if None.
        newest: Publish day of the newest release.
        speller: Of the index that is asked.

    Raises:
        QuestionError: A rule has another name, or the day is no date.
    """
    if isinstance(rules, bool):
        names = frozenset(RULES if rules else ())
    else:
        names = frozenset([rules] if isinstance(rules, str) else rules)
    unknown = names - set(RULES)
    if unknown:
        raise QuestionError(f"{sorted(unknown)[0]!r} is no rule; rules are: {', '.join(RULES)}")
    day = day_of(today)
    return Understanding(names, day or date.today(), newest, speller) if names else None


def understood(
    query: Query,
    known_areas: Sequence[str],
    how: Understanding,
    history: Sequence[Turn] = (),
) -> Query:
    """Give a query with what its words say of when and where, and what it carries from turns."""
    read, newest = query, how.newest
    follows = "follow_up" in how.rules and bool(query.context)
    if follows:
        newest = newest_before(leant_on(query, history), how.today, newest)
    if "period" in how.rules:
        read = _with_period(read, find_period(query.text, how.today, newest))
    if "area" in how.rules:
        read = _with_areas(read, known_areas)
    if "list" in how.rules:
        read = with_listing(read, known_areas)
    if "speaker" in how.rules:
        speaker, asks_who = find_speaker(query.text), asks_who_said(query.text)
        read = replace(read, speaker=speaker, asks_who=asks_who)
    if follows:
        read = with_carried(read, history, known_areas, how.today, how.newest)
    filters = (read.areas, read.published_from, read.published_to)
    if filters != (query.areas, query.published_from, query.published_to):
        read = replace(read, given=query)
    return read


def _with_period(query: Query, period: StatedPeriod | None) -> Query:
    if period is None or period.kind != "published":
        return replace(query, period=period)
    within = narrowed(query, period)
    if within is None:
        note = f"“{period.words}” lies outside the publish dates set, which were kept."
        return replace(query, notes=(*query.notes, note))
    return replace(within, period=period)


def _with_areas(query: Query, known_areas: Sequence[str]) -> Query:
    named = find_areas(query.text, known_areas)
    forces = tuple(area.name for area in named if area.is_force)
    places = tuple(area.name for area in named if not area.is_force)
    # Beside a force a place says where, not whose release: "Kent police stopped him in Essex".
    if forces and query.areas:
        kept = tuple(area for area in query.areas if area in forces)
        if not kept:
            note = f"{', '.join(forces)} is not among the areas set, which were kept."
            return replace(query, notes=(*query.notes, note))
        forces = kept
    if forces:
        return replace(query, areas=forces)
    return replace(query, places=places)
