"""Read a question and the filters given with it; refuse what cannot be searched for.

Gives    a `Query`, and `ReadAs`, which tells the asker how it was understood
"""

from collections.abc import Sequence
from dataclasses import replace

from qa.errors import QuestionError
from qa.questions.day import Day, day_of
from qa.questions.follow_up import carried_over
from qa.questions.spelling import tidied
from qa.questions.understand import Understanding, understood
from qa.records import Query, ReadAs, Turn

MAX_CHARACTERS = 2000
MAX_EARLIER = 20  # turns of a conversation that are looked at
_QUESTION = "the question"
_EARLIER = "an earlier question in the history"


def read_question(
    question: str,
    *,
    history: Sequence[Turn | str] = (),
    areas: Sequence[str] = (),
    published: tuple[Day, Day] = (None, None),
    known_areas: Sequence[str] = (),
    understanding: Understanding | None = None,
) -> Query:
    """Read a question with what was asked before it and the filters set by hand.

    Args:
        question: The asker's words.
        history: Earlier turns, oldest first; a bare string counts as a question.
        areas: Only these areas, in any case of letters.
        published: First and last publish day, each a date, an ISO or British text, or None.
        known_areas: Areas the index has.
        understanding: What to look for in the words themselves; None to take them as typed.

    Raises:
        QuestionError: The question is empty or too long, or a filter names nothing.
    """
    if isinstance(history, str) or isinstance(areas, str):
        raise QuestionError("history and areas are lists; put the one you have in a list")
    text = typed = _clean(question)
    notes: tuple[str, ...] = ()
    if understanding is not None and "spelling" in understanding.rules:
        text, notes = tidied(text, understanding.speller)
    turns = [_turn(turn) for turn in history][-MAX_EARLIER:]
    first, last = (day_of(day) for day in published)
    if first and last and last < first:
        raise QuestionError(f"the publish dates run backwards: from {first} to {last}")
    query = Query(
        text=text,
        context=carried_over(text, [turn.question for turn in turns]),
        areas=tuple(dict.fromkeys(_area(area, known_areas) for area in areas)),
        published_from=first,
        published_to=last,
        notes=notes,
        typed=None if text == typed else typed,
    )
    if understanding is None:
        return query
    return understood(query, known_areas, understanding, turns)


def read_as(query: Query) -> ReadAs:
    """Say how a question was understood."""
    return ReadAs(
        text=query.text,
        published_from=query.published_from.isoformat() if query.published_from else None,
        published_to=query.published_to.isoformat() if query.published_to else None,
        areas=query.areas,
        speaker=query.speaker,
        carried_over=query.context,
        period=query.period,
        places=query.places,
        notes=query.notes,
        carried=query.leaning.carried,
    )


def _turn(turn: Turn | str) -> Turn:
    if isinstance(turn, str):
        return Turn(_clean(turn, _EARLIER))
    return replace(turn, question=_clean(turn.question, _EARLIER))


def _clean(question: str, what: str = _QUESTION) -> str:
    if not isinstance(question, str):
        raise QuestionError(f"a question is text, not {type(question).__name__}")
    # Half of a surrogate pair is no character; nothing in a release can match it.
    text = question.encode("utf-8", "replace").decode("utf-8").strip()
    if not text:
        cure = "type what you want to know" if what == _QUESTION else "leave it out"
        raise QuestionError(f"{what} is empty; {cure}")
    if len(text) > MAX_CHARACTERS:
        raise QuestionError(
            f"{what} has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read"
        )
    return text


def _area(area: str, known_areas: Sequence[str]) -> str:
    for known in known_areas:
        if known.casefold() == area.strip().casefold():
            return known
    some = ", ".join(known_areas[:60]) or "none"
    raise QuestionError(f"no release is of the area {area!r}; areas are: {some}")
