"""What one visitor has asked so far: each question with its answer, and how the page shows it.

It is bounded, because a page may stay open for days and is held in the server's memory.
Citations are numbered through the conversation: the same passage with the same mark keeps its
number, so that two answers can be cut and pasted together.

Reads    questions, answers and notices, in order
Gives    `Conversation`, a new one at every step
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from qa.records import Answer, Hit, Quote, Turn
from qa.web.asking import Asking
from qa.web.render import Frame, answer_html, notice_html, text_html
from qa.web.texts import ENGLISH, Texts

MAX_TURNS = 10  # earlier turns a question may lean on
MAX_EXCHANGES = 30  # as many stay on the page

_Key = tuple[str, str, int, int, int]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the page.

    Attributes:
        role: "user" or "assistant".
        content: Escaped HTML.
    """

    role: str
    content: str

    def to_dict(self) -> dict[str, str]:
        """Give the form that the chat component takes."""
        return {"role": self.role, "content": self.content}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question with what came of it.

    Attributes:
        number: In the conversation, from 1.
        asking: What was asked.
        shown: The messages of the page.
        answer: None if it was told what is wrong, or has no answer yet.
        numbers: Of the citation of each quote.
        when: When it was answered, UTC.
    """

    number: int
    asking: Asking
    shown: tuple[Message, ...]
    answer: Answer | None = None
    numbers: tuple[int, ...] = ()
    when: datetime | None = None

    def hit(self, rank: int) -> Hit | None:
        """Give the quote of a rank, or the nearest passage of a refusal for rank 0."""
        if self.answer is None:
            return None
        if rank == 0:
            return self.answer.refusal.nearest if self.answer.refusal else None
        return next((quote for quote in self.answer.quotes if quote.rank == rank), None)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One visitor's conversation; oldest first.

    Attributes:
        texts: The language it is held in.
        exchanges: The last `MAX_EXCHANGES` of them.
        cited: Number of each passage that those cite.
        next_number: Of the next passage.
    """

    texts: Texts = ENGLISH
    exchanges: tuple[Exchange, ...] = ()
    cited: Mapping[_Key, int] = field(default_factory=dict)
    next_number: int = 1

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What a new question may lean on."""
        return self.turns_before(None)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the page shows."""
        return tuple(message for exchange in self.exchanges for message in exchange.shown)

    def turns_before(self, number: int | None) -> tuple[Turn, ...]:
        """Give the turns before an exchange, or all: `MAX_TURNS` at most."""
        turns = [
            Turn(exchange.asking.question, exchange.answer)
            for exchange in self.exchanges
            if exchange.answer is not None and (number is None or exchange.number < number)
        ]
        return tuple(turns[-MAX_TURNS:])

    def exchange(self, number: int) -> Exchange | None:
        """Give an exchange by its number; None if it is no longer there."""
        return next((one for one in self.exchanges if one.number == number), None)

    def asked(self, asking: Asking, note: str = "") -> "Conversation":
        """Show a question that has no answer yet."""
        number = self.exchanges[-1].number + 1 if self.exchanges else 1
        shown = (Message("user", text_html(asking.question, note)),)
        exchanges = (*self.exchanges, Exchange(number, asking, shown))[-MAX_EXCHANGES:]
        return replace(self, exchanges=exchanges)

    def answered(self, answer: Answer, months: Mapping[str, int]) -> "Conversation":
        """Show the answer to the last question."""
        last = self.exchanges[-1]
        cited, next_number = self._numbered(answer.quotes)
        numbers = tuple(cited[_key(quote)] for quote in answer.quotes)
        frame = Frame(last.asking, last.number, numbers, months, self.texts)
        done = replace(
            last,
            shown=(*last.shown, Message("assistant", answer_html(answer, frame))),
            answer=answer,
            numbers=numbers,
            when=datetime.now(UTC),
        )
        exchanges = (*self.exchanges[:-1], done)
        return replace(self, exchanges=exchanges, cited=cited, next_number=next_number)

    def told(self, message: str) -> "Conversation":
        """Say something that answers nothing, such as an error, below the last question."""
        said = Message("assistant", notice_html(message))
        if not self.exchanges:
            return replace(self, exchanges=(Exchange(1, Asking(""), (said,)),))
        last = self.exchanges[-1]
        done = replace(last, shown=(*last.shown, said))
        return replace(self, exchanges=(*self.exchanges[:-1], done))

    def _numbered(self, quotes: tuple[Quote, ...]) -> tuple[dict[_Key, int], int]:
        kept = {_key(quote) for one in self.exchanges if one.answer for quote in one.answer.quotes}
        cited = {key: number for key, number in self.cited.items() if key in kept}
        number = self.next_number
        for quote in quotes:
            if _key(quote) not in cited:
                cited[_key(quote)] = number
                number += 1
        return cited, number


def _key(quote: Quote) -> _Key:
    return quote.release, quote.sha256, quote.start, quote.sentence.start, quote.sentence.end
