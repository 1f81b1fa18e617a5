"""One object that answers: open an index, ask, retrieve.

    with Assistant.open("index") as desk:
        answer = desk.ask("How many people were arrested?")

It is safe under threads and holds the generation it opened. A build that is published
meanwhile is taken up by `refresh`, or within a second by an assistant that follows its index.
"""

import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from qa.asking import Filters, ask_in_turn, read_in, understanding_in
from qa.embedding import Encoder, SentenceTransformerEncoder
from qa.engines import Engine, engine_of
from qa.errors import QuestionError
from qa.index.facets import Facets, facets_of
from qa.index.generation import Generation
from qa.index.latest import Latest
from qa.opening import open_following, open_serving
from qa.overview import Overview
from qa.questions.day import Day
from qa.questions.understand import Rules
from qa.reading import Reader, open_reader
from qa.records import Answer, Hit, Period, Release, Searched, Turn
from qa.serving import Serving
from qa.settings import Settings, load_settings

MAX_HITS = 100


class Assistant(Overview):
    """Answers questions from an index, each from one generation of it."""

    def __init__(self, latest: Latest[Serving], engine: Engine) -> None:
        self._latest = latest
        # Closed with the last reference too, so that whoever forgets to close leaks nothing.
        self._release = weakref.finalize(self, _close, latest, engine)

    @classmethod
    def open(
        cls,
        index: str | Path = "index",
        settings: Settings | None = None,
        *,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        follow: bool = False,
    ) -> Self:
        """Open the index that serves.

        Args:
            index: The index folder, or the address of an engine: "postgresql://…", "http://…".
            settings: Which model questions are read with, and the engine, if it is not the
                folder; from the settings file if absent.
            encoder: The model itself, if it is at hand; settings are not looked at then.
            reader: The reader to use with it.
            follow: Take up what is published later, within a second; the model is loaded
                again only if a build names another one.

        Raises:
            IndexFault: The index is missing, damaged, or of another model.
            ModelError: The model is missing or damaged.
        """
        if encoder is None:
            settings = settings or load_settings()
            index = settings.served_from(index)
            own = SentenceTransformerEncoder(settings)
            encoder, reader = own, open_reader(settings, own.files)
        else:
            settings = None
        engine = engine_of(index)
        try:
            latest = Latest(engine, _opener(engine, settings, (encoder, reader), follow=follow))
        except BaseException:
            engine.close()
            raise
        if follow:
            latest.follow()
        return cls(latest, engine)

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
        """Let go of the index, once no question is at it; does nothing the second time."""
        self._release()

    def refresh(self) -> bool:
        """Take up the generation that serves now, and tell whether it is another one.

        Questions that were begun end on the one they began with.

        Raises:
            IndexFault: It is missing or damaged, or cannot be used; the one before goes on serving.
        """
        return self._latest.refresh()

    @property
    def serving(self) -> Serving:
        """What is open now; once another generation is taken up, it is closed."""
        return self._latest.opened

    @property
    def generation(self) -> Generation:
        """The generation that is open now; as `serving`."""
        return self.serving.generation

    @property
    def generation_name(self) -> str:
        """Name of the generation that is open now."""
        return self.serving.name

    @property
    def encoder(self) -> Encoder:
        """The model that reads questions."""
        return self.serving.encoder

    @property
    def reader(self) -> Reader | None:
        """The reader, if there is one."""
        return self.serving.reader

    @property
    def areas(self) -> tuple[str, ...]:
        """All areas that have releases, sorted."""
        return self.serving.areas

    @property
    def counts(self) -> Searched:
        """How many releases and paragraphs there are."""
        return self.serving.counts

    @property
    def span(self) -> Period | None:
        """From the first to the last known publish day; None if none is known."""
        return self.serving.span

    def source(self, release: str) -> str | None:
        """Give the text of a release as its file was read, by path; None if unknown."""
        with self._latest.lease() as serving:
            return serving.source(release)

    def release(self, path: str) -> Release | None:
        """Give a release, without its paragraphs, by path; None if it is not in the index."""
        with self._latest.lease() as serving:
            return serving.release(path)

    def titles(self, most: int) -> list[str]:
        """Give titles of at most so many releases, spread evenly over all."""
        with self._latest.lease() as serving:
            alive = serving.generation.columns.alive.nonzero()[0].tolist()
            rows = sorted({alive[place * len(alive) // most] for place in range(most) if alive})
            return [head.title for head in serving.generation.catalogue.heads(rows).values()]

    def facets(self, areas: Sequence[str] = ()) -> Facets:
        """Count releases by area, and by month those of some areas, or of all."""
        with self._latest.lease() as serving:
            return facets_of(serving.generation.columns, areas)

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn | str] = (),
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
        understand: Rules = True,
        today: Day = None,
    ) -> Answer:
        """Answer a question with quotes, best first, or refuse.

        Args:
            question: Any words; at most 2,000 characters.
            history: Earlier turns, oldest first; a bare string counts as a question.
            areas: Search only these areas; all if empty.
            published_from: First publish day searched.
            published_to: Last publish day searched.
            understand: What the words may say and carry from earlier turns: True for all of
                `RULES`, False to take them as typed, or some, such as ("area",). Typed words
                too are looked for with those of a question in `history` that they lean on.
            today: What "last week" counts from; the machine's own day if None.

        Raises:
            QuestionError: The question or a filter cannot be used.
        """
        with self._latest.lease() as serving:
            return ask_in_turn(
                serving,
                question,
                history,
                Filters(areas, (published_from, published_to)),
                understanding_in(serving, understand, today),
            )

    def retrieve(
        self,
        question: str,
        k: int = 5,
        *,
        areas: Sequence[str] = (),
        published_from: Day = None,
        published_to: Day = None,
        understand: Rules = True,
        today: Day = None,
    ) -> list[Hit]:
        """Give the `k` best paragraphs for a question, whether or not they answer it.

        Args:
            question: Any words; at most 2,000 characters.
            k: 1 to 100.
            areas: Search only these areas; all if empty.
            published_from: First publish day searched.
            published_to: Last publish day searched.
            understand: See `ask`; `read_as` tells how it was read.
            today: What "last week" counts from; the machine's own day if None.

        Raises:
            QuestionError: The question, `k` or a filter cannot be used.
        """
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MAX_HITS:
            raise QuestionError(f"k is {k!r}; it must be a whole number from 1 to {MAX_HITS}")
        with self._latest.lease() as serving:
            filters = Filters(areas, (published_from, published_to))
            how = understanding_in(serving, understand, today)
            return serving.hits(read_in(serving, question, filters, how), k)


def _close(latest: Latest[Serving], engine: Engine) -> None:
    latest.close()
    engine.close()


def _opener(
    engine: Engine,
    settings: Settings | None,
    models: tuple[Encoder, Reader | None],
    *,
    follow: bool,
) -> Callable[[Serving | None], Serving]:
    """Give what opens the newest generation; it holds no assistant, so that one can end."""

    def open_newest(before: Serving | None) -> Serving:
        if before is None:
            return open_serving(engine, *models)
        if follow:
            return open_following(engine, settings, before)
        return open_serving(engine, before.encoder, before.reader, before)

    return open_newest
