"""Lists of releases, and the story of a matter, as lines of text for a terminal."""

from collections.abc import Iterator

from qa.records import Listing, Step
from qa.visible import visible
from qa.web.words import counted, spoken_date


def listing_lines(listing: Listing) -> Iterator[str]:
    """Give a list: how many, the rule, how many of each area, then each release with its quote."""
    yield f"{counted(listing.total, 'release')}. {visible(listing.rule)}"
    if listing.undated_left_out:
        yield f"{counted(listing.undated_left_out, 'release')} without a known date left out."
    if listing.areas:
        counts = (f"{visible(one.area)} {one.releases:,}" for one in listing.areas)
        yield f"By area: {', '.join(counts)}"
    yield ""
    for one in listing.entries:
        day = spoken_date(one.published) if one.published else "undated"
        where = ", ".join(part for part in (visible(one.area), day) if part)
        yield f"- {visible(one.title)} ({where})"
        yield f"    “{visible(one.quote.text)}”"
        yield f"    {visible(one.release)}, characters {one.quote.start} to {one.quote.end}"
    if len(listing.entries) < listing.total:
        yield f"… the first {len(listing.entries):,} of {listing.total:,}; all: qa list QUESTION"
    yield ""


def step_lines(step: Step) -> Iterator[str]:
    """Give one release of a matter: stage, quote, and why it is linked."""
    day = spoken_date(step.published) if step.published else "undated"
    yield f"{day}, {step.stage}: {visible(step.title)}"
    yield f"    “{visible(step.quote.text)}”"
    yield f"    {visible(step.release)}, characters {step.quote.start} to {step.quote.end}"
    if step.why:
        yield f"    linked: {visible(step.why)}"
    yield ""
