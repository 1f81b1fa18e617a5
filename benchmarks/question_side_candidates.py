"""What the question side learns from: questions, and releases that compete to be the right one.

The competitors are those that stage one finds with the published model, and a few at random.
What depends on words alone does not change while the question side is trained, so it is
computed once. Releases that repeat the right one compete as wrong ones: there are few, and telling
them apart needs a look at every text.

Reads    an index, opened with the published model; questions
Gives    `Contest`s

Letters: c competing releases of a question.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.training_data import ReleaseQuestion, spans_of
from benchmarks.training_releases import Releases
from qa.errors import QuestionSetError
from qa.index.terms import new_stemmer
from qa.retrieval.asked import make_ready
from qa.retrieval.releases import (
    RELEASE_WEIGHTS,
    find_releases,
    release_features,
)
from qa.retrieval.scope import scope_of

FOUND = 60  # releases of stage one that compete
AT_RANDOM = 6  # and others
LEXICAL = ("bm25", "paragraph_bm25", "names")

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Contest:
    """A question, and the releases that compete for it, the right one first.

    Attributes:
        words: The question with what it leans on.
        releases: Shape (c,): rows of the releases; the first is right.
        lexical: Shape (c, 3): their features named in `LEXICAL`.
        rows: Rows of the paragraphs of the right release.
        holds: Of each of these, whether it holds an answer; at least one does.
    """

    words: str
    releases: NDArray[np.int64]
    lexical: Floats
    rows: NDArray[np.int64]
    holds: NDArray[np.bool_]


def contests(
    releases: Releases,
    questions: Sequence[ReleaseQuestion],
    seed: int,
    progress: Callable[[str, int, int], None],
) -> list[Contest]:
    """Let releases compete for each question; those without an answer are left out."""
    answered = [one for one in questions if one.answers]
    made = []
    for done, contest in enumerate(_contests(releases, answered, seed)):
        progress("Finding competitors", done, len(answered))
        made.append(contest)
    progress("Finding competitors", len(answered), len(answered))
    return made


def _contests(
    releases: Releases, questions: Sequence[ReleaseQuestion], seed: int
) -> Iterator[Contest]:
    generation, encoder = releases.desk.generation, releases.desk.encoder
    rng, stemmer = np.random.default_rng(seed), new_stemmer()
    columns = [list(RELEASE_WEIGHTS).index(name) for name in LEXICAL]
    for question in questions:
        right = releases.row(question.release)
        asked = make_ready(question.query, encoder, stemmer)
        scope = scope_of(question.query, generation.columns)
        found = [one.row for one in find_releases(asked, generation, scope, FOUND)]
        others = {*found, *rng.integers(0, len(releases.paths), AT_RANDOM).tolist()} - {right}
        competing = [right, *sorted(others)]
        features = release_features(asked, generation, competing)[:, columns]
        yield Contest(
            question.query.words,
            np.array(competing),
            features.astype(np.float32),
            generation.columns.rows_of(right),
            _holds(releases, question),
        )


def _holds(releases: Releases, question: ReleaseQuestion) -> NDArray[np.bool_]:
    """Tell which paragraphs of the right release hold an answer."""
    texts = releases.text(question.release).paragraphs
    found = np.array([any(spans_of(text, answer) for answer in question.answers) for text in texts])
    if not found.any():
        raise QuestionSetError(
            f"{question.release!r} does not hold the answer to the question {question.id!r}; build "
            f"the index from the releases that the questions are about"
        )
    return found


def drawn(contest: Contest, n: int, rng: np.random.Generator) -> Contest:
    """Give a contest of at most `n` releases, the right one among them, the others drawn."""
    others = 1 + rng.permutation(len(contest.releases) - 1)[: n - 1]
    chosen = np.concatenate([[0], others])
    return replace(contest, releases=contest.releases[chosen], lexical=contest.lexical[chosen])
