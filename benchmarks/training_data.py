"""The questions that question side and reader are trained with, and those kept from both.

    questions/own.jsonl           the project's own: {"id", "release", "question", "history",
                                  "kind", "places"}
    releases_qa.jsonl             {"id", "release", "question", "answers", "kind"}
    squad2_dev.jsonl              {"question", "paragraph", "answerable", "answers"}
    squad2_dev_paragraphs.jsonl   {"id": "ARTICLE#NUMBER", "title", "text"}

An answer is a substring of a paragraph, white space folded; a place is [paragraph, start, end]
in its plain text, all counted from 0, so that no word of a release is kept with the project. A
question without any is not answered by its release or paragraph. 15 % of the releases are held
out: what is fitted to trained models is fitted on their questions.

Reads    the project's own questions, and a folder with the three other files
Gives    `ReleaseQuestion`s, `Squad`; the spans of an answer in a text
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from qa.errors import QuestionSetError
from qa.language.markup import plain
from qa.questions.read import read_question
from qa.records import Query
from qa.retrieval.asked import words_to_read

OWN_QUESTIONS = Path(__file__).parent / "questions" / "own.jsonl"
QUESTIONS = "releases_qa.jsonl"
SQUAD_QUESTIONS = "squad2_dev.jsonl"
SQUAD_PARAGRAPHS = "squad2_dev_paragraphs.jsonl"
FILES = (QUESTIONS, SQUAD_QUESTIONS, SQUAD_PARAGRAPHS)

HELD_OUT = 15  # of 100 releases
NEIGHBOURS = 6  # paragraphs of the same article that may be read beside the right one

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ReleaseQuestion:
    """A question written for one release.

    Attributes:
        id: Its name in the file.
        release: Path of the release below the folder of releases.
        question: The words.
        answers: Substrings of paragraphs in plain text, white space aside; none if the release
            does not answer.
        kind: e.g. "why-how"; for tables only.
        history: Questions asked before it, oldest first.
        is_own: Whether it is the project's own, worded as by people who have not read the release.
    """

    id: str
    release: str
    question: str
    answers: tuple[str, ...]
    kind: str
    history: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def query(self) -> Query:
        """The question as the retrievers are given it."""
        return read_question(self.question, history=self.history)

    @property
    def to_read(self) -> str:
        """The words that a reader is given."""
        return words_to_read(self.query)


@dataclass(frozen=True, slots=True)
class SquadParagraph:
    """A paragraph of an article: its title and its words."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question written for one paragraph of an article.

    Attributes:
        question: The words.
        paragraph: Which paragraph, by id.
        answers: Substrings of it; none if it only looks as if it answered.
        neighbours: Ids of the paragraphs of the same article that share most with the question,
            rare words counting more; best first.
    """

    question: str
    paragraph: str
    answers: tuple[str, ...]
    neighbours: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Squad:
    """All questions, and the paragraphs by id."""

    questions: tuple[SquadQuestion, ...]
    paragraphs: Mapping[str, SquadParagraph]


def is_held_out(release: str) -> bool:
    """Tell whether a release is kept from training, by its path alone."""
    return int(hashlib.sha256(release.encode()).hexdigest(), 16) % 100 < HELD_OUT


def read_questions(folder: Path) -> list[ReleaseQuestion]:
    """Read the questions over releases, held out or not, in the order of the file.

    Raises:
        QuestionSetError: The file is missing or damaged.
    """
    return [
        ReleaseQuestion(
            line["id"],
            line["release"],
            line["question"],
            tuple(plain(answer).text for answer in line["answers"]),
            line["kind"],
        )
        for line in _lines(folder / QUESTIONS, ("id", "release", "question", "answers", "kind"))
    ]


def all_questions(
    folder: Path, own: Path, paragraphs_of: Callable[[str], Sequence[str]]
) -> list[ReleaseQuestion]:
    """Read all questions over releases: those of a folder of training files, and our own.

    Raises:
        QuestionSetError: A file is missing or damaged, or a release is not there.
    """
    questions = [*read_questions(folder), *read_own_questions(own, paragraphs_of)]
    for release in {question.release for question in questions}:
        paragraphs_of(release)
    return questions


def read_own_questions(
    file: Path, paragraphs_of: Callable[[str], Sequence[str]]
) -> list[ReleaseQuestion]:
    """Read the project's own questions over releases, held out or not, in the order of the file.

    Args:
        file: Where they are.
        paragraphs_of: Gives the plain paragraphs of a release by its path.

    Raises:
        QuestionSetError: The file is damaged, or a release is not the one that was asked about.
    """
    return [
        ReleaseQuestion(
            line["id"],
            line["release"],
            line["question"],
            tuple(_answer(line["id"], paragraphs_of(line["release"]), *p) for p in line["places"]),
            line["kind"],
            tuple(line["history"]),
            is_own=True,
        )
        for line in _lines(file, ("id", "release", "question", "places", "kind", "history"))
    ]


def _answer(question: str, paragraphs: Sequence[str], number: int, start: int, end: int) -> str:
    if not 0 <= number < len(paragraphs) or not 0 <= start < end <= len(paragraphs[number]):
        raise QuestionSetError(
            f"the question {question!r} was written for another version of its release; build "
            f"the index from the releases that the questions are about"
        )
    return paragraphs[number][start:end]


def read_squad(folder: Path) -> Squad:
    """Read the questions over articles, and their paragraphs.

    Raises:
        QuestionSetError: A file is missing or damaged, or names a paragraph that is not there.
    """
    paragraphs = {
        line["id"]: SquadParagraph(line["title"], line["text"])
        for line in _lines(folder / SQUAD_PARAGRAPHS, ("id", "title", "text"))
    }
    near = _Neighbours(paragraphs)
    questions = []
    for line in _lines(folder / SQUAD_QUESTIONS, ("question", "paragraph", "answerable")):
        if line["paragraph"] not in paragraphs:
            raise QuestionSetError(f"{SQUAD_PARAGRAPHS} lacks the paragraph {line['paragraph']!r}")
        answers = tuple(line["answers"]) if line["answerable"] else ()
        beside = near.of(line["question"], line["paragraph"])
        questions.append(SquadQuestion(line["question"], line["paragraph"], answers, beside))
    return Squad(tuple(questions), paragraphs)


def spans_of(text: str, answer: str) -> list[Span]:
    r"""Find every place of an answer in a text, white space folded.

    Places with word borders around them are preferred: "10" is not meant by "2010". Where
    there is none, any place counts, since answers may end inside a word.

    >>> spans_of("The 10 of\n2010, the 10.", "10"), spans_of("rose to 5pm", "to  5")
    ([(4, 6), (20, 22)], [(5, 9)])
    """
    words = answer.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    whole = [match.span() for match in re.finditer(before + pattern + after, text)]
    return whole or [match.span() for match in re.finditer(pattern, text)]


@lru_cache(maxsize=50_000)  # each paragraph is compared with many others
def words_of(text: str) -> frozenset[str]:
    """Give the different words of a text, in small letters."""
    return frozenset(re.findall(r"\w+", text.lower()))


class _Neighbours:
    """Finds paragraphs of the same article that could be taken for the right one."""

    def __init__(self, paragraphs: Mapping[str, SquadParagraph]) -> None:
        self.words = {name: words_of(paragraph.text) for name, paragraph in paragraphs.items()}
        self.counts = Counter(word for words in self.words.values() for word in words)
        self.articles: dict[str, list[str]] = {}
        for name in paragraphs:
            self.articles.setdefault(_article(name), []).append(name)

    def of(self, question: str, paragraph: str) -> tuple[str, ...]:
        asked = words_of(question)
        others = [name for name in self.articles[_article(paragraph)] if name != paragraph]
        return tuple(sorted(others, key=lambda name: -self._shared(asked, name))[:NEIGHBOURS])

    def _shared(self, asked: frozenset[str], name: str) -> float:
        """Sum the idf of the words shared; sorted, since a sum depends on its order."""
        shared = sorted(asked & self.words[name])
        return sum(math.log((len(self.words) + 1) / self.counts[word]) for word in shared)


def _article(paragraph: str) -> str:
    return paragraph.split("#")[0]


def _lines(file: Path, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Read a file of JSON lines that have some fields, at least one line."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise QuestionSetError(
            f"{str(file)!r} cannot be read ({error}). Name the files by --training and --own"
        ) from None
    if not lines:
        raise QuestionSetError(f"{str(file)!r} is empty; it must hold questions")
    for number, line in enumerate(lines, start=1):
        try:
            values = json.loads(line)
            missing = [field for field in fields if field not in values]
        except (ValueError, TypeError) as error:
            raise QuestionSetError(f"{str(file)!r}, line {number}: {error}") from None
        if missing:
            raise QuestionSetError(f"{str(file)!r}, line {number} lacks {', '.join(missing)}")
        yield values
