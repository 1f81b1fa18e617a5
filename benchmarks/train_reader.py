"""Train the reader, and write what training changed as an adapter.

    python -m benchmarks.train_reader --training DIR --index DIR [--out DIR] [--work DIR]

The folder of training files is described in `benchmarks/training_data.py`; the index is one of
the releases that its questions are about. Every choice of the recipe is an option. A run that
was stopped goes on where it was when the command is given again; a finished one is not
repeated. Allow 50 minutes on two cores with bfloat16.

The adapter folder has weights, a card without what is fitted afterwards, and `training.json`:
recipe, data, time, losses, versions.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.moving_average import keep_freed_memory
from benchmarks.training_data import (
    FILES,
    QUESTIONS,
    all_questions,
    is_held_out,
    read_squad,
)
from benchmarks.training_examples import Material, labelled, plan
from benchmarks.training_loop import NAMES, Checkpoint, Training, run
from benchmarks.training_recipe import Recipe, add_options, chosen
from benchmarks.training_record import RECORD, add_data_options, digest, say, write_record
from benchmarks.training_releases import Releases, find_negatives, kept_negatives
from qa.adapter import WEIGHTS, write_adapter
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.errors import QAError, UsageError
from qa.model_files import ModelFiles, find_model
from qa.model_running import number_format, run_offline, use_threads
from qa.progress import shown_progress
from qa.reading.card import ReaderCard, write_card
from qa.reading.network import make_network
from qa.settings import Settings, load_settings


@dataclass(frozen=True, slots=True)
class Job:
    """What is trained, from what, and where it goes.

    Attributes:
        recipe: How.
        training: Folder of training files.
        own: The file of the project's own questions.
        index: Folder of the index.
        out: Folder of the adapter.
        work: Folder of what is kept while it goes on.
        name: Of the reader.
        minutes: No step is begun after them; preparing counts.
    """

    recipe: Recipe
    training: Path
    own: Path
    index: Path
    out: Path
    work: Path
    name: str
    minutes: float


def main(arguments: list[str] | None = None) -> int:
    """Train as the options say; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add_data_options(parser)
    parser.add_argument("--out", type=Path, default=Path("build/reader"), help="adapter folder")
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--name", default="release-reader-2", help="of the reader")
    parser.add_argument("--minutes", type=float, default=60.0)
    add_options(parser)
    given = vars(parser.parse_args(arguments))
    names = ("training", "own", "index", "out", "work", "name", "minutes")
    try:
        train(Job(chosen(given), **{name: given[name] for name in names}), load_settings())
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def train(job: Job, settings: Settings) -> None:
    """Train a reader upon the embedding model of the settings, unless it is done already.

    Raises:
        UsageError: A folder is taken by another training, or the time is over.
        QAError: Model, index or training files cannot be used.
    """
    begun = time.monotonic()
    base = find_model(settings)
    key = _key(job, settings)
    if _is_done(job.out, key):
        say(f"{str(job.out)!r} holds this very reader; nothing to do")
        return
    run_offline()
    material = _material(job, settings)
    training = Training(make_network(base), job.recipe, number_format(settings.dtype))
    checkpoint = Checkpoint(job.work / "checkpoint.pt", key)
    checkpoint.take_up(training)
    training.seconds += time.monotonic() - begun
    _run(job, training, checkpoint, material, base)
    _write(job, training, base, key, material)
    checkpoint.file.unlink()


def _run(
    job: Job, training: Training, checkpoint: Checkpoint, material: Material, base: ModelFiles
) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(
        base.folder, local_files_only=True, trust_remote_code=False
    )
    draws = plan(job.recipe, len(material.questions), len(material.squad.questions))
    size = job.recipe.batch
    keep_freed_memory()
    use_threads(os.cpu_count() or 1)  # only now: searching the index left one
    told = _Told(training.step)
    say(f"training from step {training.step:,} of {job.recipe.steps:,} in {training.dtype}")
    run(
        training,
        lambda step: [
            labelled(draw, material, job.recipe, tokenizer)
            for draw in draws[step * size : (step + 1) * size]
        ],
        checkpoint,
        limit=job.minutes * 60,
        tell=told,
    )


class _Told:
    """Writes a line on how it gets on, with the time left."""

    def __init__(self, step: int) -> None:
        self.first, self.begun = step, time.monotonic()

    def __call__(self, training: Training) -> None:
        done, steps = training.step - self.first, training.recipe.steps
        left = (steps - training.step) * (time.monotonic() - self.begun) / done / 60
        means = ", ".join(f"{name} {training.history[-1][name]:.3f}" for name in NAMES)
        say(f"step {training.step:,} of {steps:,}: {means}; {left:.1f} minutes left")


def _material(job: Job, settings: Settings) -> Material:
    """Read the training files, and the releases that their questions need."""
    squad = read_squad(job.training)
    with (
        Assistant.open(job.index, encoder=SentenceTransformerEncoder(settings)) as desk,
        shown_progress() as progress,
    ):
        releases = Releases(desk)
        asked = all_questions(job.training, job.own, lambda path: releases.text(path).paragraphs)
        questions = [one for one in asked if not is_held_out(one.release)]
        files = (job.training / QUESTIONS, job.own)
        asked_by = desk.encoder.question_fingerprint
        key = (*map(digest, files), desk.generation.name, asked_by)
        negatives = kept_negatives(
            job.work / "negatives.json", key, lambda: find_negatives(releases, questions, progress)
        )
        needed = {one.release for one in questions}.union(*negatives.values())
        texts = {path: releases.text(path) for path in sorted(needed)}
    return Material(questions, texts, negatives, squad)


def _key(job: Job, settings: Settings) -> str:
    """Give the digest of all that decides the result."""
    served = job.index / "CURRENT"
    parts = [
        json.dumps(asdict(job.recipe), sort_keys=True),
        *map(digest, _files(job)),
        digest(served) if served.is_file() else "",
        SentenceTransformerEncoder(settings).question_fingerprint,
        job.name,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _is_done(out: Path, key: str) -> bool:
    """Tell whether a folder holds the result of a training.

    Raises:
        UsageError: It holds another reader.
    """
    if not (out / WEIGHTS).exists():
        return False
    record = out / RECORD
    if record.is_file() and json.loads(record.read_text(encoding="utf-8"))["key"] == key:
        return True
    raise UsageError(
        f"{str(out)!r} holds another reader (recipe, data or base differ). Name another folder "
        f"with --out, or delete it"
    )


def _write(job: Job, training: Training, base: ModelFiles, key: str, material: Material) -> None:
    """Write the adapter folder; the record comes last, as the sign that all is there."""
    weights = digest(next(iter(sorted(base.folder.rglob("*.safetensors")))))
    write_adapter(training.finish(), make_network(base), job.out)
    write_card(ReaderCard(job.name, weights, job.recipe.room, ranking={}), job.out)
    told = {
        "key": key,
        "recipe": asdict(job.recipe),
        "base": {"name": base.name, "sha256": weights},
        "data": _data(material),
        "number_format": training.dtype,
        "seconds": round(training.seconds),
        "losses": training.history,
    }
    write_record(job.out, told, _files(job))
    say(f"wrote {str(job.out)!r} after {training.seconds / 60:.1f} minutes")


def _data(material: Material) -> dict[str, Any]:
    return {
        "questions": len(material.questions),
        "releases_asked_about": len({one.release for one in material.questions}),
        "releases_read": len(material.releases),
        "squad_questions": len(material.squad.questions),
        "squad_paragraphs": len(material.squad.paragraphs),
    }


def _files(job: Job) -> list[Path]:
    return [*(job.training / name for name in FILES), job.own]


if __name__ == "__main__":
    sys.exit(main())
