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

from threadpoolctl import ThreadpoolController

from qa.answers.choose import Chosen, choose
from qa.answers.cite import as_quote, cite
from qa.answers.decide import Decided, decide, middles_of
from qa.answers.refuse import refusal
from qa.embedding import Encoder, SentenceTransformerEncoder
from qa.errors import QuestionError
from qa.index.generation import Generation, open_generation
from qa.index.lexical import new_stemmer
from qa.questions.read import Day, read_as, read_question
from qa.reading import Reader, open_reader
from qa.records import Answer, Hit, Period, Query, Quote, Refusal, Searched, Turn
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.scope import Scope, scope_of
from qa.retrieval.search import Found, search
from qa.settings import Settings, load_settings

MAX_QUOTES = 5
MAX_HITS = 100


class Assistant:
    """Answers questions from one generation of one index."""

    def __init__(
        self, generation: Generation, encoder: Encoder, reader: Reader | None = None
    ) -> None:
        self.generation = generation
        self.encoder = encoder
        self.reader = reader
        self._local = threading.local()  # a stemmer keeps state while it works
        self._pools = ThreadpoolController()
        # Closed with the last reference too, so that whoever forgets to close leaks nothing.
        self._release = weakref.finalize(self, generation.close)

    @classmethod
    def open(
        cls,
        index: str | Path = "index",
        settings: Settings | None = None,
        *,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
    ) -> Self:
        """Open the index that serves in a folder.

        Args:
            index: The index folder.
            settings: Which model questions are read with; from the settings file if absent.
            encoder: The model itself, if it is at hand; settings are not looked at then.
            reader: The reader to use with it.

        Raises:
            IndexFault: The index is missing, damaged, or of another model.
            ModelError: The model is missing or damaged.
        """
        if encoder is None:
            settings = settings or load_settings()
            encoder, reader = SentenceTransformerEncoder(settings), open_reader(settings)
        return cls(open_generation(index, (encoder.name, encoder.fingerprint)), encoder, reader)

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
        if refused is not None:
            return self._answer(query, scope, refused=refused)
        found = self._search(asked, scope, MAX_QUOTES)
        if not found.paragraphs:
            return self._answer(query, scope, refused=refusal("nothing_fits", scope.searched))
        decided = self._decided(asked, found)
        if not decided.answers:
            nearest = cite([Chosen(found.paragraphs[0])], asked, self.generation)[0]
            refused = refusal("nothing_fits", scope.searched, nearest)
            return self._answer(query, scope, refused=refused, chance=decided.chance)
        quotes = self._quotes(found, asked, scope)
        return self._answer(query, scope, quotes=quotes, chance=decided.chance)

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
        found = self._search(asked, scope, k).paragraphs[:k]
        return cite([Chosen(one) for one in found], asked, self.generation)

    def _asked(self, query: Query) -> Asked:
        if not hasattr(self._local, "stemmer"):
            self._local.stemmer = new_stemmer()
        return make_ready(query, self.encoder, self._local.stemmer)

    def _search(self, asked: Asked, scope: Scope, k: int) -> Found:
        # numpy's threads, waiting beside torch's, made a question take 262 ms instead of 185.
        with self._pools.limit(limits=1, user_api="blas"):
            return search(asked, self.generation, scope, self.reader, k)

    def _decided(self, asked: Asked, found: Found) -> Decided:
        chances = self.reader.chances if self.reader is not None else None
        here = middles_of(self.generation, self.encoder, self.reader)
        return decide(asked, self.generation, found, chances, here)

    def _quotes(self, found: Found, asked: Asked, scope: Scope) -> tuple[Quote, ...]:
        chosen = choose(found.paragraphs, self.generation, MAX_QUOTES)
        return tuple(
            as_quote(hit, one, self.generation, scope)
            for hit, one in zip(cite(chosen, asked, self.generation), chosen, strict=True)
        )

    def _answer(
        self,
        query: Query,
        scope: Scope,
        *,
        quotes: tuple[Quote, ...] = (),
        refused: Refusal | None = None,
        chance: float | None = None,
    ) -> Answer:
        return Answer(
            question=query.text,
            answered=refused is None,
            refusal=refused,
            read_as=read_as(query),
            quotes=quotes,
            searched=scope.searched,
            generation=self.generation.name,
            probability=None if chance is None else round(chance, 4),
        )


def _cannot_search(asked: Asked, scope: Scope) -> Refusal | None:
    if not scope.searched.releases:
        return refusal("nothing_in_scope", scope.searched)
    if not asked.terms:
        return refusal("no_words", scope.searched)
    return None
