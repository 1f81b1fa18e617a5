"""Plain pages as HTML: the form with an answer below it, and a release with its mark.

All that is not written here passes through `escaped`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from qa.service.desk import ReleaseText
from qa.web.escape import escaped
from qa.web.panel import MAX_AROUND, cut_html
from qa.web.texts import ENGLISH
from qa.web.words import spoken_date


@dataclass(frozen=True, slots=True)
class Form:
    """What a visitor filled in; texts as they were sent.

    Attributes:
        question: Empty before anything is asked.
        areas: Areas chosen.
        published_from: First publish day.
        published_to: Last publish day.
    """

    question: str = ""
    areas: tuple[str, ...] = ()
    published_from: str = ""
    published_to: str = ""


def page_html(title: str, content: str, extra_head: str = "") -> str:
    """Give a whole page around some content."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex">{extra_head}<title>{escaped(title)}</title>'
        f"<style>{_style()}</style></head><body>{content}</body></html>"
    )


def answer_page(form: Form, areas: Sequence[str], shown: str = "", *, most: int) -> str:
    """Give the form, filled in as it was sent, and what is shown for it.

    Args:
        form: What was sent.
        areas: To choose from.
        shown: The answer, or what is wrong; empty before anything is asked.
        most: Characters that a question may have.
    """
    title = f"{form.question} - Release QA" if form.question else "Release QA"
    result = f'<h2 id="answer">Answer</h2>{shown}' if shown else ""
    return page_html(
        title,
        "<header><h1>Release QA</h1><p>Answers from press releases, quoted word for word. "
        f'<a href="/">To the chat</a></p></header><main>{_form(form, areas, most)}{result}</main>',
    )


def fault_part(message: str) -> str:
    """Show what is wrong, and what to do."""
    return f'<p class="fault" role="alert">{escaped(message[:1].upper() + message[1:])}</p>'


def release_page(release: ReleaseText, start: int, end: int) -> str:
    """Give a release as it was read, with some of its characters marked, and what is around them.

    Of a very long one, what is far from the mark, or from the beginning, is left out.
    """
    text = release.text
    end = min(end, start + MAX_AROUND)
    first, last = max(0, start - MAX_AROUND), min(len(text), end + MAX_AROUND)
    marked = f'<mark id="quote" tabindex="-1">{escaped(text[start:end])}</mark>' if end else ""
    date = spoken_date(release.published) if release.published else "undated"
    facts = " · ".join(part for part in (release.area, date, release.release) if part)
    return page_html(
        f"{release.title} - Release QA",
        f"<header><h1>{escaped(release.title)}</h1>"
        f'<p class="quiet">{escaped(facts)}</p>'
        f'<p class="quiet">{escaped(f"SHA-256 of the file: {release.sha256}")}</p>'
        '<p><a href="/plain">Ask a question</a></p></header>'
        f"<main>{cut_html(first, ENGLISH)}"
        f'<pre tabindex="0" aria-label="The release">{escaped(text[first:start])}{marked}'
        f"{escaped(text[end:last])}</pre>{cut_html(len(text) - last, ENGLISH)}</main>",
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("plain.css").read_text(encoding="utf-8")


def _form(form: Form, areas: Sequence[str], most: int) -> str:
    chosen = {area.casefold() for area in form.areas}
    options = "".join(
        f'<option value="{escaped(area)}"{" selected" if area.casefold() in chosen else ""}>'
        f"{escaped(area)}</option>"
        for area in areas
    )
    days = "".join(
        f'<div><label for="{name}">{label}</label>'
        f'<input type="date" id="{name}" name="{name}" value="{escaped(value)}"></div>'
        for name, label, value in (
            ("from", "Published from", form.published_from),
            ("to", "Published to", form.published_to),
        )
    )
    return (
        '<form action="/plain" method="get" role="search"><label for="q">Question</label>'
        f'<input id="q" name="q" required maxlength="{most}" autocomplete="off" '
        f'value="{escaped(form.question)}"><div class="row"><div><label for="area">Area</label>'
        f'<select id="area" name="area"><option value="">All areas</option>{options}</select></div>'
        f"{days}</div><button>Ask</button></form>"
    )
