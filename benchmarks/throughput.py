"""Measure how fast passages are embedded, beside plain encoding and what the machine can do.

    python -m benchmarks.throughput --releases DIR [--limit N] [--out docs]

In one run: plain `SentenceTransformer.encode` in float32 with its defaults, of paragraphs with
their titles; ours in every number format and backend that is there, with the cosines of its vectors
to the plain ones; the rate of the largest matrix products; and the phases of a whole build. The
table goes between the marks in `throughput.md` of the folder `out`.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.document import check_marks, write_table
from qa.embedding import Passage, SentenceTransformerEncoder
from qa.embedding.sentence_transformer import CHUNK
from qa.embedding.windows import Window, batches
from qa.errors import QAError
from qa.index.build import build_index
from qa.language.markup import plain
from qa.model_running import cores, number_format
from qa.releases import read_folder
from qa.settings import OPENVINO, TORCH, Settings

ROOT = Path(__file__).parents[1]
MARKS = ("<!-- throughput: made by benchmarks.throughput -->", "<!-- end of throughput -->")
PACKAGES = ("torch", "sentence-transformers", "transformers", "tokenizers", "openvino")
SIZES = {"float32": 4096, "bfloat16": 4096}  # of square matrices that reach the peak
PHASES = ("reading", "embedding", "indexing", "publishing")


@dataclass(frozen=True, slots=True)
class Run:
    """One way to embed all passages: seconds, and cosines to the plain vectors.

    Attributes:
        name: Backend and number format.
        seconds: For all passages.
        least: Of all cosines.
        least_within: Of those of texts that the model's window holds whole.
        mean: Of all cosines.
    """

    name: str
    seconds: float
    least: float = 1.0
    least_within: float = 1.0
    mean: float = 1.0


class TimedEncoder(SentenceTransformerEncoder):
    """The encoder, with the seconds that its tokenizing took, beside its computing."""

    tokenizing = 0.0

    def _windows(self, passages: Sequence[Passage], at: int) -> list[Window]:
        begun = time.perf_counter()
        windows = super()._windows(passages, at)
        self.tokenizing += time.perf_counter() - begun
        return windows


def main(arguments: list[str] | None = None) -> int:
    """Measure everything and write the table; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--releases", type=Path, default=ROOT / "seeds")
    parser.add_argument("--limit", type=int, help="take this many paragraphs, spread over all")
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder of throughput.md")
    options = parser.parse_args(arguments)
    document = options.out / "throughput.md"
    try:
        check_marks(document, MARKS)
        passages = _passages(options.releases, options.limit)
        lines = [*circumstances(arguments), "", *measured(passages), "", *phases(options.releases)]
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    write_table(document, MARKS, lines)
    return 0


def measured(passages: list[Passage]) -> list[str]:
    """Embed passages in every way there is; gives the lines of a table."""
    encoder = SentenceTransformerEncoder(Settings(dtype="float32"))
    peaks = {dtype: peak(dtype) for dtype in SIZES}
    tokens, padded = counted(encoder, passages)
    work = flops(encoder.model, tokens, len(passages))
    reference, seconds = _plain(encoder, passages)
    runs = [Run("plain encode, float32", seconds)]
    within = np.array([len(windows_of(encoder, one)) == 1 for one in passages])
    for backend, dtype in ways():
        _told(f"{backend}, {dtype}")
        name, (took, cosines) = f"{backend}, {dtype}", _ours(backend, dtype, passages, reference)
        least, least_within = float(cosines.min()), float(cosines[within].min())
        runs.append(Run(name, took, least, least_within, float(cosines.mean())))
    best = max(peaks.values())
    lines = [
        f"{len(passages):,} paragraphs, {len({p.whole for p in passages}):,} of them distinct, "
        f"{tokens:,} word pieces, {padded / (tokens + padded):.1%} more padded in our batches. "
        f"Matrix products on all cores: "
        + ", ".join(f"{dtype} {rate / 1e9:.0f} GFLOP/s" for dtype, rate in peaks.items())
        + f". The model needs {work / tokens / 1e6:.1f} MFLOP a word piece.",
        "",
        f"{np.count_nonzero(~within):,} of them are longer than the model's window.",
        "",
        "| | paragraphs a second | times plain | cosine, least | least of those in one window "
        "| mean | share of the peak |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for run in runs:
        lines.append(
            f"| {run.name} | {len(passages) / run.seconds:.1f} | {seconds / run.seconds:.2f} "
            f"| {run.least:.5f} | {run.least_within:.5f} | {run.mean:.5f} "
            f"| {work / run.seconds / best:.0%} |"
        )
    return lines


def ways() -> list[tuple[str, str]]:
    """Give the (backend, number format) pairs that this machine runs well."""
    formats = ["float32", *(["bfloat16"] if number_format("auto") == "bfloat16" else [])]
    backends = [TORCH, *([OPENVINO] if find_spec("openvino") else [])]
    return [(backend, dtype) for backend in backends for dtype in formats]


def counted(encoder: Any, passages: Sequence[Passage]) -> tuple[int, int]:
    """Count word pieces, and those that our batches add to make rows of one length."""
    real = padded = 0
    for at in range(0, len(passages), CHUNK):
        for batch in batches(encoder._windows(passages, at)):
            lengths = [len(window.ids) + 2 for window in batch]
            real += sum(lengths)
            padded += len(lengths) * max(lengths) - sum(lengths)
    return real, padded


def windows_of(encoder: Any, passage: Passage) -> list[Window]:
    """Give what the model reads of a passage at once, window by window."""
    windows: list[Window] = encoder._windows([passage], 0)
    return windows


def flops(model: Any, tokens: int, texts: int) -> float:
    """Reckon the operations of reading so many word pieces, from the model's configuration."""
    config = model[0].auto_model.config
    d, inner = config.hidden_size, config.intermediate_size
    products = 2 * (4 * d * d + 2 * d * inner)
    attention = 4 * d * tokens / texts
    return float(config.num_hidden_layers * (products + attention) * tokens)


def peak(dtype: str) -> float:
    """Measure how many operations a second the largest matrix products reach on all cores."""
    import torch

    torch.set_num_threads(cores())
    n = SIZES[dtype] if dtype == number_format("auto") or dtype == "float32" else 1024
    left = torch.randn(n, n).to(getattr(torch, dtype))
    seconds = min(_seconds(lambda: left @ left) for _ in range(5))
    return float(2 * n**3 / seconds)


def phases(releases: Path) -> list[str]:
    """Build an index of all releases; gives the seconds of each phase as a table."""
    encoder = TimedEncoder(Settings())
    encoder.encode_query("load the model before the clock runs")
    marks: list[float] = []

    def hear(step: str, done: int, total: int) -> None:
        # The first word of embedding and of writing, and the last of writing, begin a phase.
        if (step, done > 0) in (("embed", False), ("write", False), ("write", True)):
            marks.append(time.perf_counter())

    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        report = build_index(
            releases, Path(scratch) / "index", encoder, max_file_bytes=2**21, progress=hear
        )
        marks.append(time.perf_counter())
    seconds = np.diff([begun, *marks])
    return [
        f"A whole build of {report.paragraphs:,} paragraphs in {encoder.dtype}, "
        f"{report.embedded:,} embedded:",
        "",
        "| phase | seconds | share |",
        "|---|--:|--:|",
        *(
            f"| {name} | {took:.1f} | {took / seconds.sum():.0%} |"
            for name, took in zip(PHASES, seconds, strict=True)
        ),
        f"| tokenizing, beside embedding | {encoder.tokenizing:.1f} | |",
    ]


def circumstances(arguments: list[str] | None) -> list[str]:
    """Say where, when and how this is measured."""
    installed = [
        f"{name} {version(name)}" for name in PACKAGES if find_spec(name.replace("-", "_"))
    ]
    command = " ".join(sys.argv[1:] if arguments is None else arguments)
    load = os.getloadavg()[0]
    return [
        f"Measured on {time.strftime('%F')}, {cores()} cores ({_processor()}), Python "
        f"{platform.python_version()}, {', '.join(installed)}; load of the machine {load:.1f}; "
        f"`python -m benchmarks.throughput {command}`."
    ]


def _passages(releases: Path, limit: int | None) -> list[Passage]:
    passages = [
        Passage(release.title, plain(paragraph.text).text)
        for release in read_folder(releases).releases
        for paragraph in release.paragraphs
    ]
    return passages if limit is None else passages[:: max(1, len(passages) // limit)][:limit]


def _plain(encoder: SentenceTransformerEncoder, passages: list[Passage]) -> tuple[Any, float]:
    import torch

    wholes = [passage.whole for passage in passages]
    encoder.model.encode(wholes[:64], show_progress_bar=False)
    torch.set_num_threads(cores())
    begun = time.perf_counter()
    vectors = encoder.model.encode(wholes, normalize_embeddings=True, show_progress_bar=False)
    return vectors, time.perf_counter() - begun


def _ours(
    backend: str, dtype: str, passages: list[Passage], reference: Any
) -> tuple[float, NDArray[np.float32]]:
    """Embed passages as a build does, each distinct one once; gives seconds, and cosines."""
    encoder = SentenceTransformerEncoder(Settings(dtype=dtype, backend=backend))
    list(encoder.encode_passages(passages[:64]))
    distinct = list(dict.fromkeys(passages))
    begun = time.perf_counter()
    found = {distinct[at]: one.vector for at, one in encoder.encode_passages(distinct)}
    seconds = time.perf_counter() - begun
    return seconds, np.array([found[p] @ row for p, row in zip(passages, reference, strict=True)])


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _told(what: str) -> None:
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    sys.exit(main())
