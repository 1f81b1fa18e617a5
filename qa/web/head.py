"""The head of the page: what this is, and what the index holds.

Reads    a `Desk`, or the text of an error
Gives    escaped HTML, and the areas and years to choose from
"""

import logging
from dataclasses import dataclass

from qa.errors import QAError
from qa.web.desk import Desk, Opening
from qa.web.escape import escaped
from qa.web.words import counted, spoken_date

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the page shows of the index.

    Attributes:
        line: One sentence: how much there is, or what is wrong.
        areas: To choose from.
        years: To choose from, first to last.
        fault: Whether the index cannot be asked.
    """

    line: str
    areas: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    fault: bool = False


def corpus_of(opening: Opening) -> Corpus:
    """Describe the index as it is now, opening it if need be; never raises."""
    try:
        desk = opening.get()
        return Corpus(corpus_line(desk), desk.areas, tuple(publish_years(desk)))
    except QAError as error:
        return Corpus(str(error), fault=True)
    except Exception:
        _log.exception("the index could not be described")
        return Corpus("The index could not be opened.", fault=True)


def head_html(line: str, *, fault: bool = False) -> str:
    """Show the title, the promise, and one line on the corpus (or what is wrong with it)."""
    name = "qa-corpus qa-fault" if fault else "qa-corpus"
    return (
        "<h1>Release QA</h1><p>Answers from press releases, quoted word for word.</p>"
        f'<p class="{name}">{escaped(line)}</p>'
    )


def corpus_line(desk: Desk) -> str:
    """Say how much is indexed, and from when to when it was published."""
    size = f"{counted(desk.counts.releases, 'release')} indexed"
    if desk.span is None:
        return f"{size}, none with a known date."
    first, last = desk.span.first.isoformat(), desk.span.last.isoformat()
    return f"{size}, published from {spoken_date(first)} to {spoken_date(last)}."


def publish_years(desk: Desk) -> list[str]:
    """Give every year from the first to the last publish day; empty if no day is known."""
    if desk.span is None:
        return []
    return [str(year) for year in range(desk.span.first.year, desk.span.last.year + 1)]
