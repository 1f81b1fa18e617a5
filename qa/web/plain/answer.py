"""An answer on a plain page: all of it to be read, nothing to be pressed.

Reads    an `Answer`
Gives    HTML, escaped
"""

from urllib.parse import quote as quoted
from urllib.parse import urlencode

from qa.records import Answer, Hit
from qa.web.asking import Filters
from qa.web.chips import chips_of
from qa.web.escape import escaped
from qa.web.many import later_html, listing_html
from qa.web.passage import citation, passage
from qa.web.texts import ENGLISH, say_count


def answer_part(answer: Answer) -> str:
    """Show an answer, and where each passage stands in its release."""
    texts = ENGLISH
    read = [chip.words for chip in chips_of(answer.read_as, Filters(), texts)]
    told = f"{texts.read_as} {'; '.join(read)}." if read else ""
    parts = [_line("qa-read", " ".join((told, *answer.read_as.notes)).strip())]
    if answer.refusal is not None:
        parts.append(_line("qa-refusal", answer.refusal.message))
        if answer.refusal.nearest is not None:
            parts.append(_line("qa-near", texts.nearest))
            parts.append(_figure(answer.refusal.nearest, answer.generation, marked=False))
    parts.append(listing_html(answer.listing, texts))
    parts += [_figure(quote, answer.generation, marked=True) for quote in answer.quotes]
    parts.append(later_html(answer.later, texts))
    releases = say_count(texts, answer.searched.releases, texts.releases)
    parts.append(_line("qa-searched", texts.searched.format(releases=releases)))
    return f'<section aria-labelledby="answer">{"".join(parts)}</section>'


def _figure(hit: Hit, generation: str, *, marked: bool) -> str:
    place = {"start": hit.sentence.start, "end": hit.sentence.end, "generation": generation}
    address = f"/plain/release?path={quoted(hit.release)}&{urlencode(place)}#quote"
    return (
        f"<figure><blockquote>{passage(hit, ENGLISH, marked=marked)}</blockquote><figcaption>"
        f'{citation(hit, ENGLISH)} <a href="{escaped(address)}">In its release</a>'
        f"{_also(hit, generation)}</figcaption></figure>"
    )


def _also(hit: Hit, generation: str) -> str:
    paths = getattr(hit, "also_in", ())
    links = ", ".join(
        f'<a href="{escaped(f"/plain/release?path={quoted(path)}&generation={generation}")}">'
        f"{escaped(path)}</a>"
        for path in paths
    )
    return f' <span class="qa-facts">also in {links}</span>' if links else ""


def _line(name: str, text: str) -> str:
    return f'<p class="{name}">{escaped(text)}</p>' if text else ""
