"""One question of a visitor through the assistant, to the next state of the conversation.

The browser is not trusted: its form limits what people type, not what a program sends. And
nothing may be raised from here, since the chat component shows nothing at all for an error.

Reads    the question, the filters, the conversation so far
Gives    the conversation with an answer, a refusal or a message that says what is wrong
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import date

from qa.errors import QAError
from qa.records import Answer
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.words import counted

MAX_QUESTION = 500  # characters; longer than any question seen, four times over

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the visitor chose beside the question; values as the form sends them.

    Attributes:
        areas: Areas to search; empty for all.
        first_year: E.g. "2019"; None for no limit.
        last_year: E.g. "2021"; None for no limit.
    """

    areas: tuple[str, ...] = ()
    first_year: str | None = None
    last_year: str | None = None


def reply(
    opening: Opening, conversation: Conversation, question: str, filters: Filters
) -> Conversation:
    """Answer `question`, which the conversation already shows; never raises."""
    try:
        problem = find_problem(question, filters)
        if problem:
            return conversation.told(problem)
        return conversation.answered(question, _ask(opening, conversation, question, filters))
    except QAError as error:
        return conversation.told(_sentence(str(error)))
    except Exception:
        # The visitor gets an id and no detail: paths and values stay in the log.
        fault = secrets.token_hex(4)
        _log.exception("fault %s while answering", fault)
        return conversation.told(
            f"Something went wrong while answering (fault {fault}). Ask again; if it stays, "
            f"the log of this server says more under that id."
        )


def find_problem(question: str, filters: Filters) -> str:
    """Say what is wrong with a question or its filters; empty if nothing is."""
    if not question.strip():
        return "Type a question first, then press Ask."
    if len(question) > MAX_QUESTION:
        return (
            f"The question has {counted(len(question), 'character')}; at most {MAX_QUESTION} "
            f"can be read. Shorten it and ask again."
        )
    years = [year for year in (filters.first_year, filters.last_year) if year is not None]
    for year in years:
        if not (year.isascii() and year.isdigit() and len(year) == len("2020") and year > "0000"):
            return f"“{year[:20]}” is not a year. Choose one from the list."
    if len(years) == 2 and years[0] > years[1]:
        return f"No release is both from {years[0]} on and up to {years[1]}. Swap the two years."
    return ""


def _ask(opening: Opening, conversation: Conversation, question: str, filters: Filters) -> Answer:
    first, last = filters.first_year, filters.last_year
    return opening.get().ask(
        question,
        history=conversation.turns,
        areas=filters.areas,
        published_from=date(int(first), 1, 1) if first else None,
        published_to=date(int(last), 12, 31) if last else None,
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
