"""Score releases and paragraphs as retrieval does, in torch, so that gradients reach the question.

Reads    the vectors of an index; questions run through the model that is trained
Gives    the mean loss of some questions

Letters: m word pieces of a question, d dimensions of the model, n paragraphs, t of their word
pieces, r releases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.question_side_candidates import Contest
from qa.embedding.windows import Window
from qa.index.generation import Generation

# Cosines differ by little: this is how much a softmax over all paragraphs makes of them.
SHARPNESS = 20.0
# Finding the release counts most: what is not found is not read.
RELEASE, PARAGRAPH, EVERYWHERE = 1.0, 0.5, 0.3

_STEP = 127.0  # of the bytes that word pieces are stored as


@dataclass(frozen=True, slots=True)
class Question:
    """A question run through the model.

    Attributes:
        vector: Shape (d,), unit length.
        pieces: Shape (m, d): its word pieces without punctuation.
        ids: Shape (m,): their vocabulary numbers.
    """

    vector: torch.Tensor
    pieces: torch.Tensor
    ids: NDArray[np.int64]


class Weights(torch.nn.Module):
    """How what is known of a release, and of a paragraph, is weighed; learnt along."""

    def __init__(self) -> None:
        super().__init__()
        self.lexical = torch.nn.Parameter(torch.tensor([7.0, 2.0, 3.0]))
        self.release = torch.nn.Parameter(torch.tensor([4.0, 34.0]))  # best cosine, MaxSim
        self.paragraph = torch.nn.Parameter(torch.tensor([7.0, 7.0]))  # cosine, MaxSim


class Scorer:
    """The vectors of an index as tensors, and what is made of them for a question."""

    def __init__(self, generation: Generation) -> None:
        self.columns = generation.columns
        self.pieces = generation.pieces
        self.paragraphs = torch.from_numpy(np.array(generation.segments[0].dense.vectors))
        self.projection = torch.from_numpy(np.array(generation.pieces.projection))

    def loss(
        self, questions: Sequence[Question], contests: Sequence[Contest], weights: Weights
    ) -> torch.Tensor:
        """Give -log of what three softmaxes put on the right ones, weighed and summed; shape ().

        One is over the competing releases; one over the paragraphs of the right one; and one,
        by their vectors alone, over all paragraphs there are, since so they become candidates.
        The mean over the questions is given.
        """
        vectors = torch.stack([question.vector for question in questions])
        everywhere = SHARPNESS * (vectors @ self.paragraphs.T)  # in one go: it is the dearest
        losses = []
        for question, contest, scores in zip(questions, contests, everywhere, strict=True):
            found, within = self._scores(question, contest, weights)
            answering = torch.from_numpy(contest.rows[contest.holds])
            losses.append(
                RELEASE * _missed(found, torch.tensor([0]))
                + PARAGRAPH * _missed(within, torch.from_numpy(np.flatnonzero(contest.holds)))
                + EVERYWHERE * _missed(scores, answering)
            )
        return torch.stack(losses).mean()

    def _scores(
        self, question: Question, contest: Contest, weights: Weights
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Score the competing releases, shape (r,), and the paragraphs of the right one."""
        by_release = [self.columns.rows_of(int(row)) for row in contest.releases]
        own = torch.from_numpy(np.repeat(np.arange(len(by_release)), [*map(len, by_release)]))
        rows = np.concatenate(by_release)
        cosines = self.paragraphs[rows] @ question.vector
        nearest = self._nearest(question, rows)
        idf = self._idf(question)

        best = _highest(cosines[None], own, len(by_release))[0]
        max_sim = idf @ _highest(nearest, own, len(by_release))
        found = weights.release[0] * best + weights.release[1] * max_sim
        found = found + torch.from_numpy(contest.lexical) @ weights.lexical

        right = own == 0
        within = weights.paragraph[0] * cosines[right]
        within = within + weights.paragraph[1] * (idf @ nearest[:, right])
        return found, within

    def _nearest(self, question: Question, rows: NDArray[np.int64]) -> torch.Tensor:
        """Give the best cosine of each piece of the question in each paragraph, shape (m, n)."""
        starts, ends = self.pieces.spans[rows].T
        places = np.concatenate([np.arange(a, b) for a, b in zip(starts, ends, strict=True)])
        held = torch.from_numpy(self.pieces.vectors[places].astype(np.float32) / _STEP)
        asked = torch.nn.functional.normalize(question.pieces @ self.projection, dim=-1)
        paragraph = torch.from_numpy(np.repeat(np.arange(len(rows)), ends - starts))
        return _highest(asked @ held.T, paragraph, len(rows))

    def _idf(self, question: Question) -> torch.Tensor:
        """Give the weight of each piece; see `Pieces.weights`."""
        n, df = len(self.pieces.spans), self.pieces.df[question.ids].astype(np.float32)
        idf = np.log1p((np.maximum(n - df, 0) + 0.5) / (df + 0.5))
        return torch.from_numpy((idf / idf.sum()).astype(np.float32))


def run_questions(
    transformer: Any, tokenizer: Any, windows: Sequence[Window], blank: NDArray[np.bool_]
) -> list[Question]:
    """Run some questions through the transformer of a model that means its pieces.

    Args:
        transformer: A torch module.
        tokenizer: Its own.
        windows: The questions.
        blank: Shape (questions, pieces of the longest): which are read as [MASK].
    """
    longest = max(len(window.ids) for window in windows)
    ids = np.full((len(windows), longest + 2), tokenizer.pad_token_id, dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        seen = np.where(blank[row, : len(window.ids)], tokenizer.mask_token_id, window.ids)
        framed = [tokenizer.cls_token_id, *seen, tokenizer.sep_token_id]
        ids[row, : len(framed)] = framed
        mask[row, : len(framed)] = 1
    there = torch.from_numpy(mask)
    hidden = transformer(input_ids=torch.from_numpy(ids), attention_mask=there).last_hidden_state
    weights = there[:, :, None].float()
    vectors = torch.nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=-1)
    questions = []
    for row, window in enumerate(windows):
        kept = np.array(window.kept, dtype=np.int64)
        questions.append(Question(vectors[row], hidden[row, 1 + kept], np.array(window.ids)[kept]))
    return questions


def _highest(scores: torch.Tensor, group: torch.Tensor, n: int) -> torch.Tensor:
    """Give the largest score of each group, shape (m, n); a group without any has -1."""
    lowest = torch.full((len(scores), n), -1.0)
    return lowest.scatter_reduce(1, group.expand(len(scores), -1), scores, "amax")


def _missed(scores: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Give -log of the share of a softmax that falls on the places in `right`."""
    return torch.logsumexp(scores, 0) - torch.logsumexp(scores[right], 0)
