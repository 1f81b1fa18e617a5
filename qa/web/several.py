"""Many questions, one after the other, as fast as the server lets a visitor ask.

Reads    how to ask, rows of questions
Gives    what came of each row
"""

import time
from collections.abc import Callable, Iterator, Sequence

from qa.records import Answer
from qa.service.fairness import ComeAgain
from qa.service.faults import told
from qa.web.export.batch import BatchLine, BatchQuestion, answer_line


def answer_lines(
    ask: Callable[..., Answer],
    questions: Sequence[BatchQuestion],
    lines: list[BatchLine],
    pause: Callable[[float], None] = time.sleep,
) -> Iterator[bool]:
    """Answer rows, and stop for a moment before each and at every second that one must wait.

    Whoever takes no more of what this yields asks no more.

    Args:
        ask: How to ask; may raise `ComeAgain`.
        questions: The rows.
        lines: Is added what came of each. After a fault that is not of a row the rows that are
            left say so, as visitors may know it.
        pause: Waits so many seconds.

    Yields:
        Whether the next row waits for its turn.

    Raises:
        Exception: The first row met such a fault: nothing was answered.
    """
    for done, question in enumerate(questions):
        yield False
        try:
            while seconds := _added(ask, question, lines):
                for _ in range(seconds):
                    yield True
                    pause(1)
        except Exception as error:
            if not done:
                raise
            said = told(error)
            lines += [BatchLine(left, None, said) for left in questions[done:]]
            return


def _added(ask: Callable[..., Answer], question: BatchQuestion, lines: list[BatchLine]) -> int:
    """Add what came of a row; gives after how many seconds to ask again where nothing did."""
    try:
        lines.append(answer_line(ask, question))
    except ComeAgain as error:
        return error.seconds
    return 0
