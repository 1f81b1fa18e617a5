"""An answer as one string of HTML: how it was read, the best quote in full, and what else fits.

Everything that comes from a release or a visitor passes through `escaped`; the tags here
and in `passage` are the only ones. The page's sanitiser takes `aria-` and `data-` attributes
away, so what a button does is in its name and value, and what it is called in its text.

Reads    an `Answer`, a question, a message
Gives    HTML for one message of the chat
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from qa.records import Answer, Quote, Refusal, Searched
from qa.web.asking import AREAS, BEFORE, DATES, Asking, query_string
from qa.web.chips import Chip, chips_of
from qa.web.citation import date_of
from qa.web.escape import escaped
from qa.web.many import later_html, listing_html
from qa.web.passage import button, figure
from qa.web.texts import ENGLISH, Texts, say_count
from qa.web.timeline import timeline_html


@dataclass(frozen=True, slots=True)
class Frame:
    """What an answer is shown in.

    Attributes:
        asking: What was asked.
        exchange: Its number in the conversation, from 1.
        numbers: Of the citation of each quote.
        months: Releases by month in the areas searched.
        texts: The language.
    """

    asking: Asking
    exchange: int = 1
    numbers: tuple[int, ...] = (1, 2, 3, 4, 5)
    months: Mapping[str, int] = field(default_factory=dict)
    texts: Texts = ENGLISH


def answer_html(answer: Answer, frame: Frame) -> str:
    """Show an answer: its best quote in full, the others folded; or why there is none."""
    chips = chips_of(answer.read_as, frame.asking.filters, frame.texts)
    parts = [_read_as(answer, chips, frame), listing_html(answer.listing, frame.texts)]
    if answer.refusal is not None:
        parts += [_refusal(answer, answer.refusal, chips, frame)]
    else:
        parts += [_quotes(answer.quotes, frame)]
        parts += [later_html(answer.later, frame.texts)]
        parts += [timeline_html(frame.months, answer.quotes, frame.texts)]
    parts += [_foot(answer, frame), _said(answer, frame)]
    return f'<div class="qa-answer">{"".join(parts)}</div>'


def text_html(text: str, note: str = "") -> str:
    """Show a question or any other plain text as it is; a note below it is the page's."""
    below = f'<div class="qa-note">{escaped(note)}</div>' if note else ""
    return f'<div class="qa-text">{escaped(text)}</div>{below}'


def notice_html(message: str) -> str:
    """Show a message about the chat itself, such as an error with its cure."""
    return (
        f'<div class="qa-notice">{escaped(message)}'
        f'<span class="qa-say" hidden>{escaped(message)}</span></div>'
    )


def waiting_html(texts: Texts) -> str:
    """Show that an answer is on its way; the first one waits for the model."""
    return f'<div class="qa-waiting">{escaped(texts.waiting)}</div>'


def small(name: str, text: str) -> str:
    """Show a line of small print; nothing if it is empty."""
    return f'<p class="{name}">{escaped(text)}</p>' if text else ""


def _read_as(answer: Answer, chips: tuple[Chip, ...], frame: Frame) -> str:
    notes = small("qa-read", " ".join(answer.read_as.notes))
    if not chips:
        return notes
    shown = "".join(f"<li>{_chip(chip, frame)}</li>" for chip in chips)
    label = escaped(frame.texts.read_as)
    return f'<div class="qa-chips"><span>{label}</span><ul>{shown}</ul></div>{notes}'


def _chip(chip: Chip, frame: Frame) -> str:
    if not chip.rule:
        return f'<span class="qa-chip">{escaped(chip.words)}</span>'
    value = f"without {frame.exchange} {chip.rule}"
    hidden = f" ({frame.texts.leave_out})"
    return button("qa-act", value, f"{chip.words} ×", kind="qa-chip", hidden=hidden)


def _refusal(answer: Answer, refusal: Refusal, chips: tuple[Chip, ...], frame: Frame) -> str:
    texts = frame.texts
    parts = [small("qa-refusal", _message(answer, refusal, texts)), _widening(chips, frame)]
    if refusal.nearest is not None:
        parts.append(small("qa-near", texts.nearest))
        parts.append(figure(refusal.nearest, texts, f"{frame.exchange} 0", None))
    return "".join(parts)


def _message(answer: Answer, refusal: Refusal, texts: Texts) -> str:
    said = texts.refusals
    if said is None:
        return refusal.message
    searched = answer.searched
    looked = say_count(texts, searched.releases, texts.releases)
    undated = say_count(texts, searched.undated_left_out, texts.undated_releases)
    sentences = (said.reasons[refusal.reason], *(said.notes[note] for note in refusal.notes))
    return " ".join(sentences).format(releases=looked, undated=undated)


def _widening(chips: tuple[Chip, ...], frame: Frame) -> str:
    rules = [chip.rule for chip in chips if chip.rule]
    by_hand = [rule for rule in rules if rule in (AREAS, DATES)]
    read = [rule for rule in rules if rule not in (AREAS, DATES, BEFORE)]
    texts, ways = frame.texts, []
    if by_hand:
        ways.append((by_hand, texts.without_filters))
    if read:
        ways.append((read, texts.as_typed))
    if BEFORE in rules:
        ways.append(([BEFORE], texts.alone))
    if not ways:
        return ""
    buttons = "".join(
        button("qa-act", f"without {frame.exchange} {' '.join(dict.fromkeys(names))}", words)
        for names, words in ways
    )
    return f'<p class="qa-widen">{escaped(texts.widen)} {buttons}</p>'


def _quotes(quotes: tuple[Quote, ...], frame: Frame) -> str:
    figures = [
        figure(quote, frame.texts, f"{frame.exchange} {quote.rank}", number)
        for quote, number in zip(quotes, frame.numbers, strict=False)
    ]
    if len(figures) < 2:
        return "".join(figures)
    summary = escaped(say_count(frame.texts, len(figures) - 1, frame.texts.more_passages))
    folded = "".join(figures[1:])
    return f"{figures[0]}<details><summary>{summary}</summary>{folded}</details>"


def _foot(answer: Answer, frame: Frame) -> str:
    texts = frame.texts
    link = query_string(frame.asking, answer.read_as.carried_over, answer.generation, texts.code)
    return (
        f'<p class="qa-searched">{escaped(_looked(answer.searched, texts))} '
        f"{button('qa-link', link, texts.copy_link)}</p>"
    )


def _looked(searched: Searched, texts: Texts) -> str:
    looked = texts.searched.format(releases=say_count(texts, searched.releases, texts.releases))
    if not searched.undated_left_out:
        return looked
    undated = say_count(texts, searched.undated_left_out, texts.undated_releases)
    return f"{looked} {texts.left_out.format(undated=undated)}"


def _said(answer: Answer, frame: Frame) -> str:
    """Give what a screen reader is told at once; the answer itself is there to be read."""
    texts = frame.texts
    if answer.refusal is not None:
        said = texts.says_refused.format(message=_message(answer, answer.refusal, texts))
    else:
        best = answer.quotes[0]
        said = texts.says_answered.format(
            passages=say_count(texts, len(answer.quotes), texts.passages),
            sentence=best.sentence.text,
            title=best.title or best.release,
            date=date_of(best, texts),
        )
    return f'<span class="qa-say" hidden>{escaped(said)}</span>'
