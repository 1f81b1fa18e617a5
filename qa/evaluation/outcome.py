"""What became of one question: asked, timed and judged.

Outcomes are kept beside the summary so that two runs over the same file can be compared
question by question, which shows far smaller differences than two intervals can.

Reads    a question, the answer to it, and the time that took
Gives    `Outcome`
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

from qa.evaluation.measures import (
    Source,
    answer_rank,
    exact_quotes,
    first_passage,
    holds_answer,
    list_f1,
    release_rank,
    sentence_hit,
)
from qa.evaluation.question_set import JudgedQuestion
from qa.evaluation.squad import best, exact_match, token_f1
from qa.records import Answer

LIST = "list"  # the type of question that is judged by all its gold releases together


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question, asked and judged.

    Attributes:
        id: Of the question.
        type: Of the question.
        answerable: Whether it can be answered.
        answered: Whether it was.
        rank: Of the first quote that holds the answer, from 1; None if none does.
        release_rank: Of the first quote that is from a gold release; None if none is.
        sentence_hit: Whether the sentence marked in the first quote holds the answer.
        list_f1: Releases quoted against gold releases; None for other types than "list".
        quotes: How many were given.
        exact_quotes: How many of them are exact; None if that was not checked.
        milliseconds: From question to answer.
        fingerprint: Of the question and its gold, see `JudgedQuestion`; None if unknown.
        first_right: Whether the first passage, be it quoted or only the nearest of a refusal,
            holds the answer; None if unknown.
        probability: That it does, as the answer said; None if it said nothing.
        exact_match: Of the words pointed at in the first quote, 0 or 1; None for a question
            that cannot be answered, and if no answer of the run points at words.
        token_f1: Of the same, 0 to 1; None likewise.
    """

    id: str
    type: str
    answerable: bool
    answered: bool
    rank: int | None
    release_rank: int | None
    sentence_hit: bool
    list_f1: float | None
    quotes: int
    exact_quotes: int | None
    milliseconds: float
    # Outcomes saved before these were measured lack them: None says so.
    fingerprint: str | None = None
    first_right: bool | None = None
    probability: float | None = None
    exact_match: float | None = None
    token_f1: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self)


def judge(
    question: JudgedQuestion,
    answer: Answer,
    milliseconds: float,
    *,
    source: Source | None = None,
    pointed: bool = False,
) -> Outcome:
    """Judge the answer to a question.

    Args:
        question: With its gold answers.
        answer: What was answered to it.
        milliseconds: How long that took.
        source: Gives the text of a release; without it quotes are not checked to be exact.
        pointed: Whether answers of this run point at words; pointing at none earns 0 then.
    """
    quotes, gold = answer.quotes, question.gold
    first, pointed = first_passage(answer), pointed and question.answerable
    is_list = question.type == LIST and question.answerable
    return Outcome(
        id=question.id,
        type=question.type,
        answerable=question.answerable,
        answered=answer.answered,
        rank=answer_rank(quotes, gold),
        release_rank=release_rank(quotes, gold),
        sentence_hit=sentence_hit(quotes, gold),
        list_f1=list_f1({quote.release for quote in quotes}, {right.release for right in gold})
        if is_list
        else None,
        quotes=len(quotes),
        exact_quotes=None if source is None else exact_quotes(quotes, source),
        milliseconds=round(milliseconds, 3),
        fingerprint=question.fingerprint,
        first_right=first is not None and holds_answer(first, gold),
        probability=answer.probability,
        exact_match=best(exact_match, quotes, gold) if pointed else None,
        token_f1=best(token_f1, quotes, gold) if pointed else None,
    )
