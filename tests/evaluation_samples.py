"""Makers of invented quotes, answers and questions, shared by the tests of the evaluation."""

from qa.evaluation.question_set import Gold, JudgedQuestion
from qa.records import Answer, Quote, ReadAs, Refusal, Searched, Sentence


def make_quote(release, text="Nothing here.", sentence=None, *, start=0, rank=1):
    """A quote of `text`, found at `start`; its marked sentence is all of it if not named."""
    marked = text if sentence is None else sentence
    at = start + text.index(marked)
    return Quote(
        rank=rank,
        score=0.0,
        release=release,
        title="A title",
        area="Upper Marden",
        published=None,
        url=None,
        paragraph=1,
        start=start,
        end=start + len(text),
        text=text,
        sentence=Sentence(at, at + len(marked), marked),
        speaker=None,
        sha256="0" * 64,
    )


def make_answer(*quotes):
    """An answer of these quotes; a refusal if there are none."""
    refusal = None if quotes else Refusal("nothing_fits", "Nothing fits.")
    return Answer(
        question="",
        answered=bool(quotes),
        refusal=refusal,
        read_as=ReadAs(""),
        quotes=quotes,
        searched=Searched(0, 0),
        generation="g1",
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
