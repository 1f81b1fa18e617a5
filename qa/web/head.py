"""The head of the page: what this is, and what the index holds.

Reads    a `Desk`, or the text of an error
Gives    escaped HTML, and the years to choose from
"""

from qa.web.desk import Desk
from qa.web.escape import escaped
from qa.web.words import counted, spoken_date


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
