"""What the network should have said, as tensors, and how far from it what it said is.

The sentences of all pages of a question share one softmax, as do their tokens as beginnings
and as ends: that is what makes scores comparable from page to page (Clark and Gardner, "Simple
and Effective Multi-Paragraph Reading Comprehension", ACL 2018. https://doi.org/10.18653/v1/P18-1078).

Letters: q questions, b sheets, t tokens of the longest; n tokens of paragraphs and s sentences
on all sheets together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.training_examples import LabelledSheet
from qa.reading.network import HEADS, Logits, as_tensors
from qa.reading.sheets import Ints

PADDING = 0  # masked, so any token will do
_LOWEST = -1e9
_TINY = 1e-9  # a share of the softmax below it is as good as none


class Losses(NamedTuple):
    """Mean losses over the questions that have answers, and over the sheets; shape ()."""

    span: torch.Tensor
    sentence: torch.Tensor
    page: torch.Tensor


@dataclass(frozen=True, slots=True)
class Batch:
    """The sheets of some questions, and their labels.

    Attributes:
        inputs: Ids, mask and types, each of shape (b, t).
        places: Shape (n,): where each token of a paragraph stands among all b * t.
        question: Shape (n,): which question it is read for.
        begins: Shape (n,): 1 where it begins an answer.
        ends: Shape (n,): 1 where it ends one.
        sentence: Shape (n,): its sentence.
        asked: Shape (s,): which question each sentence is read for.
        holds: Shape (s,): 1 where it holds an answer.
        answers: Shape (b,): 1 where the sheet answers.
        n: How many questions.
    """

    inputs: tuple[torch.Tensor, ...]
    places: torch.Tensor
    question: torch.Tensor
    begins: torch.Tensor
    ends: torch.Tensor
    sentence: torch.Tensor
    asked: torch.Tensor
    holds: torch.Tensor
    answers: torch.Tensor
    n: int


def as_batch(questions: Sequence[Sequence[LabelledSheet]]) -> Batch:
    """Put the sheets of some questions together; at least one sheet for each."""
    sheets = [(asked, one) for asked, some in enumerate(questions) for one in some]
    inputs = as_tensors([one.sheet for _, one in sheets], PADDING)
    parts = [_part(asked, one) for asked, one in sheets]
    for row, part in enumerate(parts):
        part["places"] += row * inputs[0].shape[1]
    firsts = np.cumsum([0, *(len(part["holds"]) for part in parts)])
    for first, part in zip(firsts[:-1], parts, strict=True):
        part["sentence"] += first
    joined = {
        name: torch.from_numpy(np.concatenate([part[name] for part in parts])) for name in parts[0]
    }
    answers = torch.tensor([float(one.answers) for _, one in sheets])
    return Batch(inputs=inputs, answers=answers, n=len(questions), **joined)


def _part(asked: int, one: LabelledSheet) -> dict[str, NDArray[Any]]:
    """Give the fields of a `Batch` for one sheet: places and sentences counted from 0."""
    body = np.flatnonzero(one.sheet.paragraph >= 0)
    sentence, n = _sentences(one.sheet.paragraph[body], one.sheet.sentence[body])
    holds = np.zeros(n, dtype=np.float32)
    holds[sentence[one.holds[body]]] = 1
    return {
        "places": body.copy(),
        "question": np.full(len(body), asked),
        "begins": one.begins[body].astype(np.float32),
        "ends": one.ends[body].astype(np.float32),
        "sentence": sentence,
        "asked": np.full(n, asked),
        "holds": holds,
    }


def losses(logits: Logits, batch: Batch) -> Losses:
    """Compare what the network says of a batch with its labels.

    Args:
        logits: Of the sheets of the batch, in its order, padded to (b, t).
        batch: What is right.
    """
    scores = logits.tokens.reshape(-1, HEADS)[batch.places]
    begins = _shared(scores[:, 0], batch.question, batch.begins, batch.n)
    ends = _shared(scores[:, 1], batch.question, batch.ends, batch.n)
    sums = torch.zeros(len(batch.asked)).index_add(0, batch.sentence, scores[:, 2])
    worth = sums / torch.bincount(batch.sentence, minlength=len(batch.asked))
    sentence = _shared(worth, batch.asked, batch.holds, batch.n)
    page = torch.nn.functional.binary_cross_entropy_with_logits(logits.answers, batch.answers)
    return Losses((begins + ends) / 2, sentence, page)


def _shared(
    scores: torch.Tensor, question: torch.Tensor, right: torch.Tensor, n: int
) -> torch.Tensor:
    """Give -log of what falls on the right ones of each question's softmax.

    Args:
        scores: Shape (m,): of m competitors.
        question: Shape (m,): which question each competes for.
        right: Shape (m,): 1 for those that are right; a question may have several, or none.
        n: How many questions.

    Returns:
        The mean over the questions that have a right one; 0 without any. Shape ().
    """
    highest = torch.full((n,), _LOWEST).scatter_reduce(0, question, scores.detach(), "amax")
    odds = torch.exp(scores - highest[question])
    total = torch.zeros(n).index_add(0, question, odds)
    gained = torch.zeros(n).index_add(0, question, odds * right)
    has = torch.zeros(n).index_add(0, question, right) > 0
    logs = torch.log(total[has]) - torch.log(gained[has] + _TINY)
    return logs.sum() / max(int(has.sum()), 1)


def _sentences(paragraph: Ints, sentence: Ints) -> tuple[NDArray[np.int64], int]:
    """Number the sentences of a sheet from 0, token by token, and count them."""
    if not len(paragraph):
        return np.zeros(0, dtype=np.int64), 0
    starts = (np.diff(paragraph) != 0) | (np.diff(sentence) != 0)
    numbers = np.concatenate([[0], np.cumsum(starts)])
    return numbers, int(numbers[-1]) + 1
