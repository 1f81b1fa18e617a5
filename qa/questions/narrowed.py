"""A query whose publish days are narrowed to a period, within the filters that are set."""

from dataclasses import replace

from qa.records import Query, StatedPeriod


def narrowed(query: Query, period: StatedPeriod) -> Query | None:
    """Take a period as one of publishing; None where the filters leave no day of it."""
    firsts = [day for day in (query.published_from, period.first) if day]
    lasts = [day for day in (query.published_to, period.last) if day]
    first, last = max(firsts, default=None), min(lasts, default=None)
    if first and last and last < first:
        return None
    return replace(query, published_from=first, published_to=last)
