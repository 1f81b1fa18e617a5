"""What is exported: an answer with the numbers of its citations."""

from dataclasses import dataclass
from datetime import datetime

from qa.records import Answer, Hit
from qa.web.citation import citation_line
from qa.web.texts import ENGLISH


@dataclass(frozen=True, slots=True)
class Taken:
    """One exchange of a conversation.

    Attributes:
        answer: What was answered.
        numbers: Of the citation of each quote, as the page shows them.
        when: When it was answered, UTC.
    """

    answer: Answer
    numbers: tuple[int, ...]
    when: datetime


def source_line(hit: Hit) -> str:
    """Say where a quote stands, and how to check it."""
    sentence = f"sentence {hit.sentence.start}–{hit.sentence.end}"
    return f"{citation_line(hit, ENGLISH)} ({sentence}), SHA-256 {hit.sha256}"
