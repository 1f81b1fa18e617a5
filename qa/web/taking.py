"""The events that take answers away: the conversation as a file, and many questions at once.

A file goes to the browser inside the page and is saved there, so that no file of the server is
ever opened to visitors.

Reads    the conversation, or a text of questions
Gives    updates of the page: the file, and a word about it
"""

import logging
import secrets
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from qa.errors import QAError
from qa.limits import Limits
from qa.records import Answer
from qa.service.faults import told
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.escape import escaped
from qa.web.export import WRITERS, Taken
from qa.web.export.batch import BatchLine, batch_table, counts, read_batch
from qa.web.render import notice_html
from qa.web.several import answer_lines
from qa.web.texts import Texts, say_count

_ROOM = 300  # characters of filters beside a question

_log = logging.getLogger(__name__)


class Taking:
    """Gives answers as files.

    Args:
        opening: Gives the desk.
        limits: How many questions are answered at once, and how long they may be.
    """

    def __init__(self, opening: Opening, limits: Limits) -> None:
        self._opening = opening
        self._limits = limits

    def save(self, act: str | None, conversation: Conversation) -> tuple[Any, str]:
        """Give the conversation as a file."""
        import gradio as gr

        texts, kind = conversation.texts, (act or "").removeprefix("save ")
        taken = [
            Taken(one.answer, one.numbers, one.when)
            for one in conversation.exchanges
            if one.answer is not None and one.when is not None
        ]
        if kind not in WRITERS:
            return gr.skip(), ""
        if not taken:
            return gr.skip(), notice_html(texts.save_nothing)
        name = f"release-qa.{kind}"
        return file_html(name, WRITERS[kind](taken)), notice_html(texts.saved.format(name=name))

    def answer_all(self, text: str | None, conversation: Conversation) -> Iterator[tuple[Any, str]]:
        """Answer every question of a text, and give a table."""
        import gradio as gr

        texts, lines = conversation.texts, list[BatchLine]()
        try:
            most = self._limits.batch_questions
            text = (text or "")[: most * (self._limits.typed_characters + _ROOM)]
            batch = read_batch(text)
            questions = batch.questions[:most]
            for waits in answer_lines(self._ask, questions, lines):
                said = texts.several_waits if waits else texts.several_at
                yield gr.skip(), notice_html(said.format(done=len(lines), all=len(questions)))
        except QAError as error:
            yield gr.skip(), notice_html(told(error))
            return
        except Exception:
            fault = secrets.token_hex(4)
            _log.exception("fault %s while answering several", fault)
            yield gr.skip(), notice_html(texts.fault.format(id=fault))
            return
        name = "release-qa-answers.csv"
        table = batch_table(batch.head, lines)
        yield file_html(name, table), notice_html(_counted(lines, name, texts))

    def _ask(self, question: str, **how: Any) -> Answer:
        return self._opening.get().ask(question, **how)


def file_html(name: str, data: bytes) -> str:
    """Put a file into the page, for its script to save; each has another id."""
    text = escaped(b64encode(data).decode())
    return f'<div class="qa-file" id="qa-file-{secrets.token_hex(8)}" title="{name}">{text}</div>'


def _counted(lines: list[BatchLine], name: str, texts: Texts) -> str:
    answered, unasked = counts(lines)
    questions = say_count(texts, len(lines), texts.questions)
    done = texts.several_done.format(answered=answered, questions=questions, name=name)
    return f"{done} {texts.several_unasked.format(n=unasked)}" if unasked else done
