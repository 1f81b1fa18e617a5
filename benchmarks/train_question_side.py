"""Train the side of the embedding model that reads questions, and write it as an adapter.

    python -m benchmarks.train_question_side --training DIR --index DIR --out DIR

The training files are described in `benchmarks/training_data.py`; the index is one of the
releases that the questions are about, and stays as it is. Allow 15 minutes on two cores. A run
that is stopped begins anew. Afterwards fit what belongs to it:

    python -m benchmarks.fit_weights question-side DIR --index DIR --question-side OUT
"""

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.question_side_candidates import Contest, contests, drawn
from benchmarks.question_side_scores import Scorer, Weights, run_questions
from benchmarks.training_data import OWN_QUESTIONS, QUESTIONS, all_questions, is_held_out
from benchmarks.training_loop import keep_freed_memory
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

RECORD = "training.json"
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
        warm_up: Share of the steps until the highest rate is reached.
        last_rate: Rate at the end, in units of the highest.
        decay: Weight decay.
        clip: Longest gradient.
        average: Decay of the moving average of the weights, which is the result.
        seed: Of every draw.
    """

    trained_layers: int = 4
    epochs: int = 4
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


def main(arguments: list[str] | None = None) -> int:
    """Train as the options say; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--training", type=Path, required=True, help="folder of training files")
    parser.add_argument("--own", type=Path, default=OWN_QUESTIONS, help="file of our questions")
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--out", type=Path, default=Path("build/question_side"))
    parser.add_argument("--name", default="question-side-1", help="of the adapter")
    for name, value in asdict(Recipe()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=type(value), default=value)
    given = vars(parser.parse_args(arguments))
    recipe = Recipe(**{name: given[name] for name in asdict(Recipe())})
    try:
        train(given["training"], given["own"], given["index"], given["out"], given["name"], recipe)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def train(training: Path, own: Path, index: Path, out: Path, name: str, recipe: Recipe) -> None:
    """Train a question side upon the bundled model.

    Raises:
        UsageError: The folder for it is taken.
        QAError: Model, index or training files cannot be used.
    """
    if (out / WEIGHTS).exists():
        raise UsageError(f"{str(out)!r} holds an adapter. Name another folder with --out")
    begun = time.monotonic()
    run_offline()
    keep_freed_memory()
    encoder = SentenceTransformerEncoder(Settings(), question_side=None)
    with Assistant.open(index, encoder=encoder) as desk, shown_progress() as progress:
        releases = Releases(desk)
        asked = all_questions(training, own, lambda path: releases.text(path).paragraphs)
        learnt = [one for one in asked if not is_held_out(one.release)]
        competing = contests(releases, learnt, recipe.seed, progress)
        scorer = Scorer(desk.generation)
    published = SentenceTransformerEncoder(Settings(), question_side=None)
    losses = _learn(encoder, scorer, competing, recipe)
    write_adapter(transformer_of(encoder.model), transformer_of(published.model), out)
    # General weights, until better ones are fitted to it.
    fitted = Fitted(RELEASE_WEIGHTS, PARAGRAPH_WEIGHTS, MIN_NEARNESS)
    write_card(QuestionSideCard(name, DEFAULT_WEIGHTS_SHA256, fitted), out)
    record = {
        "recipe": asdict(recipe),
        "files": {file.name: _digest(file) for file in (training / QUESTIONS, own)},
        "questions": len(competing),
        "losses": losses,
        "seconds": round(time.monotonic() - begun),
        "versions": {one: metadata.version(one) for one in ("torch", "transformers")}
        | {"python": platform.python_version()},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "finished": time.strftime("%Y-%m-%d"),
    }
    (out / RECORD).write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", "utf-8")
    _say(f"wrote {str(out)!r} after {(time.monotonic() - begun) / 60:.1f} minutes")


def _learn(
    encoder: SentenceTransformerEncoder,
    scorer: Scorer,
    competing: Sequence[Contest],
    recipe: Recipe,
) -> list[dict[str, float]]:
    """Train the model of an encoder in place; gives the course of the loss."""
    use_threads(os.cpu_count() or 1)
    transformer, tokenizer = transformer_of(encoder.model), encoder.model.tokenizer
    trained = _unfrozen(transformer, recipe.trained_layers)
    average = [parameter.detach().clone() for parameter in trained]
    weights = Weights()
    groups: list[dict[str, Any]] = [
        {"params": trained, "highest": recipe.rate},
        {"params": list(weights.parameters()), "highest": recipe.weight_rate},
    ]
    optimiser = torch.optim.AdamW(groups, lr=recipe.rate, weight_decay=recipe.decay)
    windows = [encoder.question_window(one.words) for one in competing]
    rng = np.random.default_rng(recipe.seed)
    order = np.concatenate([rng.permutation(len(competing)) for _ in range(recipe.epochs)])
    steps = len(order) // recipe.batch
    told, mean, begun = [], 0.0, time.monotonic()
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = group["highest"] * _rate(recipe, step / steps)
        places = order[step * recipe.batch : (step + 1) * recipe.batch]
        some = [windows[place] for place in places]
        longest = max(len(window.ids) for window in some)
        blank = rng.random((len(some), longest)) < recipe.blank
        questions = run_questions(transformer, tokenizer, some, blank)
        few = [drawn(competing[place], recipe.competing, rng) for place in places]
        loss = scorer.loss(questions, few, weights)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, recipe.clip)
        optimiser.step()
        for kept, parameter in zip(average, trained, strict=True):
            kept.lerp_(parameter.detach(), 1 - recipe.average)
        mean = loss.item() if not step else 0.95 * mean + 0.05 * loss.item()
        if (step + 1) % TELL_EVERY == 0 or step + 1 == steps:
            left = (time.monotonic() - begun) / (step + 1) * (steps - step - 1) / 60
            _say(f"step {step + 1:,} of {steps:,}: {mean:.3f}; {left:.1f} minutes left")
            told.append({"step": step + 1, "loss": round(mean, 4)})
    with torch.no_grad():
        for kept, parameter in zip(average, trained, strict=True):
            parameter.copy_(kept)
    return told


def _unfrozen(transformer: Any, layers: int) -> list[Any]:
    """Let only the upper layers learn; gives their parameters."""
    transformer.requires_grad_(False)
    for layer in transformer.encoder.layer[-layers:]:
        layer.requires_grad_(True)
    return [parameter for parameter in transformer.parameters() if parameter.requires_grad]


def _rate(recipe: Recipe, done: float) -> float:
    """Give the learning rate in units of the highest, when a share of the steps is done."""
    if done < recipe.warm_up:
        return done / recipe.warm_up + 1e-3
    return max(recipe.last_rate, 1 - done)


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
