"""The parts of the page, each as Gradio shows it, without their events.

Reads    the example questions
Gives    Gradio components, placed where they are built
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from qa.web.offline import keep_offline
from qa.web.reply import MAX_QUESTION

if TYPE_CHECKING:
    import gradio as gr

ANY_YEAR = "Any"
_PLACEHOLDER = "Ask about the releases. Every answer is quoted from one of them, word for word."


def filters() -> "tuple[gr.Dropdown, gr.Dropdown, gr.Dropdown]":
    """Areas, first year and last year, folded away; the choices come once the index is open."""
    keep_offline()
    import gradio as gr

    years = {"choices": [ANY_YEAR], "value": ANY_YEAR}
    with gr.Accordion("Filters", open=False, elem_id="qa-filters"), gr.Row():
        areas = gr.Dropdown([], multiselect=True, label="Areas", info="Leave empty for all")
        first = gr.Dropdown(**years, label="From year", info="Published in or after")
        last = gr.Dropdown(**years, label="To year", info="Published in or before")
    return areas, first, last


def chatbot(examples: Sequence[str]) -> "gr.Chatbot":
    """Show the conversation, with example questions while it is empty."""
    keep_offline()
    import gradio as gr

    return gr.Chatbot(
        elem_id="qa-chat",
        label="Conversation",
        show_label=False,
        render_markdown=False,
        sanitize_html=True,
        latex_delimiters=[],
        allow_tags=False,
        layout="panel",
        height="max(320px, calc(100dvh - 330px))",
        # What it would copy is the HTML, entities and all.
        buttons=[],
        autoscroll=False,
        feedback_options=None,
        group_consecutive_messages=False,
        placeholder=_PLACEHOLDER,
        examples=[{"text": example} for example in examples],
    )


def question_box() -> "gr.Textbox":
    """One line to type in, with its button."""
    keep_offline()
    import gradio as gr

    return gr.Textbox(
        elem_id="qa-question",
        label="Question",
        placeholder="What would you like to know?",
        max_length=MAX_QUESTION,
        submit_btn="Ask",
        autofocus=True,
        html_attributes=gr.InputHTMLAttributes(autocomplete="off", enterkeyhint="send"),
    )
