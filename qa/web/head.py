"""The head of the page: what this is, and what the index holds.

Reads    a `Desk`, or the text of an error
Gives    escaped HTML, and the areas and times to choose from
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from qa.errors import QAError
from qa.service.faults import words_of
from qa.web.desk import Desk, Opening
from qa.web.escape import escaped
from qa.web.passage import button
from qa.web.texts import ENGLISH, Texts, say_count, say_date, say_number

_log = logging.getLogger(__name__)

Choice = tuple[str, str]  # what is shown, and what is sent


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the page shows of the index.

    Attributes:
        line: One sentence: how much there is, or what is wrong.
        areas: To choose from, with their counts.
        times: Years and months to choose from, newest last, with their counts.
        fault: Whether the index cannot be asked.
        generation: Name of what serves; empty for a fault. It is not shown.
    """

    line: str
    areas: tuple[Choice, ...] = ()
    times: tuple[Choice, ...] = ()
    fault: bool = False
    generation: str = field(default="", compare=False)


def corpus_of(opening: Opening, texts: Texts = ENGLISH) -> Corpus:
    """Describe the index as it is now, opening it if need be; never raises."""
    try:
        desk = opening.get()
        facets = desk.facets()
        return Corpus(
            corpus_line(desk, texts),
            tuple(_choice(area, area, n, texts) for area, n in facets.areas.items()),
            times_of(facets.months, texts),
            generation=desk.generation_name,
        )
    except QAError as error:
        return Corpus(words_of(error), fault=True)
    except Exception:
        _log.exception("the index could not be described")
        return Corpus(texts.not_opened, fault=True)


def head_html(line: str, texts: Texts = ENGLISH, *, fault: bool = False) -> str:
    """Show the title, the promise, and one line on the corpus (or what is wrong with it)."""
    name = "qa-corpus qa-fault" if fault else "qa-corpus"
    return (
        f'<h1>Release QA</h1><p id="qa-language" lang="{texts.code}">{escaped(texts.promise)}</p>'
        f'<p class="{name}">{escaped(line)}</p>'
    )


def examples_html(questions: tuple[str, ...], texts: Texts) -> str:
    """Show questions to begin with, each as a button; nothing if there is none."""
    if not questions:
        return ""
    buttons = "".join(button("qa-act", f"ask {question}", question) for question in questions)
    return f'<p class="qa-examples">{escaped(texts.examples)}</p><div lang="en">{buttons}</div>'


def corpus_line(desk: Desk, texts: Texts) -> str:
    """Say how much is indexed, and from when to when it was published."""
    releases = say_count(texts, desk.counts.releases, texts.releases)
    if desk.span is None:
        return texts.indexed_undated.format(releases=releases)
    first, last = (say_date(texts, day.isoformat()) for day in (desk.span.first, desk.span.last))
    return texts.indexed.format(releases=releases, first=first, last=last)


def times_of(months: Mapping[str, int], texts: Texts) -> tuple[Choice, ...]:
    """Give every year that has releases, each followed by its months."""
    shown: list[Choice] = []
    for year in dict.fromkeys(month[:4] for month in months):
        of_year = {month: n for month, n in months.items() if month.startswith(year)}
        shown.append(_choice(year, year, sum(of_year.values()), texts))
        shown += [_choice(say_date(texts, month), month, n, texts) for month, n in of_year.items()]
    return tuple(shown)


def _choice(shown: str, sent: str, n: int, texts: Texts) -> Choice:
    return f"{shown} ({say_number(texts, n)})", sent
