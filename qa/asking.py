"""Read a question to a generation, and ask it one that may follow others.

Programs and the shell often hand over earlier questions without their answers. Where a follow-up
leans on one, that one is asked first, as it was in the conversation.

Whatever is done with a question, it is read here, so that all faces read it alike.

Reads    words, history, filters
Gives    a `Query`, or an `Answer`
"""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.questions.day import Day
from qa.questions.follow_up import MAX_CARRIED, leans
from qa.questions.read import read_question
from qa.questions.understand import Rules, Understanding, understanding_of
from qa.questions.what_next import onward_of
from qa.records import Answer, Query, Turn
from qa.serving import Serving


@dataclass(frozen=True, slots=True)
class Filters:
    """What is set by hand: areas, and first and last publish day."""

    areas: Sequence[str] = ()
    published: tuple[Day, Day] = (None, None)


def understanding_in(serving: Serving, rules: Rules, today: Day) -> Understanding | None:
    """Give what is to be understood of a question to this generation; see `understanding_of`."""
    return understanding_of(rules, today, serving.newest, serving.speller)


def read_in(
    serving: Serving,
    question: str,
    filters: Filters,
    understanding: Understanding | None,
    history: Sequence[Turn | str] = (),
) -> Query:
    """Read a question as this generation is asked it.

    Raises:
        QuestionError: The question, an earlier one or a filter cannot be used.
    """
    return read_question(
        question,
        history=history,
        areas=filters.areas,
        published=filters.published,
        known_areas=serving.areas,
        understanding=understanding,
    )


def ask_in_turn(
    serving: Serving,
    question: str,
    history: Sequence[Turn | str],
    filters: Filters,
    understanding: Understanding | None,
    depth: int = MAX_CARRIED,
) -> Answer:
    """Answer a question; an earlier one that it leans on is answered first, if need be.

    Raises:
        QuestionError: The question, an earlier one or a filter cannot be used.
    """
    if depth and understanding is not None and "follow_up" in understanding.rules:
        history = _answered(serving, question, history, filters, understanding, depth)
    query = read_in(serving, question, filters, understanding, history)
    onward = None
    if understanding is not None and "story" in understanding.rules:
        onward = onward_of(query.text, history)
    return serving.answer(query) if onward is None else serving.answer_onward(query, onward)


def _answered(
    serving: Serving,
    question: str,
    history: Sequence[Turn | str],
    filters: Filters,
    understanding: Understanding,
    depth: int,
) -> Sequence[Turn | str]:
    """Give the history with the answer to its last question, where that is needed and unknown."""
    if isinstance(history, str) or not isinstance(question, str) or not history:
        return history
    last = history[-1] if isinstance(history[-1], Turn) else Turn(history[-1])
    if last.answer is not None or not str(last.question).strip() or not leans(question):
        return history  # an empty one is told of as such where the whole history is read
    before = history[:-1]
    answer = ask_in_turn(serving, last.question, before, filters, understanding, depth - 1)
    return [*before, Turn(last.question, answer)]
