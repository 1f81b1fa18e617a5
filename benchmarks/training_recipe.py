"""How the reader is trained: every choice by name, so that each can be varied alone.

Phase A teaches pointing on SQuAD, where each page is one paragraph; phase B mixes in the
questions over releases, with the page of another release beside the right one. Only the upper
layers are trained, so that the adapter stays small and the word pieces keep their vectors.

Gives    `Recipe`; its options for a command line
Imports  the errors of qa
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from qa.errors import UsageError

SPAN, SENTENCE, BOTH = "span", "sentence", "both"
PAGE, NO_TITLE, PARAGRAPH, ALONE = "page", "no-title", "paragraph", "alone"
NO_PAGES, OTHER_RELEASES = "none", "releases"
CHOICES = {
    "heads": (SPAN, SENTENCE, BOTH),
    "context": (PAGE, NO_TITLE, PARAGRAPH, ALONE),
    "negatives": (NO_PAGES, OTHER_RELEASES),
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides the weights, beside the data and the base.

    Shares are chances from 0 to 1.

    Attributes:
        heads: Which of the token heads are trained: "span" (start and end), "sentence" (worth)
            or "both". The page head always is.
        context: What is read with a paragraph: "page" (title and the other paragraphs),
            "no-title" (the other paragraphs), "paragraph" (the title) or "alone" (nothing).
        negatives: "releases", or "none": only the page that the question was written for.
        trained_layers: How many layers, from the top, are trained.
        steps_squad: Steps of phase A: SQuAD alone.
        steps_mixed: Steps of phase B: releases and SQuAD.
        batch: Questions of a step.
        micro_batch: Questions that go through the network at once.
        room: Tokens of a sheet, at most.
        second_squad: Phase A: share of questions with a second paragraph of the article.
        second_mixed: Phase B: the same, of its SQuAD questions.
        squad_share: Phase B: share of SQuAD questions.
        negative_share: Phase B: share of the others with a page of a wrong release.
        drop_paragraph: Chance of each paragraph without answer to be left out of its page.
        drop_title: Chance of a page to go without its title.
        blank_question: Chance of each token of a question to be read as [MASK], so that no
            question is known by heart.
        blank_page: The same of the tokens of paragraphs.
        page_weight: Weight of the page head's loss; the others have 1.
        rate: Highest learning rate of the layers.
        head_rate: That of the heads, in units of `rate`.
        warm_up: Share of the steps until the highest rate is reached.
        last_rate: Rate at the end, in units of the highest.
        decay: Weight decay.
        clip: Longest gradient.
        average: Decay of the moving average of the weights, which is the result.
        seed: Of every draw.
    """

    heads: str = BOTH
    context: str = PAGE
    negatives: str = OTHER_RELEASES
    trained_layers: int = 4
    steps_squad: int = 700
    steps_mixed: int = 1500
    batch: int = 16
    micro_batch: int = 4
    room: int = 256
    second_squad: float = 0.2
    second_mixed: float = 0.5
    squad_share: float = 0.25
    negative_share: float = 0.55
    drop_paragraph: float = 0.15
    drop_title: float = 0.05
    blank_question: float = 0.1
    blank_page: float = 0.06
    page_weight: float = 0.5
    rate: float = 2.5e-4
    head_rate: float = 5.0
    warm_up: float = 0.06
    last_rate: float = 0.05
    decay: float = 0.01
    clip: float = 1.0
    average: float = 0.99
    seed: int = 0

    def __post_init__(self) -> None:
        for name, known in CHOICES.items():
            if getattr(self, name) not in known:
                raise UsageError(f"{name} is {getattr(self, name)!r}; it must be one of: {known}")
        for name in ("trained_layers", "steps_squad", "steps_mixed"):
            if getattr(self, name) < 0:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 0 or more")
        for name in ("steps", "batch", "micro_batch", "room"):
            if getattr(self, name) < 1:
                raise UsageError(f"{name} is {getattr(self, name)}; it must be 1 or more")

    @property
    def steps(self) -> int:
        """Steps of both phases together."""
        return self.steps_squad + self.steps_mixed

    @property
    def loss_weights(self) -> tuple[float, float, float]:
        """Weights of the losses of span, sentence and page."""
        return float(self.heads != SENTENCE), float(self.heads != SPAN), self.page_weight

    @property
    def has_title(self) -> bool:
        """Whether a page's title is read."""
        return self.context in (PAGE, PARAGRAPH)

    @property
    def one_by_one(self) -> bool:
        """Whether each paragraph stands on a sheet of its own."""
        return self.context in (PARAGRAPH, ALONE)

    def rate_at(self, step: int) -> float:
        """Give the learning rate of a step, counted from 0, in units of the highest.

        >>> Recipe(steps_squad=0, steps_mixed=100, warm_up=0.0, last_rate=0.5).rate_at(50)
        0.75
        """
        risen = min(1.0, (step + 1) / max(self.warm_up * self.steps, 1e-9))
        return risen * (self.last_rate + (1 - self.last_rate) * (1 - step / self.steps))


def add_options(parser: argparse.ArgumentParser) -> None:
    """Give a command one option for each choice of the recipe, e.g. `--steps-squad 420`."""
    group = parser.add_argument_group(
        "recipe", "what each means is told in the docstring of Recipe"
    )
    for field in fields(Recipe):
        group.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(field.default),
            default=field.default,
            choices=CHOICES.get(field.name),
            help="default: %(default)s",
        )


def chosen(options: Mapping[str, Any]) -> Recipe:
    """Give the recipe that the options of a command name."""
    return Recipe(**{field.name: options[field.name] for field in fields(Recipe)})
