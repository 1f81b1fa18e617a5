"""The events that show: the page's language, what is indexed, and the release of a quote.

Reads    what is shown, and a press on a citation
Gives    updates of the page
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from qa.limits import DEFAULTS, Limits
from qa.web.acts import read_open
from qa.web.conversation import Conversation
from qa.web.desk import Opening
from qa.web.examples import Examples
from qa.web.head import Choice, Corpus, corpus_of, examples_html, head_html
from qa.web.panel import panel_html
from qa.web.parts import ANY, localized
from qa.web.render import notice_html
from qa.web.source import check
from qa.web.texts import Texts, choose_texts

if TYPE_CHECKING:
    import gradio as gr

_log = logging.getLogger(__name__)


class Showing:
    """Shows the index and its releases.

    Args:
        opening: Gives the desk, and knows the folder of the release files.
        limits: Of the questions, which the page names.
        rest: Waits until no visitor does.
    """

    def __init__(
        self,
        opening: Opening,
        limits: Limits = DEFAULTS,
        rest: Callable[[], None] = lambda: None,
    ) -> None:
        self._opening = opening
        self._limits = limits
        self._examples = Examples(opening, rest)

    def greet(
        self,
        conversation: Conversation,
        areas: list[str] | None,
        first: str | None,
        last: str | None,
        request: "gr.Request",
    ) -> list[Any]:
        """Choose the visitor's language, and describe the index in it."""
        texts = choose_texts(
            request.query_params.get("lang"), request.headers.get("accept-language")
        )
        spoken = Conversation(texts)
        described = self.describe(None, spoken, areas, first, last)
        return [spoken, *described, *localized(texts, self._limits)]

    def describe(
        self,
        shown: tuple[Corpus, tuple[str, ...]] | None,
        conversation: Conversation,
        areas: list[str] | None,
        first: str | None,
        last: str | None,
    ) -> tuple[Any, ...]:
        """Give what shows the index, if another one is shown."""
        import gradio as gr

        texts = conversation.texts
        corpus = corpus_of(self._opening, texts)
        examples = () if corpus.fault else self._examples.get(corpus.generation)
        if (corpus, examples) == shown:
            return tuple(gr.skip() for _ in range(6))
        head = head_html(corpus.line, texts, fault=corpus.fault)
        invited = examples_html(examples, texts)
        if corpus.fault:
            return (corpus, examples), head, invited, gr.skip(), gr.skip(), gr.skip()
        return (corpus, examples), head, invited, *_choices(corpus, texts, areas, first, last)

    def source(self, act: str | None, conversation: Conversation) -> Any:
        """Show the release of a quote, checked now."""
        import gradio as gr

        wanted = read_open(act or "")
        if wanted is None:
            return gr.skip()
        exchange = conversation.exchange(wanted.exchange)
        hit = exchange.hit(wanted.rank) if exchange else None
        if hit is None:
            return notice_html(conversation.texts.over)
        try:
            release = self._opening.get().release(hit.release)
            checked = check(hit, release, self._opening.releases)
        except Exception:
            _log.exception("a release could not be shown")
            return notice_html(conversation.texts.not_opened)
        place = f"{wanted.exchange} {wanted.rank}"
        return panel_html(hit, release, checked, place, conversation.texts)


def _choices(
    corpus: Corpus, texts: Texts, areas: list[str] | None, first: str | None, last: str | None
) -> tuple[Any, Any, Any]:
    """Offer what there is; Gradio refuses a form that holds what is no longer a choice."""
    import gradio as gr

    times: list[Choice] = [(texts.any_time, ANY), *corpus.times]
    known, days = {sent for _, sent in corpus.areas}, {sent for _, sent in times}
    return (
        gr.update(
            choices=list(corpus.areas), value=[area for area in areas or () if area in known]
        ),
        gr.update(choices=times, value=first if first in days else ANY),
        gr.update(choices=times, value=last if last in days else ANY),
    )
