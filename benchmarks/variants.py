"""The ideas that were tried, each as a way to answer questions without it, or with another.

A variant changes one thing: which weights count, what the reader is given, what of its
readings is used. Nothing is fitted anew, so a row tells what an idea is worth to the whole as
it is shipped, not what might have been built without it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from unittest import mock

from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.reading import Chances, Page, PageReading, Reader
from qa.retrieval import read, releases, search
from qa.settings import Settings

Change = Callable[[ExitStack, Assistant], None]


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    Attributes:
        idea: What is done, in a few words.
        change: Makes an assistant do it, until the stack is closed.
        verdict: Kept or dropped, and why.
    """

    idea: str
    change: Change
    verdict: str


@contextmanager
def varied(variant: Variant, desk: Assistant) -> Iterator[Assistant]:
    """Give the assistant as the variant has it; it is as before afterwards."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(desk.serving, "reader", desk.serving.reader))
        stack.enter_context(mock.patch.object(desk.serving, "encoder", desk.serving.encoder))
        variant.change(stack, desk)
        yield desk


def with_releases(*names: str) -> Change:
    """Rank releases by some features of the published model alone, without a reader."""

    def change(stack: ExitStack, desk: Assistant) -> None:
        general = releases.RELEASE_WEIGHTS
        kept = {name: weight * (name in names) for name, weight in general.items()}
        stack.enter_context(mock.patch.dict(general, kept))
        with_published_model(stack, desk)
        desk.serving.reader = None

    return change


def with_ranking(*names: str) -> Change:
    """Rank read paragraphs by some of the fitted features alone, and refuse by nearness alone.

    The chances weigh the score, which is of another scale then.
    """

    def change(stack: ExitStack, desk: Assistant) -> None:
        own = _own(desk).ranking or {}
        desk.serving.reader = Wrapped(_own(desk), ranking={name: own[name] for name in names})

    return change


def with_budget(n_releases: int, tokens: int) -> Change:
    """Read so many releases, and so many word pieces."""

    def change(stack: ExitStack, desk: Assistant) -> None:
        stack.enter_context(mock.patch.object(search, "RELEASES_READ", n_releases))
        stack.enter_context(mock.patch.object(read, "TOKENS", tokens))

    return change


def with_pages(make: Callable[[Page], list[Page]]) -> Change:
    """Give the reader other pages than whole ones."""

    def change(stack: ExitStack, desk: Assistant) -> None:
        desk.serving.reader = Wrapped(_own(desk), make=make)

    return change


def without_spans(stack: ExitStack, desk: Assistant) -> None:
    """Mark by MaxSim, though the reader pointed at words."""
    desk.serving.reader = Wrapped(_own(desk), spans=False)


def with_published_model(stack: ExitStack, desk: Assistant) -> None:
    """Read questions with the model that passages are read with."""
    desk.serving.encoder = _published()


@cache
def _published() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(Settings(), question_side=None)


def without_reader(stack: ExitStack, desk: Assistant) -> None:
    """Leave out reading."""
    desk.serving.reader = None


def as_it_is(stack: ExitStack, desk: Assistant) -> None:
    """Change nothing."""


def one_by_one(page: Page) -> list[Page]:
    """Make a page of each paragraph, with the title."""
    return [Page(page.title, (text,)) for text in page.paragraphs]


def alone(page: Page) -> list[Page]:
    """Make a page of each paragraph, without the title."""
    return [Page("", (text,)) for text in page.paragraphs]


class Wrapped:
    """A reader of which something is changed before or after it reads."""

    def __init__(
        self,
        reader: Reader,
        *,
        ranking: Mapping[str, float] | None = None,
        make: Callable[[Page], list[Page]] = lambda page: [page],
        spans: bool = True,
    ) -> None:
        self.reader, self.make, self.spans = reader, make, spans
        self.name, self.fingerprint = reader.name, reader.fingerprint
        self.ranking: Mapping[str, float] | None = ranking or reader.ranking
        self.chances: Chances | None = reader.chances if ranking is None else None

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read the pages as made, and give the readings back to the pages as they came."""
        parts = [self.make(page) for page in pages]
        found = iter(self.reader.read(question, [part for some in parts for part in some]))
        return [self._joined([next(found) for _ in some]) for some in parts]

    def _joined(self, found: Sequence[PageReading]) -> PageReading:
        readings = [one for page in found for one in page.readings]
        if not self.spans:
            readings = [replace(one, span=None) for one in readings]
        answers = [page.answers for page in found if page.answers is not None]
        return PageReading(tuple(readings), max(answers, default=None))


def _own(desk: Assistant) -> Reader:
    if desk.serving.reader is None:
        raise ValueError("these variants are of an assistant with a reader")
    return desk.serving.reader


_STAGE_ONE = ("bm25", "best_cosine", "paragraph_bm25", "max_sim", "names")

VARIANTS = (
    Variant("BM25 of releases, no reader", with_releases(*_STAGE_ONE[:1]), "the start"),
    Variant("+ best paragraph by vectors", with_releases(*_STAGE_ONE[:2]), "kept"),
    Variant("+ best paragraph by BM25", with_releases(*_STAGE_ONE[:3]), "kept"),
    Variant("+ MaxSim over the release", with_releases(*_STAGE_ONE[:4]), "kept"),
    Variant("+ names and figures that it holds", with_releases(*_STAGE_ONE), "kept"),
    Variant("+ question side trained = stage one, no reader", without_reader, "kept"),
    Variant("reader, question side not trained", with_published_model, "dropped"),
    Variant("reader's sentences alone rank", with_ranking("reader"), "dropped"),
    Variant("reader's spans alone rank", with_ranking("span"), "dropped"),
    Variant("both, and stage one", with_ranking("release", "reader", "span"), "dropped"),
    Variant(
        "both, stage one, cosine, MaxSim",
        with_ranking("release", "reader", "span", "cosine", "max_sim"),
        "dropped",
    ),
    Variant("each paragraph read alone", with_pages(alone), "dropped"),
    Variant("each paragraph read with its title", with_pages(one_by_one), "dropped"),
    Variant("3 releases read", with_budget(3, read.TOKENS), "dropped"),
    Variant(
        "half the word pieces read", with_budget(search.RELEASES_READ, read.TOKENS // 2), "as good"
    ),
    Variant("8 releases, twice the word pieces", with_budget(8, 2 * read.TOKENS), "too slow"),
    Variant("marked by MaxSim, not by spans", without_spans, "dropped"),
    Variant("everything, as shipped", as_it_is, "kept"),
)
