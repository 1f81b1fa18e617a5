"""Tell the asker what reading the question may have cost, and how to search without.

Reads    a `Query`, and what was found for it or why nothing is quoted
Gives    the same with a sentence more, where one is due
"""

from dataclasses import replace

from qa.questions.spelling import ENGLISH_ONLY, is_english
from qa.records import Query, Refusal
from qa.retrieval.search import Found


def with_way_out(refused: Refusal | None, query: Query) -> Refusal | None:
    """Say how to search without what was read in the question, where that may have cost it."""
    if refused is not None and refused.reason != "nothing_in_scope" and not is_english(query.text):
        return refused.noting("english_only", ENGLISH_ONLY)
    if refused is None or not (query.period or query.places or query.given):
        return refused
    way_out = "What it says of when or where was taken into account; ask it as typed to search all."
    return refused.noting("as_typed", way_out)


def noting_period(query: Query, found: Found) -> Query:
    """Say so where nothing found is of the period: then other times were looked at."""
    if query.period is None or any(release.in_period for release in found.releases):
        return query
    note = f"Nothing found is of “{query.period.words}”; the nearest of other times was looked at."
    return replace(query, notes=(*query.notes, note))


def noting_speaker(query: Query, found: Found) -> Query:
    """Say so where nobody of the name speaks: then anybody's words were searched."""
    if query.speaker is None or any(release.said for release in found.releases):
        return query
    note = f"No words of “{query.speaker}” were found; anybody's were looked at."
    return replace(query, speaker=None, notes=(*query.notes, note))
