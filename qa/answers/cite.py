"""Turn found paragraphs into hits: the words, and everything needed to cite them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from qa.answers.choose import Chosen
from qa.answers.mark import Mark, marks
from qa.index.catalogue import ReleaseHead
from qa.index.generation import Generation
from qa.records import Hit, Paragraph, Quote, Sentence
from qa.retrieval.asked import Asked
from qa.retrieval.paragraphs import FoundParagraph
from qa.retrieval.scope import Scope


def cite(chosen: Sequence[Chosen], asked: Asked, generation: Generation) -> list[Hit]:
    """Give a hit for each chosen paragraph, ranked from 1 in the order given."""
    rows = [one.found.row for one in chosen]
    release_of = generation.columns.release_of
    heads = generation.catalogue.heads(int(release_of[row]) for row in rows)
    paragraphs = generation.catalogue.paragraphs(rows)
    found = [one.found for one in chosen]
    marked = marks(asked, generation.pieces, found, paragraphs)
    return [
        _hit((rank, one.score), heads[int(release_of[one.row])], paragraphs[one.row], mark)
        for rank, (one, mark) in enumerate(zip(found, marked, strict=True), start=1)
    ]


def quote_opening(row: int, generation: Generation, scope: Scope) -> Quote:
    """Quote the paragraph at a row, which no search ranked, with its first sentence marked."""
    paragraph = generation.catalogue.paragraphs([row])[row]
    release = int(generation.columns.release_of[row])
    marked = Mark(first_sentence(paragraph))
    hit = _hit((1, 0.0), generation.catalogue.heads([release])[release], paragraph, marked)
    return as_quote(hit, Chosen(FoundParagraph(row, 0.0)), generation, scope)


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


def source_of(head: ReleaseHead, paragraph: Paragraph) -> dict[str, Any]:
    """Give what every citation says of where a paragraph stands, by the names of the records."""
    return {
        "release": head.id,
        "title": head.title,
        "area": ", ".join(head.areas),
        "published": head.published.iso if head.published else None,
        "url": head.url,
        "paragraph": paragraph.number,
        "sha256": head.sha256,
    }


def first_sentence(paragraph: Paragraph) -> Sentence:
    """Give the first sentence of a paragraph; the whole of it if it has none."""
    whole = Sentence(paragraph.start, paragraph.end, paragraph.text)
    return paragraph.sentences[0] if paragraph.sentences else whole


def _hit(place: tuple[int, float], head: ReleaseHead, paragraph: Paragraph, marked: Mark) -> Hit:
    rank, score = place
    return Hit(
        rank=rank,
        score=round(score, 4),
        **source_of(head, paragraph),
        start=paragraph.start,
        end=paragraph.end,
        text=paragraph.text,
        sentence=marked.sentence,
        speaker=paragraph.speaker,
        kind=paragraph.kind,
        answer=marked.answer,
    )
