"""The list of releases that a question asks for: counted, with its rule in words and quotes.

What holds everything asked for is listed. Where nothing does, and the question can only be a
list, those are listed that hold most of the words, at least half of them; the rule says so.

Reads    a query with a `ListRule`
Gives    a `Listing`, or None
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answers.cite import source_of
from qa.index.catalogue import ReleaseHead
from qa.index.columns import TRAITS, Columns
from qa.index.generation import Generation
from qa.index.terms import terms
from qa.language.dates import MONTHS
from qa.questions.narrowed import narrowed
from qa.records import AreaCount, ListedRelease, Listing, ListRule, Paragraph, Query, Sentence
from qa.retrieval.matching import Matched, forms_of, holds, match
from qa.retrieval.scope import scope_of

SHOWN = 50  # entries in an answer
AT_ONCE = 500  # releases that are quoted from together
_ASIDE = [TRAITS.index("is_heading"), TRAITS.index("is_aside")]

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Found:
    """Releases by row, and how the rule was fulfilled: `least` of the words, or None for all."""

    rows: NDArray[np.int64]
    undated: int
    least: int | None


def listing_of(
    query: Query, generation: Generation, stemmer: Any, shown: int | None = SHOWN
) -> Listing | None:
    """Give the list that a query asks for, with at most `shown` entries (None: all).

    None if it asks for none, or may ask for a quote as well and nothing holds all its words.
    """
    rule = query.listing
    if rule is None:
        return None
    if rule.by_publishing and query.period is not None:
        query = narrowed(query, query.period) or query  # what is set by hand wins
    matched = match(rule, generation, stemmer)
    found = _found(query, rule, matched, generation.columns)
    if not rule.is_sure and (found.least is not None or not len(found.rows)):
        return None
    order = _newest_first(found.rows, generation.columns)[:shown]
    return Listing(
        asks=rule.asks,
        rule=_in_words(query, rule, found),
        total=len(found.rows),
        areas=_areas(found.rows, generation.columns),
        entries=_entries(order, rule, matched, generation, stemmer),
        is_relaxed=found.least is not None,
        undated_left_out=found.undated,
    )


def _found(query: Query, rule: ListRule, matched: Matched, columns: Columns) -> _Found:
    anyday = replace(query, areas=query.areas or query.places)
    inside = scope_of(anyday, columns).releases
    whenever = scope_of(replace(anyday, published_from=None, published_to=None), columns).releases
    held = matched.words.sum(axis=0)
    best = int(held[inside & matched.phrases].max(initial=0))
    least = len(rule.words)
    if best < least and 2 * best >= least:
        least = best
    fits = matched.phrases & (held >= least)
    undated = fits & whenever & (columns.published[:, 0] <= 0) & ~inside
    return _Found(
        np.flatnonzero(fits & inside),
        int(undated.sum()),
        least if least < len(rule.words) else None,
    )


def _newest_first(rows: NDArray[np.int64], columns: Columns) -> NDArray[np.int64]:
    ordered: NDArray[np.int64] = rows[np.lexsort((rows, -columns.published[rows, 1]))]
    return ordered


def _areas(rows: NDArray[np.int64], columns: Columns) -> tuple[AreaCount, ...]:
    counts = columns.in_area[rows].sum(axis=0)
    found = [AreaCount(area, int(n)) for area, n in zip(columns.areas, counts, strict=True) if n]
    return tuple(sorted(found, key=lambda one: (-one.releases, one.area)))


def _entries(
    rows: NDArray[np.int64],
    rule: ListRule,
    matched: Matched,
    generation: Generation,
    stemmer: Any,
) -> tuple[ListedRelease, ...]:
    entries: list[ListedRelease] = []
    for first in range(0, len(rows), AT_ONCE):
        some = rows[first : first + AT_ONCE].tolist()
        best = {row: _best_paragraph(row, matched, generation.columns) for row in some}
        heads = generation.catalogue.heads(some)
        paragraphs = generation.catalogue.paragraphs(best.values())
        entries += (
            _entry(
                heads[row],
                paragraphs[best[row]],
                _best_sentence(paragraphs[best[row]], rule, stemmer),
            )
            for row in some
        )
    return tuple(entries)


def _best_paragraph(release: int, matched: Matched, columns: Columns) -> int:
    """Give the paragraph that holds most of what was asked; headings and asides come last."""
    rows = columns.rows_of(release)
    aside = columns.traits[rows][:, _ASIDE].any(axis=1)
    return int(rows[np.lexsort((rows, aside, -matched.weight[rows]))[0]])


def _best_sentence(paragraph: Paragraph, rule: ListRule, stemmer: Any) -> Sentence:
    if not paragraph.sentences:
        return Sentence(paragraph.start, paragraph.end, paragraph.text)
    wanted = [set(terms(word, stemmer)) for word in rule.words]
    phrases = [forms_of(phrase) for phrase in rule.phrases]

    def worth(sentence: Sentence) -> int:
        held = set(terms(sentence.text, stemmer))
        said = sum(holds(sentence.text, forms) for forms in phrases)
        return sum(one <= held for one in wanted) + said * (len(wanted) + 1)

    return max(paragraph.sentences, key=worth)  # the first of those that hold most


def _entry(head: ReleaseHead, paragraph: Paragraph, quote: Sentence) -> ListedRelease:
    return ListedRelease(**source_of(head, paragraph), quote=quote)


def _in_words(query: Query, rule: ListRule, found: _Found) -> str:
    """Say the rule as a sentence."""
    areas = query.areas or query.places
    conditions = [
        f"of {_joined(areas, 'or')}" if areas else "",
        _when(query.published_from, query.published_to),
        _held(rule, found.least),
    ]
    said = ", ".join(one for one in conditions if one)
    sentence = f"{'Releases ' + said if said else 'All releases'}; newest first."
    if found.least is not None:
        return f"No release holds all of the words asked for, so less was required. {sentence}"
    return sentence


def _held(rule: ListRule, least: int | None) -> str:
    parts = []
    if rule.phrases:
        parts.append(
            f"the words {_joined([_phrase(one) for one in rule.phrases], 'and')} as they stand"
        )
    words = [f"“{word}”" for word in rule.words]
    if words and least is not None:
        parts.append(f"at least {least} of {_joined(words, 'and')} in any form")
    elif words:
        parts.append(f"{_joined(words, 'and')} in any form")
    return f"that hold {' and '.join(parts)}" if parts else ""


def _phrase(phrase: str) -> str:
    forms = forms_of(phrase)
    name = phrase.partition(" ")[2]
    return f"“{phrase}” (or “Op {name}”)" if len(forms) > 1 else f"“{phrase}”"


def _joined(parts: Sequence[str], word: str) -> str:
    *others, last = parts
    return f"{', '.join(others)} {word} {last}" if others else str(last)


def _when(first: date | None, last: date | None) -> str:
    """Say the publish days in words."""
    if first and last:
        same = first == last
        return f"published on {_day(first)}" if same else f"published {_day(first)} to {_day(last)}"
    if first or last:
        return f"published on or after {_day(first)}" if first else f"published up to {_day(last)}"
    return ""


def _day(day: date | None) -> str:
    return f"{day.day} {MONTHS[day.month - 1].capitalize()} {day.year}" if day else ""
