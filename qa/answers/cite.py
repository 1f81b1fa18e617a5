"""Turn found paragraphs into hits: the words, and everything needed to cite them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from qa.answers.choose import Chosen
from qa.answers.mark import mark
from qa.index.generation import Generation
from qa.records import Hit, Quote
from qa.retrieval.asked import Asked
from qa.retrieval.scope import Scope


def cite(chosen: Sequence[Chosen], asked: Asked, generation: Generation) -> list[Hit]:
    """Give a hit for each chosen paragraph, ranked from 1 in the order given."""
    rows = [one.found.row for one in chosen]
    release_of = generation.columns.release_of
    heads = generation.catalogue.heads(int(release_of[row]) for row in rows)
    paragraphs = generation.catalogue.paragraphs(rows)
    hits: list[Hit] = []
    for rank, one in enumerate(chosen, start=1):
        row, ranked = one.found.row, one.found
        head, paragraph = heads[int(release_of[row])], paragraphs[row]
        marked = mark(asked, generation.pieces, ranked, paragraph)
        hits.append(
            Hit(
                rank=rank,
                score=round(ranked.score, 4),
                release=head.id,
                title=head.title,
                area=", ".join(head.areas),
                published=head.published.iso if head.published else None,
                url=head.url,
                paragraph=paragraph.number,
                start=paragraph.start,
                end=paragraph.end,
                text=paragraph.text,
                sentence=marked.sentence,
                speaker=paragraph.speaker,
                sha256=head.sha256,
                kind=paragraph.kind,
                answer=marked.answer,
            )
        )
    return hits


def as_quote(hit: Hit, chosen: Chosen, generation: Generation, scope: Scope) -> Quote:
    """Make a hit a quote, naming the other releases that hold the same paragraph."""
    columns = generation.columns
    rows = [chosen.found.row, *chosen.same]
    same = np.flatnonzero(np.isin(columns.text_hash, columns.text_hash[rows]))
    others = {int(release) for release in columns.release_of[same] if scope.releases[release]}
    others.discard(int(columns.release_of[chosen.found.row]))
    also_in = sorted(head.id for head in generation.catalogue.heads(others).values())
    values: dict[str, Any] = {name: getattr(hit, name) for name in Hit.__slots__}
    return Quote(**values, also_in=tuple(also_in))
