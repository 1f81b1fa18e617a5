"""One object that answers: open an index, ask, retrieve.

    with Assistant.open("index") as desk:
        answer = desk.ask("How many people were arrested?")

It is safe under threads and pins the generation it opened: a build that is published
meanwhile is served by the next `open`.
"""

import threading
import weakref
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.answers.cite import as_quote, cite, without_repeats
from qa.answers.refuse import fits, refusal
from qa.embedding import Encoder, SentenceTransformerEncoder
from qa.errors import QuestionError
from qa.index.generation import Generation, open_generation
from qa.index.lexical import new_stemmer
from qa.questions.read import Day, read_as, read_question
from qa.records import Answer, Hit, Period, Query, Quote, Refusal, Searched, Turn
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.paragraphs import FoundParagraph, rank_paragraphs
from qa.retrieval.releases import find_releases
from qa.retrieval.scope import Scope, scope_of
from qa.settings import Settings, load_settings

RELEASES_READ = 5  # carried from stage one to stage two
MAX_QUOTES = 5
MAX_HITS = 100


class Assistant:
    """Answers questions from one generation of one index."""

    def __init__(self, generation: Generation, encoder: Encoder) -> None:
        self.generation = generation
        self.encoder = encoder
        self._local = threading.local()  # a stemmer keeps state while it works
        # Closed with the last reference too, so that whoever forgets to close leaks nothing.
        self._release = weakref.finalize(self, generation.close)

    @classmethod
    def open(
        cls,
        index: str | Path = "index",
        settings: Settings | None = None,
        *,
        encoder: Encoder | None = None,
    ) -> Self:
        """Open the index that serves in a folder.

        Args:
            index: The index folder.
            settings: Which model questions are read with; from the settings file if absent.
            encoder: The model itself, if it is at hand.

        Raises:
            IndexFault: The index is missing, damaged, or of another model.
            ModelError: The model is missing or damaged.
        """
        encoder = encoder or SentenceTransformerEncoder(settings or load_settings())
        return cls(open_generation(index, (encoder.name, encoder.fingerprint)), encoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index; does nothing the second time."""
        self._release()

    @property
    def areas(self) -> tuple[str, ...]:
        """All areas that have releases, sorted."""
        return self.generation.columns.areas

    @property
    def counts(self) -> Searched:
        """How many releases and paragraphs there are."""
        counts = self.generation.manifest.counts
        return Searched(counts.releases, counts.paragraphs)

    @property
    def span(self) -> Period | None:
        """From the first to the last known publish day; None if none is known."""
        days = self.generation.columns.published
        days = days[days[:, 0] > 0]
        if not len(days):
            return None
        return Period(
            date.fromordinal(int(days[:, 0].min())), date.fromordinal(int(days[:, 1].max()))
        )

    def source(self, release: str) -> str | None:
        """Give the text of a release as its file was read, by path; None if unknown."""
        paths = self.generation.manifest.releases
        row = next((row for row, record in enumerate(paths) if record.path == release), None)
        return None if row is None else self.generation.catalogue.release(row).text

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn | str] = (),
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
    ) -> Answer:
        """Answer a question with quotes, best first, or refuse.

        Args:
            question: Any words; at most 2,000 characters.
            history: Earlier turns, oldest first; a bare string counts as a question.
            areas: Search only these areas; all if empty.
            published_from: First publish day searched.
            published_to: Last publish day searched.

        Raises:
            QuestionError: The question or a filter cannot be used.
        """
        query = read_question(
            question,
            history=history,
            areas=areas,
            published=(published_from, published_to),
            known_areas=self.areas,
        )
        scope = scope_of(query, self.generation.columns)
        asked = self._asked(query)
        refused = _cannot_search(asked, scope)
        found = [] if refused else self._found(asked, scope, MAX_QUOTES)
        if found and not fits(asked, self.generation, found[0]):
            nearest = cite(found[:1], asked, self.generation)[0]
            refused = refusal("nothing_fits", scope.searched, nearest)
        elif not found and refused is None:
            refused = refusal("nothing_fits", scope.searched)
        return Answer(
            question=query.text,
            answered=refused is None,
            refusal=refused,
            read_as=read_as(query),
            quotes=() if refused else self._quotes(found, asked, scope),
            searched=scope.searched,
            generation=self.generation.name,
        )

    def retrieve(
        self,
        question: str,
        k: int = 5,
        *,
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
    ) -> list[Hit]:
        """Give the `k` best paragraphs for a question, whether or not they answer it.

        Args:
            question: Any words; at most 2,000 characters.
            k: 1 to 100.
            areas: Search only these areas; all if empty.
            published_from: First publish day searched.
            published_to: Last publish day searched.

        Raises:
            QuestionError: The question, `k` or a filter cannot be used.
        """
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MAX_HITS:
            raise QuestionError(f"k is {k!r}; it must be a whole number from 1 to {MAX_HITS}")
        query = read_question(
            question,
            areas=areas,
            published=(published_from, published_to),
            known_areas=self.areas,
        )
        scope = scope_of(query, self.generation.columns)
        asked = self._asked(query)
        if _cannot_search(asked, scope):
            return []
        return cite(self._found(asked, scope, k)[:k], asked, self.generation)

    def _asked(self, query: Query) -> Asked:
        if not hasattr(self._local, "stemmer"):
            self._local.stemmer = new_stemmer()
        return make_ready(query, self.encoder, self._local.stemmer)

    def _found(self, asked: Asked, scope: Scope, k: int) -> list[FoundParagraph]:
        """Rank the paragraphs of the best releases, then those of more until there are `k`."""
        best = find_releases(asked, self.generation, scope, max(RELEASES_READ, k))
        found = rank_paragraphs(asked, self.generation, best[:RELEASES_READ])
        if len(found) < k:
            found += rank_paragraphs(asked, self.generation, best[RELEASES_READ:])
        return found

    def _quotes(
        self, found: Sequence[FoundParagraph], asked: Asked, scope: Scope
    ) -> tuple[Quote, ...]:
        kept = without_repeats(found, self.generation, MAX_QUOTES)
        hits = cite(kept, asked, self.generation)
        return tuple(
            as_quote(hit, paragraph.row, self.generation, scope)
            for hit, paragraph in zip(hits, kept, strict=True)
        )


def _cannot_search(asked: Asked, scope: Scope) -> Refusal | None:
    if not scope.searched.releases:
        return refusal("nothing_in_scope", scope.searched)
    if not asked.terms:
        return refusal("no_words", scope.searched)
    return None
