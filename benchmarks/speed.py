"""Measure how fast an index is built, found unchanged, and asked, each beside its yardstick.

    python -m benchmarks.speed --releases DIR [--sample N] [--questions FILE.jsonl] [--json]

Building is timed as a whole (read, embed, index, publish), and its embedding alone (titles,
word pieces and all); both are held against the plain
`SentenceTransformer.encode(paragraphs)` of the same paragraphs in the same run, in turn.
Machines are noisy: the ratio is the figure to quote.
"""

import argparse
import json
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qa
from qa.embedding import SentenceTransformerEncoder
from qa.index.build import build_index
from qa.language.markup import plain
from qa.releases import read_folder

QUESTIONS = (
    "How many people were arrested?",
    "How much cash was seized?",
    "Who led the operation?",
    "What did the inspector say about the burglary?",
    "Where did the collision happen?",
    "When was he sentenced?",
    "Which roads were closed?",
    "How long was the driver banned for?",
)


def main() -> None:
    """Run every measurement and print it, as lines or as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--releases", default="seeds", help="folder of release files")
    parser.add_argument("--sample", type=int, help="build from this many releases, at random")
    parser.add_argument("--index", help="ask this index rather than the one built here")
    parser.add_argument("--questions", type=Path, help="JSON lines with a field `question`")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as scratch:
        folder = _sample(Path(options.releases), options.sample, Path(scratch))
        measured: dict[str, Any] = {"machine": platform.platform(), "date": time.strftime("%F")}
        measured |= building(folder, Path(scratch), options.rounds)
        index = options.index or str(Path(scratch) / "index-0")
        measured |= asking(index, _questions(options.questions))
        measured["help_s"] = _median(5, lambda: _run("--help"))
        measured["unchanged_rebuild_s"] = _median(
            3, lambda: _run("build", "--releases", str(folder), "--index", f"{scratch}/index-0")
        )
    lines = [f"{name:32} {value}" for name, value in measured.items()]
    print(json.dumps(measured, indent=1) if options.json else "\n".join(lines))


def building(folder: Path, scratch: Path, rounds: int) -> dict[str, Any]:
    """Time whole builds and plain encoding of the same paragraphs, in turn."""
    paragraphs = [
        plain(paragraph.text).text
        for release in read_folder(folder).releases
        for paragraph in release.paragraphs
    ]
    encoder = SentenceTransformerEncoder(qa.Settings())
    encoder.encode_query("load the model before the clock runs")
    model = encoder.model

    embedding: list[float] = []

    def hear(step: str, done: int, total: int) -> None:
        if step == "embed" and done in (0, total):
            embedding.append(time.perf_counter())

    def build(number: int) -> None:
        index = scratch / f"index-{number}"
        build_index(folder, index, encoder, max_file_bytes=2**21, progress=hear)

    def encode() -> None:
        import os

        import torch

        torch.set_num_threads(os.cpu_count() or 1)
        model.encode(paragraphs, show_progress_bar=False)

    pairs = [(_time(encode), _time(lambda n=n: build(n))) for n in range(rounds)]  # type: ignore[misc]
    embed = [end - begin for begin, end in zip(embedding[::2], embedding[1::2], strict=True)]
    return {
        "paragraphs": len(paragraphs),
        "plain_encode_per_s": round(len(paragraphs) / statistics.median(a for a, _ in pairs), 1),
        "build_per_s": round(len(paragraphs) / statistics.median(b for _, b in pairs), 1),
        "build_ratio": [round(a / b, 2) for a, b in pairs],
        "embed_ratio": [round(a / c, 2) for (a, _), c in zip(pairs, embed, strict=True)],
    }


def asking(index: str, questions: list[str]) -> dict[str, Any]:
    """Time questions end to end, after a warm-up."""
    with qa.Assistant.open(index) as desk:
        for question in questions[:5]:
            desk.ask(question)
        seconds = [_time(lambda q=question: desk.ask(q)) for question in questions * 3]  # type: ignore[misc]
        paragraphs = desk.counts.paragraphs
    return {
        "asked_over_paragraphs": paragraphs,
        "ask_median_ms": round(statistics.median(seconds) * 1000, 1),
        "ask_p95_ms": round(statistics.quantiles(seconds, n=20)[-1] * 1000, 1),
    }


def _sample(folder: Path, n: int | None, scratch: Path) -> Path:
    if n is None:
        return folder
    files = sorted(path for path in folder.rglob("*.md"))
    for path in random.Random(0).sample(files, min(n, len(files))):
        target = scratch / "releases" / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    return scratch / "releases"


def _questions(file: Path | None) -> list[str]:
    if file is None:
        return list(QUESTIONS)
    return [json.loads(line)["question"] for line in file.read_text("utf-8").splitlines()]


def _median(n: int, work: Callable[[], None]) -> float:
    return round(statistics.median(_time(work) for _ in range(n)), 3)


def _time(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "qa", *arguments], check=True, capture_output=True)


if __name__ == "__main__":
    main()
