"""Train the side of the embedding model that reads questions, and write it as an adapter.

    python -m benchmarks.train_question_side --training DIR --index DIR --out DIR

The training files are described in `benchmarks/training_data.py`; the index is one of the
releases that the questions are about, and stays as it is. Allow 25 minutes on two cores. A run
that is stopped begins anew. Afterwards fit what belongs to it:

    python -m benchmarks.fit_weights question-side DIR --index DIR --question-side OUT
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.moving_average import MovingAverage, keep_freed_memory, let_upper_learn
from benchmarks.question_side_candidates import Contest, contests, drawn
from benchmarks.question_side_scores import Scorer, Weights, run_questions
from benchmarks.training_data import QUESTIONS, all_questions, is_held_out
from benchmarks.training_record import add_data_options, say, write_record
from benchmarks.training_releases import Releases
from qa.adapter import WEIGHTS, write_adapter
from qa.answers.refuse import MIN_NEARNESS
from qa.assistant import Assistant
from qa.embedding import Fitted, SentenceTransformerEncoder
from qa.embedding.question_side import QuestionSideCard, transformer_of, write_card
from qa.errors import QAError, UsageError
from qa.model_files import DEFAULT_WEIGHTS_SHA256
from qa.model_running import run_offline, use_threads
from qa.progress import shown_progress
from qa.retrieval.paragraphs import WEIGHTS as PARAGRAPH_WEIGHTS
from qa.retrieval.releases import RELEASE_WEIGHTS
from qa.settings import Settings

TELL_EVERY = 50  # steps


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the weights, beside the data and the base.

    Attributes:
        trained_layers: How many layers, from the top, are trained.
        epochs: How often each question is asked.
        batch: Questions of a step.
        competing: Releases that compete in a step, of those found for a question.
        blank: Chance of each word piece of a question to be read as [MASK].
        rate: Highest learning rate of the layers.
        weight_rate: That of the weights of what is known.
        warm_up: Share of the steps in which the rate rises; it falls from there on.
        last_rate: Rate at the end, in units of the highest.
        decay: Weight decay.
        clip: Longest gradient.
        average: Decay of the moving average of the weights, which is the result.
        seed: Of every draw.
    """

    trained_layers: int = 4
    epochs: int = 3
    batch: int = 16
    competing: int = 24
    blank: float = 0.12
    rate: float = 2e-4
    weight_rate: float = 0.02
    warm_up: float = 0.08
    last_rate: float = 0.05
    decay: float = 0.01
    clip: float = 1.0
    average: float = 0.99
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("trained_layers", "epochs", "batch", "competing"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 1 or more")


@dataclass(frozen=True, slots=True)
class Job:
    """What is trained, from what, and where it goes.

    Attributes:
        recipe: How.
        training: Folder of training files.
        own: The file of the project's own questions.
        index: Folder of the index.
        out: Folder of the adapter.
        name: Of the adapter.
    """

    recipe: Recipe
    training: Path
    own: Path
    index: Path
    out: Path
    name: str


def main(arguments: list[str] | None = None) -> int:
    """Train as the options say; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_data_options(parser)
    parser.add_argument("--out", type=Path, default=Path("build/question_side"))
    parser.add_argument("--name", default="question-side-2", help="of the adapter")
    choices = asdict(Recipe())
    for name, value in choices.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args(arguments))
    try:
        recipe = Recipe(**{name: given.pop(name) for name in choices})
        train(Job(recipe, **given))
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def train(job: Job) -> None:
    """Train a question side upon the bundled model.

    Raises:
        UsageError: The folder for it is taken.
        QAError: Model, index or training files cannot be used.
    """
    if (job.out / WEIGHTS).exists():
        raise UsageError(f"{str(job.out)!r} holds an adapter. Name another folder with --out")
    begun = time.monotonic()
    run_offline()
    encoder = SentenceTransformerEncoder(Settings(), question_side=None)
    with Assistant.open(job.index, encoder=encoder) as desk, shown_progress() as progress:
        releases = Releases(desk)
        asked = all_questions(job.training, job.own, lambda path: releases.text(path).paragraphs)
        learnt = [one for one in asked if not is_held_out(one.release)]
        competing = contests(releases, learnt, job.recipe.seed, progress)
        scorer = Scorer(desk.generation)
    keep_freed_memory()
    losses = _learn(Learner(encoder, scorer, competing, job.recipe))
    published = SentenceTransformerEncoder(Settings(), question_side=None)
    write_adapter(transformer_of(encoder.model), transformer_of(published.model), job.out)
    # General weights, until better ones are fitted to it.
    fitted = Fitted(RELEASE_WEIGHTS, PARAGRAPH_WEIGHTS, MIN_NEARNESS)
    write_card(QuestionSideCard(job.name, DEFAULT_WEIGHTS_SHA256, fitted), job.out)
    seconds = time.monotonic() - begun
    told = {
        "recipe": asdict(job.recipe),
        "questions": len(competing),
        "losses": losses,
        "seconds": round(seconds),
    }
    write_record(job.out, told, (job.training / QUESTIONS, job.own))
    say(f"wrote {str(job.out)!r} after {seconds / 60:.1f} minutes")


class Learner:
    """A transformer that is trained on contests, in place, with all that belongs to it.

    Attributes:
        steps: How many there are.
    """

    def __init__(
        self,
        encoder: SentenceTransformerEncoder,
        scorer: Scorer,
        competing: Sequence[Contest],
        recipe: Recipe,
    ) -> None:
        self.scorer, self.competing, self.recipe = scorer, competing, recipe
        self.transformer, self.tokenizer = transformer_of(encoder.model), encoder.model.tokenizer
        self.windows = [encoder.question_window(one.words) for one in competing]
        self.weights = Weights()
        let_upper_learn(self.transformer, recipe.trained_layers)
        self._trained = [one for one in self.transformer.parameters() if one.requires_grad]
        self._average = MovingAverage(self._trained, recipe.average)
        groups: list[dict[str, Any]] = [
            {"params": self._trained, "highest": recipe.rate},
            {"params": list(self.weights.parameters()), "highest": recipe.weight_rate},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=recipe.decay)
        self._rng = np.random.default_rng(recipe.seed)
        n = len(competing)
        self._order = np.concatenate([self._rng.permutation(n) for _ in range(recipe.epochs)])
        self.steps = len(self._order) // recipe.batch
        if not self.steps:
            raise UsageError(f"{n} questions do not fill a batch of {recipe.batch}")

    def learn(self, step: int) -> float:
        """Take a step, counted from 0; gives the loss before it."""
        for group in self._optimiser.param_groups:
            group["lr"] = group["highest"] * _rate(self.recipe, step / self.steps)
        size = self.recipe.batch
        loss = self._loss(self._order[step * size : (step + 1) * size])
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._trained, self.recipe.clip)
        self._optimiser.step()
        self._average.follow()
        return loss.item()

    def _loss(self, places: NDArray[np.int64]) -> torch.Tensor:
        windows = [self.windows[place] for place in places]
        longest = max(len(window.ids) for window in windows)
        blank = self._rng.random((len(windows), longest)) < self.recipe.blank
        questions = run_questions(self.transformer, self.tokenizer, windows, blank)
        few = [drawn(self.competing[place], self.recipe.competing, self._rng) for place in places]
        return self.scorer.loss(questions, few, self.weights)

    def finish(self) -> None:
        """Put the averaged weights into the transformer."""
        self._average.put_in()


def _learn(learner: Learner) -> list[dict[str, float]]:
    """Take all steps, and tell of them; gives the course of the loss."""
    use_threads(os.cpu_count() or 1)
    told, mean, begun = [], 0.0, time.monotonic()
    for step in range(learner.steps):
        loss = learner.learn(step)
        mean = 0.95 * mean + 0.05 * loss if step else loss
        done = step + 1
        if done % TELL_EVERY == 0 or done == learner.steps:
            left = (time.monotonic() - begun) / done * (learner.steps - done) / 60
            say(f"step {done:,} of {learner.steps:,}: {mean:.3f}; {left:.1f} minutes left")
            told.append({"step": done, "loss": round(mean, 4)})
    learner.finish()
    return told


def _rate(recipe: Recipe, done: float) -> float:
    """Give the learning rate in units of the highest, when a share of the steps is done."""
    if done < recipe.warm_up:
        return done / recipe.warm_up + 1e-3
    return max(recipe.last_rate, 1 - done)


if __name__ == "__main__":
    sys.exit(main())
