"""The page: its parts put together, and what happens when somebody asks.

Built from Blocks rather than Gradio's ready chat, whose question box stays disabled after
any error. The conversation lives on the server, per visitor; the chat component only shows
it and is never read back, because what a browser sends as its value can name server files.
Buttons inside messages put their value into a hidden box and press a hidden button (`page.js`).

Reads    an `Opening`
Gives    `gr.Blocks`, not launched
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from qa.limits import DEFAULTS, Limits
from qa.web.answering import Answering, Updates
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.offline import keep_offline
from qa.web.parts import Parts, place_parts
from qa.web.showing import Showing
from qa.web.taking import Taking

if TYPE_CHECKING:
    import gradio as gr

_LISTS = 8  # of questions at once: each has one of the server's 40 threads, and mostly waits
_LOOK_EVERY = 5.0  # seconds between two looks of an open page at what is indexed


def build_chat(
    opening: Opening, limits: Limits = DEFAULTS, rest: Callable[[], None] = lambda: None
) -> "gr.Blocks":
    """Lay out the page and wire its events; nothing is opened and nothing leaves the machine.

    Args:
        opening: Gives the desk.
        limits: Of questions, and of how many events wait.
        rest: Waits until no visitor does, for what is done beside them.
    """
    keep_offline()
    import gradio as gr

    with gr.Blocks(analytics_enabled=False, title="Release QA") as page:
        parts = place_parts(limits)
        state, shown = gr.State(Conversation()), gr.State(None)
        answered, by_link = _wire_asking(Answering(opening, limits), parts, state, limits)
        _wire_taking(Taking(opening, limits), parts, state)
        showing = Showing(opening, limits, rest)
        free: dict[str, Any] = {"concurrency_limit": None, "api_visibility": "private"}
        parts.do_show.click(
            showing.source, [parts.act, state], parts.source, show_progress="hidden", **free
        )
        free["show_progress"] = "hidden"
        chosen = [parts.areas, parts.first, parts.last]
        described = [shown, parts.head, parts.examples, *chosen]

        # Gradio gives the request to whatever names its type, which must be at hand here.
        def greet(
            held: Conversation,
            areas: list[str] | None,
            first: str | None,
            last: str | None,
            request: gr.Request,
        ) -> list[Any]:
            return showing.greet(held, areas, first, last, request)

        page.load(greet, [state, *chosen], [state, *described, *parts.spoken], **free).then(
            *by_link
        )
        # The index may be built again at any time, and the page stay open for days.
        for event in (gr.Timer(_LOOK_EVERY).tick, *answered):
            event(showing.describe, [shown, state, *chosen], described, **free)
    page.queue(api_open=False, max_size=limits.page_queue)
    return page


def _wire_asking(
    answering: Answering, parts: Parts, state: "gr.State", limits: Limits
) -> tuple[tuple[Callable[..., Any], ...], tuple[Any, ...]]:
    """Wire what asks and what begins anew.

    Gives what to call with what follows an answer, and what asks the question of a link.
    """
    chosen = [parts.areas, parts.first, parts.last]
    shown = [parts.box, parts.chat, state]
    queued: dict[str, Any] = {
        "concurrency_limit": limits.at_once,
        "concurrency_id": "ask",
        "api_visibility": "private",
    }
    by_box = parts.box.submit(answering.typed, [parts.box, state, *chosen], shown, **queued)
    by_act = parts.do_ask.click(
        answering.pressed, [parts.act, state, *chosen], [*shown, *chosen], **queued
    )
    # An answer on its way would bring the old conversation back, so it is given up.
    at_once = {"concurrency_limit": None, "cancels": [by_box, by_act], "api_visibility": "private"}
    parts.fresh.click(answering.anew, [state], shown, **at_once)
    parts.chat.clear(answering.anew, [state], shown, **at_once)
    import gradio as gr

    def linked(conversation: Conversation, request: gr.Request) -> Iterator[Updates]:
        yield from answering.linked(conversation, request)

    return (by_box.then, by_act.then), (linked, [state], [*shown, *chosen])


def _wire_taking(taking: Taking, parts: Parts, state: "gr.State") -> None:
    free: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    parts.do_save.click(
        taking.save, [parts.act, state], [parts.file, parts.done], concurrency_limit=None, **free
    )
    parts.all.click(
        taking.answer_all,
        [parts.questions, state],
        [parts.file, parts.done],
        concurrency_limit=_LISTS,
        concurrency_id="several",
        **free,
    )
