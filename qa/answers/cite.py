"""Turn found paragraphs into hits: the words, and everything needed to cite them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from qa.answers.mark import best_sentence
from qa.index.generation import Generation
from qa.records import Hit, Quote
from qa.retrieval.asked import Asked
from qa.retrieval.paragraphs import FoundParagraph
from qa.retrieval.scope import Scope


def cite(found: Sequence[FoundParagraph], asked: Asked, generation: Generation) -> list[Hit]:
    """Give a hit for each found paragraph, ranked from 1 in the order given."""
    rows = [paragraph.row for paragraph in found]
    release_of = generation.columns.release_of
    heads = generation.catalogue.heads(int(release_of[row]) for row in rows)
    paragraphs = generation.catalogue.paragraphs(rows)
    hits: list[Hit] = []
    for rank, (row, ranked) in enumerate(zip(rows, found, strict=True), start=1):
        head, paragraph = heads[int(release_of[row])], paragraphs[row]
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
                sentence=best_sentence(asked, generation.pieces, row, paragraph),
                speaker=paragraph.speaker,
                sha256=head.sha256,
                kind=paragraph.kind,
            )
        )
    return hits


def without_repeats(
    found: Sequence[FoundParagraph], generation: Generation, k: int
) -> list[FoundParagraph]:
    """Keep the first `k` paragraphs that differ in their text, in order."""
    text_hash = generation.columns.text_hash
    kept: dict[int, FoundParagraph] = {}
    for paragraph in found:
        if len(kept) == k:
            break
        kept.setdefault(int(text_hash[paragraph.row]), paragraph)
    return list(kept.values())


def as_quote(hit: Hit, row: int, generation: Generation, scope: Scope) -> Quote:
    """Make a hit a quote, naming the other releases that hold the same paragraph."""
    columns = generation.columns
    same = np.flatnonzero(columns.text_hash == columns.text_hash[row])
    others = {int(release) for release in columns.release_of[same] if scope.releases[release]}
    others.discard(int(columns.release_of[row]))
    also_in = sorted(head.id for head in generation.catalogue.heads(others).values())
    values: dict[str, Any] = {name: getattr(hit, name) for name in Hit.__slots__}
    return Quote(**values, also_in=tuple(also_in))
