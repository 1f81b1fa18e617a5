"""The desk of the chat, behind the turnstile that programs pass too.

The chat knows nothing of it: who asks too often is told so in the conversation, as any other
thing that is wrong with a question. Who asks is known from the request that the event came with.
"""

from typing import Any

from qa.service.fairness import Turnstile
from qa.web.desk import Desk, Opening


class FairDesk:
    """A desk that gives turns; all but `ask` and `retrieve` is the desk's own."""

    def __init__(self, desk: Desk, turnstile: Turnstile) -> None:
        self._desk = desk
        self._turnstile = turnstile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)

    def ask(self, question: str, **how: Any) -> Any:
        """See `Assistant.ask`; raises `ComeAgain` for whoever must wait."""
        with self._turnstile.turn(address_of_event()):
            return self._desk.ask(question, **how)

    def retrieve(self, question: str, k: int = 5, **how: Any) -> Any:
        """See `Assistant.retrieve`; raises `ComeAgain` for whoever must wait."""
        with self._turnstile.turn(address_of_event()):
            return self.__getattr__("retrieve")(question, k, **how)


def fair(opening: Opening, turnstile: Turnstile) -> Opening:
    """Give the same opening, with turns."""
    return Opening(lambda: FairDesk(opening.get(), turnstile), opening.releases)


def address_of_event() -> str | None:
    """Give the address that the event of the page came from; None outside of one."""
    from gradio.context import LocalContext

    request = LocalContext.request.get(None)
    client = getattr(request, "client", None)
    return getattr(client, "host", None)
