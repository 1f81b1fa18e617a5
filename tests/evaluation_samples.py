"""Makers of invented quotes, answers and questions, shared by the tests of the evaluation."""

from qa.evaluation.outcome import Outcome
from qa.evaluation.question_set import Gold, JudgedQuestion
from qa.records import (
    Answer,
    Paragraph,
    Quote,
    ReadAs,
    Refusal,
    Release,
    Searched,
    Sentence,
    Span,
)


def make_quote(
    release, text="Nothing here.", sentence=None, *, start=0, rank=1, paragraph=1, words=None
):
    """A quote of `text`, found at `start`; its marked sentence is all of it if not named.

    `words`, if any, are the words of the text that it points at.
    """
    marked = text if sentence is None else sentence
    at = start + text.index(marked)
    pointed = None if words is None else start + text.index(words)
    return Quote(
        rank=rank,
        score=0.0,
        release=release,
        title="A title",
        area="Upper Marden",
        published=None,
        url=None,
        paragraph=paragraph,
        start=start,
        end=start + len(text),
        text=text,
        sentence=Sentence(at, at + len(marked), marked),
        speaker=None,
        sha256="0" * 64,
        answer=None if words is None else Span(pointed, pointed + len(words), words),
    )


def make_answer(*quotes, nearest=None, probability=None):
    """An answer of these quotes; a refusal, with what was `nearest`, if there are none."""
    refusal = None if quotes else Refusal("nothing_fits", "Nothing fits.", nearest)
    return Answer(
        question="",
        answered=bool(quotes),
        refusal=refusal,
        read_as=ReadAs(""),
        quotes=quotes,
        searched=Searched(0, 0),
        generation="g1",
        probability=probability,
    )


def make_outcome(name, rank=None, **facts):
    """The outcome of an answerable question, answered with five quotes; `facts` replace some."""
    usual = {
        "id": name,
        "type": "factoid",
        "answerable": True,
        "answered": True,
        "rank": rank,
        "release_rank": rank,
        "sentence_hit": rank == 1,
        "list_f1": None,
        "quotes": 5,
        "exact_quotes": None,
        "milliseconds": 0.0,
    }
    return Outcome(**(usual | facts))


def make_release(path, *texts, title="A title"):
    """A release whose paragraphs, numbered from 1, are these texts."""
    text, paragraphs = "", []
    for number, words in enumerate(texts, start=1):
        paragraphs.append(Paragraph(number, len(text), len(text) + len(words), words))
        text += f"{words}\n\n"
    return Release(
        id=path,
        title=title,
        areas=(),
        url=None,
        published=None,
        published_source=None,
        text=text,
        encoding="utf-8",
        size=len(text.encode()),
        sha256="0" * 64,
        paragraphs=tuple(paragraphs),
    )


def make_question(name, *gold, kind="factoid", history=()):
    """A question named `name`; it can be answered if there is gold, given as (release, answer)."""
    return JudgedQuestion(
        id=name,
        type=kind,
        question=name,
        history=tuple(history),
        answerable=bool(gold),
        gold=tuple(Gold(release, answer) for release, answer in gold),
    )


class PreparedDesk:
    """Answers each question as was laid down, and keeps what it was asked."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def ask(self, question, *, history=()):
        self.asked.append((question, tuple(history)))
        return self.answers[question]
