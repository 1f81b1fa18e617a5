"""Train a network by a recipe, step by step, so that it can be stopped and taken up anywhere.

The moving average of the weights is the result. No dropout: with so few steps it cost more than
it gave. Nothing but the draws is random, and
they belong to their step, so the step's number is all the state of chance there is.

Reads    labelled sheets, step by step
Gives    a trained network; a checkpoint file; the losses over time
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks.moving_average import MovingAverage, let_upper_learn
from benchmarks.training_examples import LabelledSheet
from benchmarks.training_losses import as_batch, losses
from benchmarks.training_recipe import Recipe
from qa.errors import UsageError

SAVE_EVERY = 300.0  # seconds
TELL_EVERY = 20  # steps
_REMEMBERED = 0.95  # of the running means of the losses that are told
NAMES = ("span", "sentence", "page")

Questions = Sequence[Sequence[LabelledSheet]]


class OutOfTime(UsageError):
    """The minutes that were given are over; the checkpoint holds what was done."""


class Training:
    """A network that is being trained, with all that belongs to it.

    Attributes:
        step: How many steps are done.
        seconds: How long they took, over all runs.
        history: The running means of the losses, every `TELL_EVERY` steps.
    """

    def __init__(self, network: Any, recipe: Recipe, dtype: str = "float32") -> None:
        self.network = network.eval()  # no dropout
        self.recipe = recipe
        self.dtype = dtype
        self.step, self.seconds = 0, 0.0
        self.history: list[dict[str, float]] = []
        self._means: list[float] = []
        let_upper_learn(network.encoder, recipe.trained_layers)
        self._trained = {n: p for n, p in network.named_parameters() if p.requires_grad}
        self._average = MovingAverage([*self._trained.values()], recipe.average)
        self._optimiser = _optimiser(self._trained, recipe)

    def learn(self, questions: Questions) -> None:
        """Take one step, from `recipe.batch` questions, each with its labelled sheets."""
        for group in self._optimiser.param_groups:
            group["lr"] = group["highest"] * self.recipe.rate_at(self.step)
        told = self._gradients(questions)
        torch.nn.utils.clip_grad_norm_(self._trained.values(), self.recipe.clip)
        self._optimiser.step()
        self._optimiser.zero_grad(set_to_none=True)
        self._average.follow()
        self.step += 1
        self._remember(told)

    def _gradients(self, questions: Questions) -> list[float]:
        """Sum the gradients of all questions, read a few at a time; give their mean losses."""
        size = self.recipe.micro_batch
        # Those of like length together, so that little is padded.
        ordered = sorted(questions, key=lambda some: max(len(one.sheet.ids) for one in some))
        means = [0.0] * len(NAMES)
        for first in range(0, len(ordered), size):
            batch = as_batch(ordered[first : first + size])
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.dtype == "bfloat16"):
                logits = self.network(*batch.inputs)
            found = losses(logits, batch)
            share = batch.n / len(ordered)
            weighted = [w * x for w, x in zip(self.recipe.loss_weights, found, strict=True)]
            loss: Any = torch.stack(weighted).sum() * share
            loss.backward()
            means = [m + float(x.detach()) * share for m, x in zip(means, found, strict=True)]
        return means

    def _remember(self, told: list[float]) -> None:
        before = self._means or told
        self._means = [
            _REMEMBERED * mean + (1 - _REMEMBERED) * new
            for mean, new in zip(before, told, strict=True)
        ]
        if self.step % TELL_EVERY == 0 or self.step == self.recipe.steps:
            rounded = [round(mean, 4) for mean in self._means]
            self.history.append({"step": self.step, **dict(zip(NAMES, rounded, strict=True))})

    def state(self) -> dict[str, Any]:
        """Give all that changes in the course of training."""
        return {
            "weights": {name: p.detach() for name, p in self._trained.items()},
            "average": self._average.kept,
            "optimiser": self._optimiser.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
            "means": self._means,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take up what `state` gave, of the same network and recipe."""
        with torch.no_grad():
            for name, parameter in self._trained.items():
                parameter.copy_(state["weights"][name])
            for kept, before in zip(self._average.kept, state["average"], strict=True):
                kept.copy_(before)
        self._optimiser.load_state_dict(state["optimiser"])
        self.step, self.seconds = state["step"], state["seconds"]
        self.history, self._means = state["history"], state["means"]

    def finish(self) -> Any:
        """Put the averaged weights into the network, and give it."""
        self._average.put_in()
        return self.network


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where a training is kept while it goes on.

    Attributes:
        file: Written whole, beside and then over the one before.
        key: Of recipe, data and base; another training is not taken up.
    """

    file: Path
    key: str

    def save(self, training: Training) -> None:
        """Keep the state of a training."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.file.with_suffix(".new")
        torch.save({"key": self.key, **training.state()}, aside)
        aside.replace(self.file)

    def take_up(self, training: Training) -> None:
        """Restore a training where there is one.

        Raises:
            UsageError: What is kept is of another recipe, other data or another base.
        """
        if not self.file.is_file():
            return
        kept = torch.load(self.file, weights_only=True)
        if kept["key"] != self.key:
            raise UsageError(
                f"{str(self.file)!r} is of another training (recipe, data or base differ). Name "
                f"another folder with --work, or delete it to begin anew"
            )
        training.restore(kept)


def run(
    training: Training,
    sheets_of: Callable[[int], Questions],
    checkpoint: Checkpoint,
    *,
    limit: float,
    tell: Callable[[Training], None] = lambda _: None,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Take the steps that are left.

    Args:
        training: Restored already, if it was begun before.
        sheets_of: Gives the questions of a step, counted from 0, as labelled sheets.
        checkpoint: Where it is kept, every `SAVE_EVERY` seconds and at the end.
        limit: Seconds, over all runs, after which no step is begun.
        tell: Hears of every `TELL_EVERY` steps.
        clock: Gives seconds.

    Raises:
        OutOfTime: The limit was reached before the last step; the checkpoint is written.
    """
    last = saved = clock()
    while training.step < training.recipe.steps:
        if training.seconds >= limit:
            checkpoint.save(training)
            raise OutOfTime(
                f"stopped after {training.seconds / 60:.0f} minutes, at step {training.step:,} of "
                f"{training.recipe.steps:,}. Run it again with more --minutes to go on from there"
            )
        training.learn(sheets_of(training.step))
        now = clock()
        training.seconds += now - last
        last = now
        if now - saved >= SAVE_EVERY:
            checkpoint.save(training)
            saved = now
        if training.step % TELL_EVERY == 0:
            tell(training)
    checkpoint.save(training)


def _optimiser(trained: dict[str, Any], recipe: Recipe) -> torch.optim.Optimizer:
    heads = [parameter for name, parameter in trained.items() if "_head." in name]
    layers = [parameter for name, parameter in trained.items() if "_head." not in name]
    rates = ((layers, recipe.rate), (heads, recipe.rate * recipe.head_rate))
    groups = [{"params": some, "lr": rate, "highest": rate} for some, rate in rates if some]
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), weight_decay=recipe.decay)
