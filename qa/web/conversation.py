"""What one visitor has asked so far: the turns given to the assistant, the messages shown.

Both are bounded, because a page may stay open for days and is held in the server's memory.

Reads    questions, answers and notices, in order
Gives    `Conversation`, a new one at every step
"""

from dataclasses import dataclass, replace

from qa.records import Answer, Turn
from qa.web.render import answer_html, notice_html, text_html

MAX_TURNS = 10  # earlier turns a question may lean on
MAX_MESSAGES = 60  # thirty exchanges stay on the page


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
class Conversation:
    """One visitor's conversation; oldest first.

    Attributes:
        turns: Questions with their answers, the last `MAX_TURNS` of them.
        messages: What the page shows, the last `MAX_MESSAGES` of them.
    """

    turns: tuple[Turn, ...] = ()
    messages: tuple[Message, ...] = ()

    def asked(self, question: str) -> "Conversation":
        """Show a question that has no answer yet."""
        return self._shown("user", text_html(question))

    def answered(self, question: str, answer: Answer) -> "Conversation":
        """Show the answer, and remember the turn."""
        turns = (*self.turns, Turn(question, answer))[-MAX_TURNS:]
        return replace(self._shown("assistant", answer_html(answer)), turns=turns)

    def told(self, message: str) -> "Conversation":
        """Show a message that answers nothing, such as an error; no turn is remembered."""
        return self._shown("assistant", notice_html(message))

    def _shown(self, role: str, content: str) -> "Conversation":
        messages = (*self.messages, Message(role, content))[-MAX_MESSAGES:]
        return replace(self, messages=messages)
