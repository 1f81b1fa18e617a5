"""The parts of the page, each as Gradio shows it, without their events.

Reads    the language
Gives    Gradio components, placed where they are built; `localized` says them in another language
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.limits import Limits
from qa.web.escape import escaped
from qa.web.head import head_html
from qa.web.offline import keep_offline
from qa.web.passage import button
from qa.web.texts import ENGLISH, Texts

if TYPE_CHECKING:
    import gradio as gr

ANY = ""
FORMATS = {"md": "Markdown", "csv": "CSV", "json": "JSON", "docx": "Word"}


@dataclass(frozen=True)
class Parts:
    """Everything on the page that events name."""

    head: "gr.Markdown"
    folded: "gr.Accordion"
    areas: "gr.Dropdown"
    first: "gr.Dropdown"
    last: "gr.Dropdown"
    chat: "gr.Chatbot"
    examples: "gr.Markdown"
    box: "gr.Textbox"
    fresh: "gr.Button"
    save: "gr.Markdown"
    several: "gr.Accordion"
    hint: "gr.Markdown"
    questions: "gr.Textbox"
    all: "gr.Button"
    done: "gr.Markdown"
    source: "gr.Markdown"
    file: "gr.Markdown"
    act: "gr.Textbox"
    do_ask: "gr.Button"
    do_show: "gr.Button"
    do_save: "gr.Button"

    @property
    def spoken(self) -> list[Any]:
        """Those that `localized` gives updates for, in its order."""
        return [
            *(self.folded, self.areas, self.first, self.last, self.chat, self.box, self.fresh),
            *(self.save, self.several, self.hint, self.questions, self.all),
        ]


def place_parts(limits: Limits) -> Parts:
    """Build the page from top to bottom."""
    keep_offline()
    import gradio as gr

    t = ENGLISH
    head = gr.Markdown(head_html(t.opening, t), elem_id="qa-head", sanitize_html=True)
    with gr.Accordion(t.filters, open=False, elem_id="qa-filters") as folded, gr.Row():
        areas = gr.Dropdown([], multiselect=True, label=t.areas, info=t.areas_info)
        any_time: dict[str, Any] = {"choices": [(t.any_time, ANY)], "value": ANY}
        first = gr.Dropdown(**any_time, label=t.first, info=t.first_info)
        last = gr.Dropdown(**any_time, label=t.last, info=t.last_info)
    chat = _chatbot(t)
    examples = _markup("", "qa-examples")
    box = gr.Textbox(
        elem_id="qa-question",
        label=t.question,
        placeholder=t.question_hint,
        max_length=limits.typed_characters,
        submit_btn=t.ask,
        autofocus=True,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
    )
    fresh = gr.Button(t.new, size="sm", variant="secondary", elem_id="qa-new")
    save = _markup(_save_html(t), "qa-save")
    with gr.Accordion(t.several, open=False, elem_id="qa-several") as several:
        hint = _markup(_hint_html(t, limits), "qa-several-hint")
        questions = gr.Textbox(lines=4, max_lines=8, label=t.several, show_label=False)
        all_ = gr.Button(t.several_ask, size="sm", variant="secondary")
        done = _markup("", "qa-several-done")
    gone: dict[str, Any] = {"elem_classes": "qa-gone"}
    return Parts(
        *(head, folded, areas, first, last, chat, examples, box, fresh, save),
        *(several, hint, questions, all_, done),
        source=_markup("", "qa-source"),
        file=_markup("", "qa-file", **gone),
        act=gr.Textbox(elem_id="qa-act", label="act", **gone),
        do_ask=gr.Button("ask", elem_id="qa-do-ask", **gone),
        do_show=gr.Button("show", elem_id="qa-do-show", **gone),
        do_save=gr.Button("save", elem_id="qa-do-save", **gone),
    )


def localized(texts: Texts, limits: Limits) -> list[Any]:
    """Give an update for each of `Parts.spoken`."""
    import gradio as gr

    return [
        gr.update(label=texts.filters),
        gr.update(label=texts.areas, info=texts.areas_info),
        gr.update(label=texts.first, info=texts.first_info),
        gr.update(label=texts.last, info=texts.last_info),
        gr.update(label=texts.conversation, placeholder=texts.empty),
        gr.update(label=texts.question, placeholder=texts.question_hint, submit_btn=texts.ask),
        gr.update(value=texts.new),
        _save_html(texts),
        gr.update(label=texts.several),
        _hint_html(texts, limits),
        gr.update(label=texts.several),
        gr.update(value=texts.several_ask),
    ]


def _chatbot(texts: Texts) -> "gr.Chatbot":
    import gradio as gr

    return gr.Chatbot(
        elem_id="qa-chat",
        label=texts.conversation,
        show_label=False,
        render_markdown=False,
        sanitize_html=True,
        latex_delimiters=[],
        allow_tags=False,
        layout="panel",
        height="max(320px, calc(100dvh - 400px))",
        # What it would copy is the HTML, entities and all.
        buttons=[],
        autoscroll=False,
        feedback_options=None,
        group_consecutive_messages=False,
        placeholder=texts.empty,
    )


def _markup(value: str, name: str, **options: Any) -> "gr.Markdown":
    import gradio as gr

    return gr.Markdown(value, elem_id=name, sanitize_html=True, latex_delimiters=[], **options)


def _save_html(texts: Texts) -> str:
    buttons = "".join(button("qa-act", f"save {kind}", name) for kind, name in FORMATS.items())
    words = (
        f'<span class="copied">{escaped(texts.copied)}</span>'
        f'<span class="not-copied">{escaped(texts.not_copied)}</span>'
        f'<span class="busy">{escaped(texts.busy)}</span>'
        f'<span class="too-large">{escaped(texts.too_large)}</span>'
    )
    return f'<div>{escaped(texts.save)} {buttons}<span id="qa-words" hidden>{words}</span></div>'


def _hint_html(texts: Texts, limits: Limits) -> str:
    return (
        f"<p>{escaped(texts.several_hint.format(n=limits.batch_questions))}</p>"
        f'<label for="qa-file-of-questions">{escaped(texts.several_file)} </label>'
        f'<input id="qa-file-of-questions" type="file" accept=".csv,.txt">'
    )
