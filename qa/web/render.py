"""An answer as one string of HTML: the quote with its mark, where it stands, and what else fits.

Everything that comes from a release or a visitor passes through `escaped`; the tags here
are the only ones. Markup of the release (`**bold**`) is taken off for reading, and the
marked sentence is carried over to the plain text by its offsets, never searched for.

Reads    an `Answer`, a question, a message
Gives    HTML for one message of the chat
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from qa.language.markup import Plain, plain
from qa.records import Answer, Hit, Quote, ReadAs, Refusal, Searched
from qa.web.escape import escaped
from qa.web.words import CLOSEST, counted, read_as_words, spoken_date


def answer_html(answer: Answer) -> str:
    """Show an answer: its best quote in full, the others folded; or why there is none."""
    parts = [_read_as(answer.read_as)]
    if answer.refusal is not None:
        parts.append(_refusal(answer.refusal))
    else:
        parts += [_quotes(answer.quotes), _searched(answer.searched)]
    return f'<div class="qa-answer">{"".join(parts)}</div>'


def text_html(text: str) -> str:
    """Show a question or any other plain text as it is."""
    return f'<div class="qa-text">{escaped(text)}</div>'


def notice_html(message: str) -> str:
    """Show a message about the chat itself, such as an error with its cure."""
    return f'<div class="qa-notice">{escaped(message)}</div>'


def waiting_html() -> str:
    """Show that an answer is on its way; the first one waits for the model."""
    return f'<div class="qa-waiting">{escaped("Looking through the releases …")}</div>'


def _read_as(read: ReadAs) -> str:
    sentences = []
    if read.carried_over:
        earlier = " and ".join(f"“{question}”" for question in read.carried_over)
        sentences.append(f"Read together with {earlier}.")
    sentences += read_as_words(read)
    if read.speaker is not None:
        sentences.append(f"Words of {read.speaker}.")
    return _small("qa-read", " ".join(sentences))


def _refusal(refusal: Refusal) -> str:
    message = f'<p class="qa-refusal">{escaped(refusal.message)}</p>'
    if refusal.nearest is None:
        return message
    introduction = CLOSEST
    return message + _small("qa-near", introduction) + _figure(refusal.nearest, answers=False)


def _quotes(quotes: tuple[Quote, ...]) -> str:
    shown = "".join(_figure(quote) for quote in quotes[:1])
    others = quotes[1:]
    if not others:
        return shown
    folded = "".join(_figure(quote) for quote in others)
    summary = escaped(f"{counted(len(others), 'more passage')}")
    return f"{shown}<details><summary>{summary}</summary>{folded}</details>"


def _searched(searched: Searched) -> str:
    looked = f"Searched {counted(searched.releases, 'release')}."
    if searched.undated_left_out:
        undated = counted(searched.undated_left_out, "undated release")
        looked = f"{looked} Left out {undated}."
    return _small("qa-searched", looked)


def _figure(hit: Hit, *, answers: bool = True) -> str:
    # A class tells quote from nearest passage, so that both styles and readers of the page can.
    name = "qa-quote" if answers else "qa-quote qa-nearest"
    number = f"[{hit.rank}] " if answers else ""
    return (
        f'<figure class="{name}"><blockquote>{_passage(hit, marked=answers)}</blockquote>'
        f"<figcaption>{escaped(number)}{_citation(hit)}</figcaption></figure>"
    )


def _passage(hit: Hit, *, marked: bool) -> str:
    text = plain(hit.text)
    start, end = text.place(hit.sentence.start - hit.start, hit.sentence.end - hit.start)
    if not marked or start == end:
        return escaped(text.text)
    before, after = text.text[:start], text.text[end:]
    return f"{escaped(before)}<mark>{_sentence(hit, text, start, end)}</mark>{escaped(after)}"


def _sentence(hit: Hit, text: Plain, start: int, end: int) -> str:
    """Show the marked sentence with the very words that answer, if they are known, in bold."""
    if hit.answer is None:
        return escaped(text.text[start:end])
    first, last = text.place(hit.answer.start - hit.start, hit.answer.end - hit.start)
    words = f"<strong>{escaped(text.text[first:last])}</strong>"
    return f"{escaped(text.text[start:first])}{words}{escaped(text.text[last:end])}"


def _citation(hit: Hit) -> str:
    facts = [
        escaped(hit.area),
        _published(hit.published),
        escaped(f"said by {hit.speaker}") if hit.speaker is not None else "",
        _also_in(hit),
        escaped(_host(hit.url)),
    ]
    return f'<cite>{_title(hit)}</cite><span class="qa-facts">{_joined(facts)}</span>'


def _title(hit: Hit) -> str:
    title = escaped(hit.title or hit.release)
    if not _host(hit.url):
        return title
    address = escaped(hit.url or "")
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{title}</a>'


def _host(url: str | None) -> str:
    # Named beside the link, since a title can pretend to lead anywhere. Empty: not a link to show.
    if url is None or not url.isprintable() or " " in url or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        return parts.hostname or "" if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _published(published: str | None) -> str:
    if published is None:
        return "<span>undated</span>"
    return f'<time datetime="{escaped(published)}">{escaped(spoken_date(published))}</time>'


def _also_in(hit: Hit) -> str:
    if not isinstance(hit, Quote) or not hit.also_in:
        return ""
    return escaped(f"also in {counted(len(hit.also_in), 'release')}")


def _joined(facts: Iterable[str]) -> str:
    return escaped(" · ").join(fact for fact in facts if fact)


def _small(name: str, text: str) -> str:
    return f'<p class="{name}">{escaped(text)}</p>' if text else ""
