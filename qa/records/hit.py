"""What is found for a question: a paragraph with its source, and one that is quoted.

`to_dict()` gives plain JSON values under the same names.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from qa.records.release import Kind, Sentence, Span, Speaker


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph found for a query, with all that is needed to cite it.

    Attributes:
        rank: From 1.
        score: What it was ordered by; comparable only within one result.
        release: Path of its release below the releases folder.
        title: Of the release.
        area: Of the release; empty if unknown.
        published: `YYYY-MM-DD`, `YYYY-MM`, or None.
        url: http or https address, or None.
        paragraph: Number in the release, from 1.
        start: Offset of the paragraph in the release file.
        end: Offset one past it.
        text: The paragraph, verbatim.
        sentence: The sentence that answers best, or the shortest run of them that does.
        speaker: Who speaks, if it is a quotation.
        sha256: Of the release file.
        kind: What the paragraph is to its release.
        answer: The very words that answer, inside `sentence`; None if no reader pointed at any.
    """

    rank: int
    score: float
    release: str
    title: str
    area: str
    published: str | None
    url: str | None
    paragraph: int
    start: int
    end: int
    text: str
    sentence: Sentence
    speaker: Speaker | None
    sha256: str
    kind: Kind = Kind.BODY
    answer: Span | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, slots=True)
class Quote(Hit):
    """A hit shown as (part of) an answer.

    Attributes:
        also_in: Other releases that hold the same paragraph, by path.
    """

    also_in: tuple[str, ...] = ()
