"""The pages that releases are trained on: their texts, and wrong releases beside right ones.

A wrong release is one that stage one finds for the question, so that the reader learns to tell
apart what it will be given. One that repeats the answering paragraph, as appeals and their
follow-ups do, is not wrong, and is left out.

Reads    an index, opened with its encoder; questions
Gives    `ReleaseText`s and negatives, by path of release and id of question
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.training_data import ReleaseQuestion, spans_of, words_of
from qa.assistant import Assistant
from qa.errors import QuestionSetError
from qa.index.lexical import new_stemmer
from qa.language.markup import plain
from qa.retrieval.asked import make_ready
from qa.retrieval.releases import find_releases
from qa.retrieval.scope import scope_of

FOUND = 12  # releases of stage one that are looked at
NEGATIVES = 8  # of them kept for a question
# A paragraph repeats another if it has this share of its words; shorter ones say too little.
REPEATED = 0.6
SHORTEST = 5
# A release repeats another if it has this share of the words of the one with fewer.
SAME_RELEASE = 0.7

Negatives = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ReleaseText:
    """A release as it is read: title and paragraphs, in plain text."""

    title: str
    paragraphs: tuple[str, ...]


class Releases:
    """Texts of the releases of an index by path, each read once."""

    def __init__(self, desk: Assistant) -> None:
        self.desk = desk
        self.paths = [source.path for source in desk.generation.sources]
        self._rows = {path: row for row, path in enumerate(self.paths)}
        self._texts: dict[str, ReleaseText] = {}

    def row(self, path: str) -> int:
        """Give the row of one release.

        Raises:
            QuestionSetError: The index has no such release.
        """
        if path not in self._rows:
            raise QuestionSetError(
                f"the index lacks the release {path!r} that questions are about; build it from "
                f"the releases they were written for"
            )
        return self._rows[path]

    def text(self, path: str) -> ReleaseText:
        """Give the text of one release.

        Raises:
            QuestionSetError: The index has no such release.
        """
        if path not in self._texts:
            self._texts[path] = self._read(self.row(path))
        return self._texts[path]

    def _read(self, row: int) -> ReleaseText:
        generation = self.desk.generation
        rows = generation.columns.rows_of(row).tolist()
        texts = generation.catalogue.paragraphs(rows)
        title = generation.catalogue.heads([row])[row].title
        return ReleaseText(title, tuple(plain(texts[number].text).text for number in rows))


def find_negatives(
    releases: Releases,
    questions: Sequence[ReleaseQuestion],
    progress: Callable[[str, int, int], None],
) -> dict[str, list[str]]:
    """Find the wrong releases that stage one likes best for each question.

    Args:
        releases: Of the index that is searched.
        questions: What is asked.
        progress: Told "Finding negatives", how many questions are done, and of how many.

    Returns:
        Paths of at most `NEGATIVES` releases by id of question, best first.
    """
    stemmer = new_stemmer()
    found = {}
    for number, question in enumerate(questions):
        progress("Finding negatives", number, len(questions))
        others = _found(releases, question, stemmer)
        right = releases.text(question.release)
        wrong = [path for path in others if not repeats(releases.text(path), right, question)]
        found[question.id] = wrong[:NEGATIVES]
    progress("Finding negatives", len(questions), len(questions))
    return found


def _found(releases: Releases, question: ReleaseQuestion, stemmer: object) -> list[str]:
    """Give the releases that stage one finds beside the right one, best first."""
    desk = releases.desk
    asked = make_ready(question.query, desk.encoder, stemmer)
    scope = scope_of(question.query, desk.generation.columns)
    found = find_releases(asked, desk.generation, scope, FOUND)
    paths = [releases.paths[release.row] for release in found]
    return [path for path in paths if path != question.release]


def repeats(other: ReleaseText, right: ReleaseText, question: ReleaseQuestion) -> bool:
    """Tell whether a release says what the right one says, so that it may answer as well."""
    if not question.answers:
        mine, own = _all_words(other), _all_words(right)
        return len(mine & own) > SAME_RELEASE * min(len(mine), len(own))
    answering = [
        words_of(text)
        for text in right.paragraphs
        if any(spans_of(text, answer) for answer in question.answers)
    ]
    return any(
        len(words) > SHORTEST and len(words & words_of(text)) > REPEATED * len(words)
        for words in answering
        for text in other.paragraphs
    )


def _all_words(release: ReleaseText) -> frozenset[str]:
    return frozenset().union(*map(words_of, release.paragraphs))


def kept_negatives(
    file: Path, key: Iterable[str], find: Callable[[], dict[str, list[str]]]
) -> dict[str, list[str]]:
    """Give negatives found before, or find them and keep them for the next run.

    Args:
        file: Where they are kept.
        key: What they depend on; kept ones of another key are found anew.
        find: Finds them.
    """
    digest = hashlib.sha256("\n".join(key).encode()).hexdigest()
    if file.is_file():
        kept: dict[str, dict[str, list[str]]] = json.loads(file.read_text(encoding="utf-8"))
        if digest in kept:
            return kept[digest]
    found = find()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({digest: found}, indent=1) + "\n", encoding="utf-8")
    return found
