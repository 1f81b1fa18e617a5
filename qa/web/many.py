"""What an answer says of several releases, as HTML: a list with its rule, and what came later.

Reads    a `Listing`, a `Step`
Gives    HTML, escaped
"""

from collections.abc import Sequence

from qa.language.markup import plain
from qa.records import ListedRelease, Listing, Step
from qa.web.citation import host_of
from qa.web.escape import escaped
from qa.web.passage import linked
from qa.web.texts import Texts, say_count, say_date


def listing_html(listing: Listing | None, texts: Texts) -> str:
    """Show how many releases a rule fits, the rule, and the releases folded; empty without one."""
    if listing is None:
        return ""
    total = escaped(say_count(texts, listing.total, texts.releases))
    areas = escaped(", ".join(f"{one.area} {one.releases}" for one in listing.areas))
    head = (
        f'<p class="qa-total"><strong>{total}</strong></p><p lang="en">{escaped(listing.rule)}</p>'
    )
    if not listing.entries:
        return f'<section class="qa-listing">{head}</section>'
    shown = escaped(say_count(texts, len(listing.entries), texts.listed))
    entries = "".join(f"<li>{_entry(entry, texts)}</li>" for entry in listing.entries)
    return (
        f'<section class="qa-listing">{head}<p class="qa-facts">{areas}</p>'
        f"<details><summary>{shown}</summary><ol>{entries}</ol></details></section>"
    )


def later_html(later: Step | None, texts: Texts) -> str:
    """Show what a later release of the same matter says, and why it is taken for that."""
    if later is None:
        return ""
    return (
        f'<aside class="qa-later"><p>{escaped(texts.later)}</p>{_entry(later, texts)}'
        f'<p class="qa-facts" lang="en">{escaped(texts.because.format(why=later.why))}</p></aside>'
    )


def _entry(one: ListedRelease | Step, texts: Texts) -> str:
    date = say_date(texts, one.published) if one.published else texts.undated
    facts = escaped(_joined((one.area, date, host_of(one.url))))
    title = linked(one.title or one.release, one.url)
    return (
        f'<blockquote lang="en">{escaped(plain(one.quote.text).text)}</blockquote>'
        f'<cite lang="en">{title}</cite><span class="qa-facts">{facts}</span>'
    )


def _joined(facts: Sequence[str]) -> str:
    return " · ".join(fact for fact in facts if fact)
