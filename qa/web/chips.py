"""How a question was read, as chips: each says one thing, and can be left out.

A part of `ReadAs` that is not known here gets a chip too, under the rule of the same name.

Reads    `ReadAs` and what was set by hand
Gives    `Chip`s
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from qa.questions.understand import RULES
from qa.records import ReadAs, StatedPeriod
from qa.web.asking import AREAS, BEFORE, DATES, Filters
from qa.web.texts import Texts, say_span

_SHOWN = {
    *("text", "published_from", "published_to", "areas", "speaker"),
    *("carried_over", "period", "places", "notes"),
}
_RULE_OF = {"carried": "follow_up"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that was understood.

    Attributes:
        words: What it was, for people.
        rule: One of `LEFT_OUT`, to ask again without; empty if that cannot be left out.
    """

    words: str
    rule: str


def chips_of(read: ReadAs, filters: Filters, texts: Texts) -> tuple[Chip, ...]:
    """Say how a question was read; empty if as typed, and without filters."""
    chips = [*_before(read, texts), *_filters(read, filters, texts), *_rules(read, texts)]
    return tuple(chip for chip in chips if chip.words)


def _before(read: ReadAs, texts: Texts) -> Iterator[Chip]:
    if read.carried_over:
        yield Chip(texts.chip_carried.format(question="”, “".join(read.carried_over)), BEFORE)


def _filters(read: ReadAs, filters: Filters, texts: Texts) -> Iterator[Chip]:
    if read.areas:
        by_hand = set(filters.areas) == set(read.areas)
        words = texts.chip_areas.format(areas=", ".join(read.areas))
        yield Chip(words, AREAS if by_hand else "area")
    span = say_span(texts, read.published_from, read.published_to)
    if span:
        by_hand = (read.published_from, read.published_to) == tuple(
            day.isoformat() if day else None for day in (filters.first_day, filters.last_day)
        )
        yield Chip(texts.chip_published.format(span=span), DATES if by_hand else "period")


def _rules(read: ReadAs, texts: Texts) -> Iterator[Chip]:
    if read.period is not None and read.period.kind != "published":
        yield Chip(_period(read.period, texts), "period")
    if read.places:
        yield Chip(texts.chip_places.format(places=", ".join(read.places)), "area")
    if read.speaker:
        yield Chip(texts.chip_speaker.format(speaker=read.speaker), "speaker")
    for field in fields(read):
        value = getattr(read, field.name)
        if field.name not in _SHOWN and value:
            yield Chip(
                texts.chip_other.format(name=field.name.replace("_", " "), value=_plainly(value)),
                _rule_of(field.name),
            )


def _period(period: StatedPeriod, texts: Texts) -> str:
    if not period.is_bounded:
        return texts.chip_newest.format(words=period.words)
    first, last = (day.isoformat() if day else None for day in (period.first, period.last))
    return texts.chip_event.format(span=say_span(texts, first, last), words=period.words)


def _rule_of(name: str) -> str:
    known = (_RULE_OF.get(name, name), name.removesuffix("s"))
    return next((rule for rule in known if rule in RULES), "")


def _plainly(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(_plainly(one) for one in value)
    return str(getattr(value, "words", value))
