"""The two stages as one: find releases, read the best of them, rank their paragraphs."""

from dataclasses import dataclass

from qa.index.generation import Generation
from qa.reading import Reader
from qa.retrieval.asked import Asked
from qa.retrieval.paragraphs import FoundParagraph, rank_paragraphs
from qa.retrieval.read import read_releases
from qa.retrieval.releases import FoundRelease, find_releases
from qa.retrieval.scope import Scope

RELEASES_READ = 5  # carried from stage one to stage two


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question.

    Attributes:
        releases: Those carried on by stage one, best first.
        paragraphs: All of theirs, best first; those of further releases after them.
    """

    releases: tuple[FoundRelease, ...]
    paragraphs: tuple[FoundParagraph, ...]


def search(
    asked: Asked, generation: Generation, scope: Scope, reader: Reader | None, k: int
) -> Found:
    """Rank the paragraphs of the best releases, then those of more until there are `k`.

    Args:
        asked: The query.
        generation: What is searched.
        scope: The releases that may be.
        reader: Reads the paragraphs; None leaves the ranking to words and vectors.
        k: How many paragraphs are wanted; there may be more, and fewer if there are no more.
    """
    releases = find_releases(asked, generation, scope, max(RELEASES_READ, k))
    best, others = releases[:RELEASES_READ], releases[RELEASES_READ:]
    read = read_releases(asked, generation, best, reader) if reader is not None else {}
    found = rank_paragraphs(asked, generation, best, read, reader.ranking if reader else None)
    if len(found) < k:
        found += rank_paragraphs(asked, generation, others)
    generation.rest()
    return Found(tuple(best), tuple(found))
