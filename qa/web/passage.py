"""One passage as HTML: its words with the mark, its source, and what can be done with it.

Markup of the release (`**bold**`) is taken off for reading, and the marked sentence is carried
over to the plain text by its offsets, never searched for. The mark's title is what the style
sheet reads out before and after it, so that it is not told by its colour alone.

Reads    a `Hit`
Gives    HTML, escaped
"""

from collections.abc import Iterable

from qa.language.markup import Plain, plain
from qa.records import Hit, Quote
from qa.web.citation import copied_text, date_of, host_of
from qa.web.escape import escaped
from qa.web.texts import Texts, say_count


def figure(hit: Hit, texts: Texts, place: str, number: int | None) -> str:
    """Show a passage with its citation.

    Args:
        hit: What to show.
        texts: In which language.
        place: Where the conversation has it, as the button that opens its release says it.
        number: Of its citation; None for a passage that is no answer, which is not marked.
    """
    # A class tells quote from nearest passage, so that both styles and readers of the page can.
    name = "qa-quote" if number is not None else "qa-quote qa-nearest"
    numbered = escaped(f"[{number}] ") if number is not None else ""
    marked = passage(hit, texts, marked=number is not None)
    return (
        f'<figure class="{name}"><blockquote lang="en">{marked}</blockquote>'
        f"<figcaption>{numbered}{citation(hit, texts)}"
        f'<span class="qa-doing">{button("qa-act", f"open {place}", texts.show)}'
        f"{button('qa-copy', copied_text(hit, texts), texts.copy)}</span></figcaption></figure>"
    )


def passage(hit: Hit, texts: Texts, *, marked: bool = True) -> str:
    """Show the paragraph, with its sentence marked."""
    text = plain(hit.text)
    start, end = text.place(hit.sentence.start - hit.start, hit.sentence.end - hit.start)
    if not marked or start == end:
        return escaped(text.text)
    before, after = text.text[:start], text.text[end:]
    mark = f'<mark title="{escaped(texts.answering)}">{_sentence(hit, text, start, end)}</mark>'
    return f"{escaped(before)}{mark}{escaped(after)}"


def citation(hit: Hit, texts: Texts) -> str:
    """Name title, area, date, speaker, other releases, and where the link leads."""
    speaker = texts.said_by.format(speaker=hit.speaker) if hit.speaker is not None else ""
    facts = [
        escaped(hit.area),
        _published(hit, texts),
        escaped(speaker),
        _also_in(hit, texts),
        # Named beside the link, since a title can pretend to lead anywhere.
        escaped(host_of(hit.url)),
    ]
    title = linked(hit.title or hit.release, hit.url)
    return f'<cite lang="en">{title}</cite><span class="qa-facts">{_joined(facts)}</span>'


def linked(title: str, url: str | None) -> str:
    """Show a title, as a link where there is an address that may be shown as one."""
    if not host_of(url):
        return escaped(title)
    address = escaped(url or "")
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{escaped(title)}</a>'


def button(name: str, value: str, words: str, *, kind: str = "", hidden: str = "") -> str:
    """Make a button; what it does is in its name and value, which the script reads."""
    rest = f'<span class="qa-hidden">{escaped(hidden)}</span>' if hidden else ""
    return (
        f'<button type="button" class="qa-button {kind}" name="{name}" value="{escaped(value)}">'
        f"{escaped(words)}{rest}</button>"
    )


def _sentence(hit: Hit, text: Plain, start: int, end: int) -> str:
    """Show the marked sentence with the very words that answer, if they are known, in bold."""
    if hit.answer is None:
        return escaped(text.text[start:end])
    first, last = text.place(hit.answer.start - hit.start, hit.answer.end - hit.start)
    words = f"<strong>{escaped(text.text[first:last])}</strong>"
    return f"{escaped(text.text[start:first])}{words}{escaped(text.text[last:end])}"


def _published(hit: Hit, texts: Texts) -> str:
    said = escaped(date_of(hit, texts))
    if hit.published is None:
        return f"<span>{said}</span>"
    return f'<time datetime="{escaped(hit.published)}">{said}</time>'


def _also_in(hit: Hit, texts: Texts) -> str:
    if not isinstance(hit, Quote) or not hit.also_in:
        return ""
    return escaped(
        texts.also_in.format(releases=say_count(texts, len(hit.also_in), texts.releases))
    )


def _joined(facts: Iterable[str]) -> str:
    return escaped(" · ").join(fact for fact in facts if fact)
