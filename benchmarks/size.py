"""Measure serving against size: a table and a picture, from indexes of several sizes.

    python -m benchmarks.size --source INDEX [--sizes 10000,54000,160000,544000] [--out docs]

Each size is an index made by `benchmarks.large_index` of the source, and measured in a process of
its own by `benchmarks.serving`. The table goes between the marks in `size.md` of the folder `out`,
beside machine, versions and date; the picture is `size.png`.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.document import check_marks, write_table
from benchmarks.large_index import make_large_index
from qa.errors import QAError, UsageError

ROOT = Path(__file__).parents[1]
SIZES = "10000,54000,160000,544000"
MARKS = ("<!-- sizes: made by benchmarks.size -->", "<!-- end of sizes -->")
PACKAGES = ("faiss-cpu", "numpy", "bm25s", "torch")
MB = 1e6


def main(arguments: list[str] | None = None) -> int:
    """Measure every size and write table and picture; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="the index that is multiplied")
    parser.add_argument("--sizes", default=SIZES, help="numbers of paragraphs")
    parser.add_argument(
        "--questions", type=Path, default=ROOT / "tests" / "data" / "seed_questions.jsonl"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "docs", help="folder with size.md")
    parser.add_argument("--scratch", type=Path, help="folder to make the indexes in, and keep")
    options = parser.parse_args(arguments)
    try:
        sizes = [int(size) for size in options.sizes.split(",")]
        check_marks(options.out / "size.md", MARKS)
        with tempfile.TemporaryDirectory() as aside:
            folder = options.scratch or Path(aside)
            measured = [_measured(options.source, n, folder, options.questions) for n in sizes]
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    write_table(options.out / "size.md", MARKS, [*circumstances(), "", *table(measured)])
    draw(measured, options.out / "size.png")
    return 0


def _measured(source: Path, paragraphs: int, folder: Path, questions: Path) -> dict[str, Any]:
    index = folder / f"of-{paragraphs}"
    begun = time.monotonic()
    if not (index / "CURRENT").exists():
        make_large_index(source, index, paragraphs)
    sys.stderr.write(f"{paragraphs:,} paragraphs: made in {time.monotonic() - begun:.0f} s\n")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.serving", str(index), "--questions", str(questions)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(f"measuring {index} failed:\n{done.stderr[-2000:]}")
    values: dict[str, Any] = json.loads(done.stdout)
    return values


def circumstances() -> list[str]:
    """Say where and when this is measured."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return [
        f"Measured on {time.strftime('%F')}, one thread of {os.cpu_count()} cores "
        f"({_processor()}), Python {platform.python_version()}, {versions}; "
        f"load of the machine {os.getloadavg()[0]:.1f}."
    ]


def _processor() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    return names[0] if names else platform.machine()


def table(measured: Sequence[dict[str, Any]]) -> list[str]:
    """Give a column for each size, as lines of Markdown."""
    rows: list[tuple[str, list[str]]] = [
        ("releases", [f"{one['releases']:,}" for one in measured]),
        ("on disk, MB", [f"{one['bytes_on_disk'] / MB:,.0f}" for one in measured]),
        ("dense search", [one["dense"].lower() for one in measured]),
        ("open, every byte checked, s", [f"{one['open_s']:.1f}" for one in measured]),
        ("– with the files on disk alone", [f"{one['open_from_disk_s']:.1f}" for one in measured]),
        ("memory opened, MB", [f"{one['resident_opened'] / MB:,.0f}" for one in measured]),
        ("memory after questions, MB", [f"{one['resident_served'] / MB:,.0f}" for one in measured]),
        ("**retrieval, median ms**", [f"**{one['median_ms']:.1f}**" for one in measured]),
        ("retrieval, 95 % ms", [f"{one['p95_ms']:.1f}" for one in measured]),
        ("answer without a reader, median ms", [f"{one['answer_ms']:.1f}" for one in measured]),
    ]
    rows += [
        (f"– {name}", [f"{one['phases_ms'][name]:.1f}" for one in measured])
        for name in measured[0]["phases_ms"]
    ]
    rows += [
        (
            f"recall@50, ms where {100 * filtered['share']:g} % may be found",
            [
                f"{one['nearest'][place]['recall']:.3f}, {one['nearest'][place]['median_ms']:.1f}"
                for one in measured
            ],
        )
        for place, filtered in enumerate(measured[0]["nearest"])
    ]
    heads = ["paragraphs", *(f"{one['paragraphs']:,}" for one in measured)]
    return [
        f"| {' | '.join(heads)} |",
        f"|---|{'--:|' * len(measured)}",
        *(f"| {name} | {' | '.join(values)} |" for name, values in rows),
    ]


def draw(measured: Sequence[dict[str, Any]], place: Path) -> None:
    """Draw time and memory against size."""
    from matplotlib.figure import Figure

    sizes = [one["paragraphs"] for one in measured]
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    times, memory = figure.subplots(1, 2)
    times.plot(sizes, [one["median_ms"] for one in measured], "o-", label="retrieval, median")
    times.plot(sizes, [one["p95_ms"] for one in measured], "o--", label="retrieval, 95 %")
    dense = [one["phases_ms"]["dense"] for one in measured]
    times.plot(sizes, dense, "s:", label="of it dense search")
    times.set_ylabel("milliseconds")
    served = [one["resident_served"] / MB for one in measured]
    memory.plot(sizes, served, "o-", label="memory of the process")
    memory.plot(
        sizes, [one["bytes_on_disk"] / MB for one in measured], "o--", label="index on disk"
    )
    memory.set_ylabel("MB")
    for axes in (times, memory):
        axes.set(xscale="log", xlabel="paragraphs", ylim=(0, None))
        axes.grid(visible=True, alpha=0.3)
        axes.legend()
    # Without the date and version of the program that drew it, so that equal figures are equal.
    figure.savefig(place, dpi=120, metadata={"Software": None})


if __name__ == "__main__":
    sys.exit(main())
