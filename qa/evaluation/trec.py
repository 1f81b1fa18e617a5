"""Write an evaluation the way retrieval tools read it: a TREC run and its qrels.

    run      query Q0 docid rank score tag
    qrels    query 0 docid relevance

The docid of a paragraph is `<release path>#<number>`. Columns are cut at white space, so
white space in a path or a question's id is percent-encoded, and so is "%", that it can be
undone. Tools sort by score and not by rank, and quotes need not have falling scores: the score
is therefore a count that falls by 1 from rank to rank.

A refused question has no line in the run; its qrels make tools count it as 0, if they average
over the qrels (`trec_eval -c`). For an answer that stands in no one paragraph a docid with
number 0 is judged relevant, which nothing can retrieve: without it the question would be left
out, and the others would look better.

Source: https://trec.nist.gov, the formats of `trec_eval`

Reads    questions, answers, and where the gold answers stand
Gives    lines of text
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote as percent_encoded

from qa.evaluation.gold_places import GoldPlace, Shelf, gold_places
from qa.evaluation.question_set import JudgedQuestion
from qa.records import Answer

TAG = "release-qa"
_UNSAFE = re.compile(r"[\s%]")


def run_lines(questions: Sequence[JudgedQuestion], answers: Sequence[Answer]) -> Iterator[str]:
    """Give a line for each quote, questions in order and quotes by rank.

    Ranks are places in the answer, from 1. A paragraph that is quoted twice is given once,
    at its better rank: tools do not take a docid twice.
    """
    for question, answer in zip(questions, answers, strict=True):
        best: dict[str, int] = {}
        for rank, quote in enumerate(answer.quotes, start=1):
            best.setdefault(docid(quote.release, quote.paragraph), rank)
        for name, rank in best.items():
            score = len(answer.quotes) - rank + 1
            yield f"{column(question.id)} Q0 {name} {rank} {score} {TAG}"


def qrels_lines(questions: Sequence[JudgedQuestion], shelf: Shelf) -> Iterator[str]:
    """Give a line for each paragraph that holds a gold answer, questions in order."""
    for question in questions:
        names = [name for place in gold_places(question, shelf) for name in _docids(place)]
        for name in dict.fromkeys(names):
            yield f"{column(question.id)} 0 {name} 1"


def docid(release: str, paragraph: int) -> str:
    """Name a paragraph.

    >>> docid("upper marden/a1.md", 3)
    'upper%20marden/a1.md#3'
    """
    return f"{column(release)}#{paragraph}"


def column(text: str) -> str:
    """Give a text without white space; `urllib.parse.unquote` undoes it."""
    return _UNSAFE.sub(lambda match: percent_encoded(match[0]), text)


def _docids(place: GoldPlace) -> list[str]:
    numbers = [paragraph.number for paragraph in place.paragraphs] or [0]
    return [docid(place.gold.release, number) for number in numbers]
