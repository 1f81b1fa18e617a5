"""Read a file of judged questions: what is asked, and what would answer it.

One JSON object a line:

    {"id": "q1", "type": "factoid", "question": "How many vans were stopped?",
     "history": [{"question": "What happened in Upper Marden?"}], "answerable": true,
     "gold": [{"release": "marden/a1.md", "answer": "41 vans"}]}

`history` may be left out. Other fields ("note", "filters") are for people and are not read:
a question is judged by its answer, not by how it was understood. Blank lines are passed over.
A fault is never skipped, for a measure over fewer questions than the file seems to hold
would mislead.

Reads    a UTF-8 file of JSON lines
Gives    `JudgedQuestion` records, in the order of the file
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.errors import QuestionSetError
from qa.evaluation.fields import Fields, shown

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # some editors put it before the first line


@dataclass(frozen=True, slots=True)
class Gold:
    """One right answer.

    Attributes:
        release: Path of the release that holds it, below the releases folder.
        answer: Words of that release; a quote that contains them holds the answer.
    """

    release: str
    answer: str


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """One question with the answers that count as right.

    Attributes:
        id: Unique in its file.
        type: Kind of question, e.g. "list"; measures are given per type too.
        question: As a person would ask it.
        history: Earlier questions of the same conversation, oldest first.
        answerable: Whether the releases answer it; if not, a refusal is right.
        gold: Any of these is right; for a list, each is one piece of it. Empty exactly if
            the question cannot be answered.
    """

    id: str
    type: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    gold: tuple[Gold, ...]

    @property
    def fingerprint(self) -> str:
        """16 hex digits of a SHA-256 over all that asking and judging depend on.

        Two runs can be compared question by question only where it is the same.
        """
        gold = [[right.release, right.answer] for right in self.gold]
        parts = [self.type, self.question, self.history, self.answerable, gold]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def read_questions(path: str | Path) -> tuple[JudgedQuestion, ...]:
    """Read every question of a file.

    Raises:
        QuestionSetError: The file cannot be read or is empty, or a line of it is wrong; the
            text names file, line, field and cure.
    """
    questions: list[JudgedQuestion] = []
    line_of: dict[str, int] = {}
    for number, line in _lines(path):
        place = f"{path}, line {number}"
        question = _question(Fields.of_line(line, place))
        if question.id in line_of:
            raise QuestionSetError(
                f"{place}: field 'id': {shown(question.id)} is the id of line "
                f"{line_of[question.id]} too; give each question an id of its own"
            )
        line_of[question.id] = number
        questions.append(question)
    if not questions:
        raise QuestionSetError(f"{path}: holds no questions; write one JSON object a line")
    return tuple(questions)


def _lines(path: str | Path) -> Iterator[tuple[int, bytes]]:
    try:
        content = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise QuestionSetError(
            f"{path}: cannot be read: {reason}; name a file of questions"
        ) from None
    # Bytes, not text: `str.splitlines` would also cut at a U+2028 inside a question.
    for number, line in enumerate(content.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _question(fields: Fields) -> JudgedQuestion:
    history = (
        fields.objects("history", shape='{"question": ...}') if "history" in fields.values else []
    )
    gold = fields.objects("gold", shape='{"release": ..., "answer": ...}')
    question = JudgedQuestion(
        id=fields.text("id"),
        type=fields.text("type"),
        question=fields.text("question"),
        history=tuple(turn.text("question") for turn in history),
        answerable=fields.truth("answerable"),
        gold=tuple(Gold(right.text("release"), right.text("answer")) for right in gold),
    )
    if question.answerable and not question.gold:
        raise fields.fault("gold", "is empty", "list the answers, or set 'answerable' to false")
    if question.gold and not question.answerable:
        raise fields.fault(
            "gold", "lists answers though 'answerable' is false", "empty it, or set that to true"
        )
    return question
