"""The events that ask: the box, buttons of a message, and the address the page was opened with.

Reads    what the form and the buttons send
Gives    updates of the page: box, chat and conversation, and for some the filters
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qa.errors import QAError
from qa.limits import Limits
from qa.records import Turn
from qa.web.acts import Ask, Without, read_asking
from qa.web.asking import AREAS, BEFORE, DATES, Asking, Filters, Values, asking_of
from qa.web.conversation import Conversation, Message
from qa.web.desk import Opening
from qa.web.parts import ANY
from qa.web.render import waiting_html
from qa.web.reply import reply

if TYPE_CHECKING:
    import gradio as gr

Updates = tuple[Any, ...]


class Answering:
    """Answers what visitors ask.

    Args:
        opening: Gives the desk.
        limits: How long a question may be.
    """

    def __init__(self, opening: Opening, limits: Limits) -> None:
        self._opening = opening
        self._most = limits.typed_characters

    def typed(
        self,
        question: str | None,
        conversation: Conversation,
        areas: list[str] | None,
        first: str | None,
        last: str | None,
    ) -> Iterator[Updates]:
        """Answer what was typed."""
        yield from self._answer(conversation, Asking(question or "", _filters(areas, first, last)))

    def pressed(
        self,
        act: str | None,
        conversation: Conversation,
        areas: list[str] | None,
        first: str | None,
        last: str | None,
    ) -> Iterator[Updates]:
        """Answer an example, or an earlier question without something."""
        import gradio as gr

        skipped, wanted = (gr.skip(),) * 3, read_asking(act or "")
        if isinstance(wanted, Ask):
            asking = Asking(wanted.question, _filters(areas, first, last))
            for update in self._answer(conversation, asking):
                yield *update, *skipped
        elif isinstance(wanted, Without):
            off = _taken_off(wanted.names)
            for update in self._again(conversation, wanted):
                yield *update, *off

    def linked(self, conversation: Conversation, request: "gr.Request") -> Iterator[Updates]:
        """Answer the question of the address, if it has one, and say if the index is another."""
        import gradio as gr

        values: Values = request.query_params
        asking = asking_of(values)
        if asking is None:
            yield (gr.skip(),) * 6
            return
        note = self._older(values.get("index", ""), conversation)
        areas, filters = self._known(asking.filters.areas), asking.filters
        chosen = (areas, filters.first or ANY, filters.last or ANY)
        for update in self._answer(conversation, asking, asking.after, note=note):
            yield *update, *(chosen if self._can_show(filters) else (gr.skip(),) * 3)

    def anew(self, conversation: Conversation) -> Updates:
        """Begin a new conversation in the same language."""
        return "", [], Conversation(conversation.texts)

    def _again(self, conversation: Conversation, wanted: Without) -> Iterator[Updates]:
        before = conversation.exchange(wanted.exchange)
        texts = conversation.texts
        if before is None:
            done = conversation.told(texts.over)
            yield "", messages(done), done
            return
        asking = before.asking.leaving_out(*wanted.names)
        turns: Sequence[Turn | str] = (
            ()
            if BEFORE in asking.without
            else (asking.after or conversation.turns_before(before.number))
        )
        note = texts.asked_without.format(left_out=", ".join(wanted.names).replace("_", " "))
        yield from self._answer(conversation, asking, turns, note=note)

    def _answer(
        self,
        conversation: Conversation,
        asking: Asking,
        turns: Sequence[Turn | str] | None = None,
        *,
        note: str = "",
    ) -> Iterator[Updates]:
        import gradio as gr

        pending = conversation
        if asking.question.strip():
            pending = conversation.asked(asking, note)
        waiting = Message("assistant", waiting_html(conversation.texts))
        yield "", messages(pending, waiting), gr.skip()
        # The box is left alone from here: the visitor may be typing the next question.
        done = reply(self._opening, pending, asking, turns, most=self._most)
        yield gr.skip(), messages(done), done

    def _older(self, then: str, conversation: Conversation) -> str:
        try:
            now = self._opening.get().generation_name
        except QAError:
            return ""
        older = conversation.texts.link_older
        return older.format(then=then[:60], now=now) if then and then != now else ""

    def _known(self, areas: tuple[str, ...]) -> list[str]:
        try:
            known = self._opening.get().areas
        except QAError:
            return []
        return [area for area in areas if area in known]

    def _can_show(self, filters: Filters) -> bool:
        try:
            months = self._opening.get().facets().months
        except QAError:
            return False
        times = {*months, *(month[:4] for month in months)}
        return all(value is None or value in times for value in (filters.first, filters.last))


def messages(conversation: Conversation, *later: Message) -> list[dict[str, str]]:
    """Give what the chat component shows."""
    return [message.to_dict() for message in (*conversation.messages, *later)]


def _filters(areas: list[str] | None, first: str | None, last: str | None) -> Filters:
    return Filters(tuple(areas or ()), first or None, last or None)


def _taken_off(names: tuple[str, ...]) -> tuple[Any, ...]:
    """Give updates of the three filters: those taken off are taken off the form as well."""
    import gradio as gr

    areas = [] if AREAS in names else gr.skip()
    time = ANY if DATES in names else gr.skip()
    return areas, time, time
