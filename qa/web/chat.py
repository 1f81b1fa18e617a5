"""The page: its parts put together, and what happens when somebody asks.

Built from Blocks rather than Gradio's ready chat, whose question box stays disabled after
any error. The conversation lives on the server, per visitor; the chat component only shows
it and is never read back, because what a browser sends as its value can name server files.

Reads    an `Opening`
Gives    `gr.Blocks`, not launched
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qa.web.conversation import Conversation, Message
from qa.web.desk import Opening
from qa.web.head import Corpus, corpus_of, head_html
from qa.web.offline import keep_offline
from qa.web.parts import ANY_YEAR, chatbot, filters, question_box
from qa.web.render import waiting_html
from qa.web.reply import Filters, reply

if TYPE_CHECKING:
    import gradio as gr

EXAMPLES = (
    "How much cash was seized in the week of action against county lines in October?",
    "Where were most of the stolen farm machines hidden?",
    "What did Inspector Thule ask drivers not to do?",
    "What vehicles have been seized in Wexmoor Vale?",
)
# Two cores answer; more questions at once would only make each of them slower.
_AT_ONCE = 2

_LOOK_EVERY = 5.0  # seconds between two looks of an open page at what is indexed

_Updates = tuple[Any, ...]


def build_chat(opening: Opening, examples: Sequence[str] = EXAMPLES) -> "gr.Blocks":
    """Lay out the page and wire its events; nothing is opened and nothing leaves the machine."""
    keep_offline()
    import gradio as gr

    with gr.Blocks(analytics_enabled=False, title="Release QA") as page:
        head = gr.Markdown(head_html("Opening the index …"), elem_id="qa-head", sanitize_html=True)
        chosen = filters()
        chat = chatbot(examples)
        box = question_box()
        fresh = gr.Button("New conversation", size="sm", variant="secondary", elem_id="qa-new")
        state = gr.State(Conversation())
        answered = _wire_asking(opening, chat, box, fresh, (state, *chosen))
        shown = gr.State(None)
        # The index may be built again at any time, and the page stay open for days.
        for event in (page.load, gr.Timer(_LOOK_EVERY).tick, *answered):
            event(
                _describing(opening),
                [shown, *chosen],
                [shown, head, *chosen],
                show_progress="hidden",
                concurrency_limit=None,
                api_visibility="private",
            )
    page.queue(api_open=False)
    return page


def _wire_asking(
    opening: Opening,
    chat: "gr.Chatbot",
    box: "gr.Textbox",
    fresh: "gr.Button",
    form: "tuple[gr.State | gr.Dropdown, ...]",
) -> tuple[Callable[..., Any], ...]:
    """Wire what asks and what begins anew; gives what to call with what follows an answer."""
    shown = [box, chat, form[0]]
    queued = {"concurrency_limit": _AT_ONCE, "concurrency_id": "ask", "api_visibility": "private"}
    by_box = box.submit(_asking(opening), [box, *form], shown, **queued)
    by_card = chat.example_select(_asking_card(opening), list(form), shown, **queued)
    # An answer on its way would bring the old conversation back, so it is given up.
    at_once = {"concurrency_limit": None, "cancels": [by_box, by_card], "api_visibility": "private"}
    fresh.click(_restart, None, shown, **at_once)
    chat.clear(_restart, None, shown, **at_once)
    return by_box.then, by_card.then


def _asking(opening: Opening) -> Callable[..., Iterator[_Updates]]:
    import gradio as gr

    def ask(
        question: str | None,
        conversation: Conversation,
        areas: list[str] | None,
        first_year: str | None,
        last_year: str | None,
    ) -> Iterator[_Updates]:
        question = question or ""
        chosen = Filters(tuple(areas or ()), _year(first_year), _year(last_year))

        pending = conversation.asked(question) if question.strip() else conversation
        yield "", _messages(pending, Message("assistant", waiting_html())), gr.skip()
        # The box is left alone from here: the visitor may be typing the next question.
        done = reply(opening, pending, question, chosen)
        yield gr.skip(), _messages(done), done

    return ask


def _asking_card(opening: Opening) -> Callable[..., Iterator[_Updates]]:
    import gradio as gr

    ask = _asking(opening)

    def ask_card(
        conversation: Conversation,
        areas: list[str] | None,
        first_year: str | None,
        last_year: str | None,
        card: gr.SelectData,
    ) -> Iterator[_Updates]:
        question = card.value.get("text") if isinstance(card.value, dict) else card.value
        yield from ask(str(question or ""), conversation, areas, first_year, last_year)

    return ask_card


def _restart() -> _Updates:
    return "", [], Conversation()


def _describing(opening: Opening) -> Callable[..., _Updates]:
    """Give what shows the corpus, if another one is shown."""
    import gradio as gr

    def describe(
        shown: Corpus | None,
        areas: list[str] | None,
        first_year: str | None,
        last_year: str | None,
    ) -> _Updates:
        corpus = corpus_of(opening)
        if corpus == shown:
            return tuple(gr.skip() for _ in range(5))
        head = head_html(corpus.line, fault=corpus.fault)
        if corpus.fault:
            return corpus, head, gr.skip(), gr.skip(), gr.skip()
        years = [ANY_YEAR, *corpus.years]
        # Gradio refuses a form that holds what is no longer a choice.
        kept = [area for area in areas or () if area in corpus.areas]
        return (
            corpus,
            head,
            gr.update(choices=list(corpus.areas), value=kept),
            gr.update(choices=years, value=first_year if first_year in years else ANY_YEAR),
            gr.update(choices=years, value=last_year if last_year in years else ANY_YEAR),
        )

    return describe


def _year(value: str | None) -> str | None:
    return None if value in (None, "", ANY_YEAR) else value


def _messages(conversation: Conversation, *later: Message) -> list[dict[str, str]]:
    return [message.to_dict() for message in (*conversation.messages, *later)]
