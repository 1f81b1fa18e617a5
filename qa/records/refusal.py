"""Why nothing is quoted; its names are those that a page in another language has words for."""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from qa.records.hit import Hit

Reason = Literal["nothing_fits", "nothing_in_scope", "no_words", "nothing_left", "nothing_later"]
RefusalNote = Literal["undated_left_out", "english_only", "as_typed"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing is quoted as the answer.

    Attributes:
        reason: Why, as a short name.
        message: Sentences for people: why, what was searched, and what the notes say.
        nearest: The nearest passage, which is not an answer; None if there is none.
        notes: What the message says beside the reason, in its order: that releases without a date
            were left out, that only English is read, or how to search without what was read in
            the question.
    """

    reason: Reason
    message: str
    nearest: Hit | None = None
    notes: tuple[RefusalNote, ...] = ()

    def noting(self, note: RefusalNote, sentence: str) -> "Refusal":
        """Give the same with a sentence more."""
        message = f"{self.message} {sentence}"
        return dataclasses.replace(self, message=message, notes=(*self.notes, note))
