"""List the questions that went wrong, for people to read and learn from.

A question is listed once, under the first of these that is so of it:

    refused          it can be answered, and was not
    not refused      no release answers it, and something was quoted
    wrong passage    the first quote does not hold the answer
    wrong sentence   it does, but the sentence marked in it does not

Passages are shown verbatim in code blocks, so that nothing in them acts as Markdown; control
characters are spelt out, since a terminal would obey them.

Reads    an evaluation, and the releases of its index
Gives    a Markdown document
"""

import re
from collections.abc import Iterator, Sequence

from qa.evaluation.evaluate import Evaluation
from qa.evaluation.gold_places import GoldPlace, Shelf, gold_places
from qa.evaluation.measures import first_passage
from qa.evaluation.outcome import Outcome
from qa.evaluation.question_set import JudgedQuestion
from qa.records import Answer, Hit
from qa.visible import visible

KINDS = {
    "refused": "Refused, though it can be answered",
    "not refused": "Answered, though no release answers it",
    "wrong passage": "Wrong passage first",
    "wrong sentence": "Right passage first, wrong sentence marked",
}
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|&~])")


def error_list(evaluation: Evaluation, shelf: Shelf) -> str:
    """Give the document: how many of each kind, then every one of them."""
    listed = [
        (_kind(outcome), question, answer, outcome)
        for question, answer, outcome in zip(
            evaluation.questions, evaluation.answers, evaluation.outcomes, strict=True
        )
    ]
    kinds = [kind for kind, *_ in listed]
    wrong = len(kinds) - kinds.count(None)
    lines = ["# Errors", "", f"{wrong} of {len(kinds)} questions went wrong.", ""]
    lines += [f"- {heading}: {kinds.count(kind)}" for kind, heading in KINDS.items()]
    for kind, heading in KINDS.items():
        if kind in kinds:
            lines += ["", f"## {heading}"]
        for its_kind, question, answer, outcome in listed:
            if its_kind == kind:
                lines += ["", *_entry(question, answer, outcome, gold_places(question, shelf))]
    return "\n".join(lines) + "\n"


def _kind(outcome: Outcome) -> str | None:
    if not outcome.answerable:
        return "not refused" if outcome.answered else None
    if not outcome.answered:
        return "refused"
    if outcome.rank != 1:
        return "wrong passage"
    return None if outcome.sentence_hit else "wrong sentence"


def _entry(
    question: JudgedQuestion, answer: Answer, outcome: Outcome, places: Sequence[GoldPlace]
) -> Iterator[str]:
    yield f"### {_inline(question.id)} ({_inline(question.type)})"
    yield ""
    for earlier in question.history:
        yield f"Earlier: {_inline(earlier)}  "
    yield f"Question: **{_inline(question.question)}**"
    yield ""
    yield from _won(answer)
    if question.answerable:
        yield from _should_have(places)
        yield _rank(outcome)


def _won(answer: Answer) -> Iterator[str]:
    first = first_passage(answer)
    if first is None:
        yield "Nothing was found."
    else:
        what = "Quoted first" if answer.answered else "Nearest, not quoted"
        yield f"{what}{_stated(answer)}: {_named(first.release, first.paragraph, first.title)}"
        yield from _block(first.text)
        yield from _marked(first)
    yield ""


def _stated(answer: Answer) -> str:
    return "" if answer.probability is None else f" (probability {answer.probability:.2f})"


def _marked(first: Hit) -> Iterator[str]:
    yield f"Marked: {_inline(first.sentence.text)}"
    if first.answer is not None:
        yield f"Pointed at: {_inline(first.answer.text)}"


def _should_have(places: Sequence[GoldPlace]) -> Iterator[str]:
    """Show one passage that holds an answer, and name the others."""
    shown = next((place for place in places if place.paragraphs), places[0])
    answer = f"“{_inline(shown.gold.answer)}”"
    if shown.release is None:
        yield f"The index has no release {_inline(shown.gold.release)}, which should say {answer}."
    elif not shown.paragraphs:
        yield f"No one paragraph of {_inline(shown.gold.release)} holds {answer}."
    else:
        first = shown.paragraphs[0]
        named = _named(shown.gold.release, first.number, shown.release.title)
        yield f"Should have been, for {answer}: {named}"
        yield from _block(first.text)
    others = list(
        dict.fromkeys(_name(p.gold.release, one.number) for p in places for one in p.paragraphs)
    )[1:]
    if others:
        yield f"Or: {', '.join(others)}"
    yield ""


def _rank(outcome: Outcome) -> str:
    if not outcome.quotes:
        return "Nothing was quoted."
    if outcome.rank is None:
        return f"No right passage is among the {outcome.quotes} quoted."
    return f"The first right passage came at rank {outcome.rank} of {outcome.quotes}."


def _named(release: str, paragraph: int, title: str) -> str:
    return f"{_name(release, paragraph)}, “{_inline(title)}”"


def _name(release: str, paragraph: int) -> str:
    return f"{_inline(release)} paragraph {paragraph}"


def _block(text: str) -> Iterator[str]:
    """Give a text verbatim, fenced by more backticks than it holds anywhere."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    yield from ("", f"{fence}text", visible(text), fence, "")


def _inline(text: str) -> str:
    """Give a text on one line, without meaning in Markdown."""
    return _MARKUP.sub(r"\\\1", visible(" ".join(text.split())))
