"""Ask every question of a set, judge the answers, and sum up.

    questions = read_questions("questions.jsonl")
    with Assistant.open("index") as desk:
        evaluation = evaluate(questions, desk)
    evaluation.overall.measures["success@1"].value

Questions are asked one after the other, as a person would: times are of a single question
with nothing else going on. The first is asked once before the clock starts, since a model
that is still being loaded says nothing about the second question.

Reads    judged questions, and whoever answers them
Gives    `Evaluation`; nothing in it but the times differs from run to run
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from qa.evaluation.calibration import Calibration, calibrate
from qa.evaluation.comparison import Comparison
from qa.evaluation.intervals import LEVEL, RESAMPLES, SEED
from qa.evaluation.measures import Source
from qa.evaluation.outcome import Outcome, judge
from qa.evaluation.question_set import JudgedQuestion
from qa.evaluation.summary import Summary, summarise
from qa.records import Answer

Progress = Callable[[int, int], None]


class Desk(Protocol):
    """Whoever answers questions: an `Assistant`, or anything that is asked the same way."""

    def ask(self, question: str, *, history: Sequence[str]) -> Answer:
        """Answer a question; `history` is the earlier questions, oldest first."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of asking a set of questions.

    Attributes:
        overall: Over all questions.
        by_type: Over the questions of each type, types in alphabetical order.
        outcomes: One a question, in the order they were asked.
        calibration: How good stated probabilities are; None if no answer states one.
        questions: What was asked; not part of the JSON, nor are the answers.
        answers: One a question.
        against: How it compares with another run; None if there is none.
    """

    overall: Summary
    by_type: Mapping[str, Summary]
    outcomes: tuple[Outcome, ...]
    calibration: Calibration | None
    questions: tuple[JudgedQuestion, ...]
    answers: tuple[Answer, ...]
    against: Comparison | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give everything as JSON values, and how the intervals were made."""
        return {
            "intervals": {"level": LEVEL, "resamples": RESAMPLES, "seed": SEED},
            "overall": self.overall.to_dict(),
            "by_type": {name: summary.to_dict() for name, summary in self.by_type.items()},
            "calibration": self.calibration.to_dict() if self.calibration else None,
            "against": self.against.to_dict() if self.against else None,
            "outcomes": [outcome.to_dict() for outcome in self.outcomes],
        }


def evaluate(
    questions: Sequence[JudgedQuestion],
    desk: Desk,
    *,
    source: Source | None = None,
    progress: Progress | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Evaluation:
    """Ask all questions and measure the answers.

    Args:
        questions: In the order to be asked; the first is asked once more beforehand.
        desk: Answers them.
        source: Gives the text of a release by its path, None if there is no such release;
            with it every quote is checked to be exact.
        progress: Called with (questions done, questions in all) after each.
        clock: Gives seconds; only differences are used.

    Raises:
        QAError: `desk` could not answer; nothing is measured then.
    """
    if questions:
        desk.ask(questions[0].question, history=questions[0].history)
    answers: list[Answer] = []
    times: list[float] = []
    for done, question in enumerate(questions, start=1):
        answer, seconds = _timed(question, desk, clock)
        answers.append(answer)
        times.append(seconds * 1000)
        if progress is not None:
            progress(done, len(questions))
    return _evaluation(questions, answers, times, source)


def _timed(
    question: JudgedQuestion, desk: Desk, clock: Callable[[], float]
) -> tuple[Answer, float]:
    begun = clock()
    answer = desk.ask(question.question, history=question.history)
    return answer, clock() - begun


def _evaluation(
    questions: Sequence[JudgedQuestion],
    answers: Sequence[Answer],
    times: Sequence[float],
    source: Source | None,
) -> Evaluation:
    # Known only when all are asked: a run that never points at words is not measured by them.
    pointed = any(quote.answer is not None for answer in answers for quote in answer.quotes)
    outcomes = [
        judge(question, answer, milliseconds, source=source, pointed=pointed)
        for question, answer, milliseconds in zip(questions, answers, times, strict=True)
    ]
    return Evaluation(
        overall=summarise(outcomes),
        by_type={
            name: summarise([outcome for outcome in outcomes if outcome.type == name])
            for name in sorted({outcome.type for outcome in outcomes})
        },
        outcomes=tuple(outcomes),
        calibration=calibrate(outcomes),
        questions=tuple(questions),
        answers=tuple(answers),
    )
