"""What a service asks of an assistant, with turns; and the JSON that it gives for it.

Both faces for programs call these four, so that they cannot differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from qa.errors import QuestionError
from qa.records import Answer, Hit, ReadAs, Release
from qa.service.asked import Asked, ToAsk, ToRetrieve
from qa.service.fairness import Turnstile
from qa.service.faults import Fault, NotHere

MAX_TRIES = 3
A_RELEASE = 1 / 5  # of a question: an answer has five quotes, and each may be looked up


class _Named(Protocol):
    @property
    def name(self) -> str:
        """Name of a generation."""


class Desk(Protocol):
    """What is asked; any thread may."""

    @property
    def generation(self) -> _Named:
        """What is open now."""

    def ask(self, question: str, **how: Any) -> Answer:
        """See `Assistant.ask`."""

    def retrieve(self, question: str, k: int = 5, **how: Any) -> list[Hit]:
        """See `Assistant.retrieve`."""

    def read_as(self, question: str, **how: Any) -> ReadAs:
        """See `Assistant.read_as`."""

    def release(self, path: str) -> Release | None:
        """See `Assistant.release`."""

    def titles(self, most: int) -> list[str]:
        """See `Assistant.titles`."""


@dataclass(frozen=True, slots=True)
class ReleaseText:
    """A release as it was read, for checking quotes: `text[start:end]` is the quote.

    Attributes:
        release: Path below the releases folder.
        title: For display.
        area: Who published it; empty if unknown.
        published: `YYYY-MM-DD`, `YYYY-MM`, or None.
        url: http or https address, or None.
        encoding: Python codec name that the file was decoded with.
        size: Bytes of the file.
        sha256: Of those bytes.
        text: The whole file as decoded, newlines untouched.
        generation: Of the index it was taken from.
    """

    release: str
    title: str
    area: str
    published: str | None
    url: str | None
    encoding: str
    size: int
    sha256: str
    text: str
    generation: str


@dataclass(frozen=True, slots=True)
class Counter:
    """A desk behind a turnstile.

    Attributes:
        desk: Gives the desk; may raise a `QAError` while there is none.
        turnstile: Gives turns.
    """

    desk: Callable[[], Desk]
    turnstile: Turnstile

    def serving(self) -> str:
        """Give the name of the generation that serves, once one of its releases could be read."""
        desk = self.desk()
        desk.titles(1)  # a server that holds them may be gone
        return desk.generation.name

    def ask(self, sent: ToAsk, address: str | None) -> dict[str, Any]:
        """Give the answer as JSON values."""
        return self.answer(sent, address).to_dict()

    def answer(self, sent: ToAsk, address: str | None) -> Answer:
        """Give the answer."""
        self._check_length(sent.question)
        with self.turnstile.turn(address):
            return self.desk().ask(sent.question, history=sent.history, **sent.filters())

    def retrieve(self, sent: ToRetrieve, address: str | None) -> list[dict[str, Any]]:
        """Give the best paragraphs as JSON values."""
        self._check_length(sent.question)
        with self.turnstile.turn(address):
            hits = self.desk().retrieve(sent.question, sent.k, **sent.filters())
        return [hit.to_dict() for hit in hits]

    def read(self, sent: Asked, address: str | None) -> dict[str, Any]:
        """Give how a question is read, as JSON values."""
        self._check_length(sent.question)
        with self.turnstile.turn(address):
            return self.desk().read_as(sent.question, **sent.filters()).to_dict()

    def release(self, path: str, address: str | None, generation: str | None = None) -> ReleaseText:
        """Give a release as it was read; it takes a turn, and counts as a part of a question.

        Raises:
            NotHere: It is not in the index, or the index of that generation is no longer open.
        """
        with self.turnstile.turn(address, A_RELEASE):
            serving, found = self._release(path)
        if generation not in (None, serving):
            message = f"Generation {generation!r} serves no more; {serving} does."
            raise NotHere(410, Fault(kind="generation_gone", message=message, cure="Ask again."))
        if found is None:
            cure = "Take the path from the field 'release' of a quote."
            raise NotHere(404, Fault(kind="not_found", message="No such release.", cure=cure))
        published = found.published.iso if found.published is not None else None
        facts = (found.id, found.title, found.area, published, found.url)
        return ReleaseText(
            *facts, found.encoding, found.size, found.sha256, found.text, generation=serving
        )

    def _check_length(self, question: str) -> None:
        most = self.turnstile.limits.question_characters
        if len(question) > most:
            raise QuestionError(
                f"the question has {len(question):,} characters; this server takes {most:,}"
            )

    def _release(self, path: str) -> tuple[str, Release | None]:
        desk = self.desk()
        for _ in range(MAX_TRIES):
            before, found = desk.generation.name, desk.release(path)
            if desk.generation.name == before:
                break  # no other generation was taken up between the two
        return before, found
