"""One question of a visitor through the assistant, to the next state of the conversation.

The browser is not trusted: its form limits what people type, not what a program sends. And
nothing may be raised from here, since the chat component shows nothing at all for an error.

Reads    what is asked, the conversation so far
Gives    the conversation with an answer, a refusal or a message that says what is wrong
"""

import logging
import secrets
from collections.abc import Sequence

from qa.errors import QAError
from qa.limits import DEFAULTS
from qa.records import Turn
from qa.service.faults import told
from qa.web.asking import Asking, is_time
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.texts import ENGLISH, Texts, say_count, say_date

_log = logging.getLogger(__name__)


def reply(
    opening: Opening,
    conversation: Conversation,
    asking: Asking,
    turns: Sequence[Turn | str] | None = None,
    *,
    most: int = DEFAULTS.typed_characters,
) -> Conversation:
    """Answer what the conversation already shows; never raises.

    Args:
        opening: Gives the desk.
        conversation: With the question at its end.
        asking: What is asked.
        turns: What the question may lean on; those before it if None.
        most: Characters that a question may have.
    """
    texts = conversation.texts
    try:
        problem = find_problem(asking, texts, most)
        if problem:
            return conversation.told(problem)
        desk = opening.get()
        answer = desk.ask(
            asking.question,
            history=conversation.turns if turns is None else turns,
            areas=asking.filters.areas,
            published_from=asking.filters.first_day,
            published_to=asking.filters.last_day,
            understand=asking.rules,
        )
        return conversation.answered(answer, desk.facets(answer.read_as.areas).months)
    except QAError as error:
        return conversation.told(told(error))
    except Exception:
        # The visitor gets an id and no detail: paths and values stay in the log.
        fault = secrets.token_hex(4)
        _log.exception("fault %s while answering", fault)
        return conversation.told(texts.fault.format(id=fault))


def find_problem(
    asking: Asking, texts: Texts = ENGLISH, most: int = DEFAULTS.typed_characters
) -> str:
    """Say what is wrong with a question of at most so many characters, or with its filters.

    Empty if nothing is.
    """
    question, filters = asking.question, asking.filters
    if not question.strip():
        return texts.no_question
    if len(question) > most:
        length = say_count(texts, len(question), texts.characters)
        return texts.too_long.format(characters=length, most=most)
    for value in (filters.first, filters.last):
        if value is not None and not is_time(value):
            return texts.no_time.format(value=value[:20])
    first, last = filters.first_day, filters.last_day
    if first and last and last < first:
        said = (_time(texts, value) for value in (filters.first, filters.last))
        return texts.backwards.format(**dict(zip(("first", "last"), said, strict=True)))
    return ""


def _time(texts: Texts, value: str | None) -> str:
    return say_date(texts, value) if value and "-" in value else str(value)
