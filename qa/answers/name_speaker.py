"""Answer "Who said …?": the quotation with the words that say whose it is.

Where the paragraph found does not name its speaker, the one of the same speech that does comes
before it. What is marked holds the name and whatever was marked before: whole sentences, so
nothing of the quotation is cut.
"""

from collections.abc import Sequence
from dataclasses import replace

from qa.answers.choose import Chosen
from qa.index.generation import Generation
from qa.records import Hit, Paragraph, Sentence, Span
from qa.retrieval.paragraphs import FoundParagraph

_FAR = 8  # paragraphs of one speech that are looked back over, and forward


def with_speaker(chosen: Sequence[Chosen], generation: Generation, k: int) -> list[Chosen]:
    """Put the paragraph that names who speaks in the first one before it, if it does not itself."""
    if not chosen:
        return []
    row = chosen[0].found.row
    release = int(generation.columns.release_of[row])
    rows = [one for one in generation.columns.rows_of(release).tolist() if abs(one - row) <= _FAR]
    paragraphs = generation.catalogue.paragraphs(rows)
    speaker = paragraphs[row].speaker
    if speaker is None or not speaker.name or speaker.name in paragraphs[row].text:
        return list(chosen)
    naming = [one for one in rows if speaker.name in paragraphs[one].text]
    before = [one for one in naming if one < row]
    place = max(before) if before else min(naming, default=None)
    if place is None:
        return list(chosen)
    others = [one for one in chosen if one.found.row != place]
    return [Chosen(FoundParagraph(place, chosen[0].found.score)), *others][:k]


def mark_speaker(hits: Sequence[Hit], paragraphs: Sequence[Paragraph]) -> list[Hit]:
    """Widen what is marked to the sentence that names the speaker, who is the answer."""
    return [_marked(*both) for both in zip(hits, paragraphs, strict=True)]


def _marked(hit: Hit, paragraph: Paragraph) -> Hit:
    name = hit.speaker.name if hit.speaker is not None else None
    place = hit.text.find(name) if name else -1
    if name is None or place < 0:
        return hit
    span = Span(hit.start + place, hit.start + place + len(name), name)
    naming = [one for one in paragraph.sentences if one.start < span.end and one.end > span.start]
    if not naming:
        return hit
    # The paragraph that only leads up to a speech has no words of it to keep.
    first = min(naming[0].start, hit.sentence.start)
    last = max(naming[-1].end, hit.sentence.end)
    text = hit.text[first - hit.start : last - hit.start]
    return replace(hit, sentence=Sentence(first, last, text), answer=span)
