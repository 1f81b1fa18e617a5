"""Measure updating: a full build, then one release added, changed and removed, phase by phase.

    python -m benchmarks.update --releases DIR [--model] [--scratch DIR] [--out docs]

The folder is copied, and a process of its own follows the index as a running chat does: the time
that counts goes from the change until it answers from it. Without `--model` passages are read by a
stand-in that gives each word a fixed direction, so that the size of a whole archive can be tried in
minutes; everything but embedding is what it is with a model: real files, a real build, real bytes.
With `--model` the model of the settings reads them. The table goes between the marks in `size.md`
of the folder `out`, without it to stdout as JSON. For a size that one does not have see
`benchmarks.multiply`.
"""

import argparse
import json
import multiprocessing
import re
import resource
import shutil
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from functools import cached_property
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.document import check_marks, write_table
from benchmarks.size import MB, circumstances
from qa.assistant import Assistant
from qa.embedding import Encoded, Encoder, Passage, SentenceTransformerEncoder
from qa.errors import QAError
from qa.index.build import build_index
from qa.settings import Settings

MARKS = ("<!-- updates: made by benchmarks.update -->", "<!-- end of updates -->")
LONGEST = 600.0  # seconds that a follower is waited for
FULL = "full-build.json"
ADDED = Path(
    "0-added.md"
)  # sorts first, which was the dearest place while every row after it moved
CHANGES = {
    "one added": "# Quokka seen\n\nA quokka named Zebedee crossed Elm Street at noon.\n",
    "one changed": "# Quokka found\n\nThe quokka Zebedee was brought home to Ash Street.\n",
    "one removed": None,
}


class Words:
    """An encoder for trials: each word has a fixed direction, a text the sum of its words'."""

    name = "words"
    fingerprint = question_fingerprint = "words of benchmarks.update, 1"
    dtype = "float32"
    dimension = 384
    vocabulary_size = 10_000
    fitted = None

    @cached_property
    def _directions(self) -> NDArray[np.float32]:
        drawn = np.random.default_rng(7).normal(size=(self.vocabulary_size, self.dimension))
        unit: NDArray[np.float32] = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit.astype(np.float32)

    def encode_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Encoded]]:
        """Give the vectors of each passage with its place."""
        for place, passage in enumerate(passages):
            title, text = self.encode_query(passage.title), self.encode_query(passage.text)
            whole = title.vector + text.vector
            vector = whole / max(float(np.linalg.norm(whole)), 1e-6)
            yield place, Encoded(vector, text.pieces, text.ids, text.starts)

    def encode_query(self, text: str) -> Encoded:
        """Give the vectors of a question."""
        words = list(re.finditer(r"\w+", text.lower()))
        numbers = [zlib.crc32(word[0].encode()) % self.vocabulary_size for word in words]
        pieces = self._directions[np.array(numbers, dtype=np.int64)]
        whole = pieces.sum(axis=0) if numbers else self._directions[0]
        vector = whole / max(float(np.linalg.norm(whole)), 1e-6)
        starts = np.array([word.start() for word in words], dtype=np.int32)
        return Encoded(vector, pieces, np.array(numbers, dtype=np.int32), starts)


def main(arguments: list[str] | None = None) -> int:
    """Measure, and write the table; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--releases", type=Path, required=True, help="folder of release files")
    parser.add_argument("--model", action="store_true", help="embed with the model of the settings")
    parser.add_argument("--scratch", type=Path, help="folder to work in, and keep")
    parser.add_argument("--out", type=Path, help="folder with size.md; JSON to stdout without it")
    options = parser.parse_args(arguments)
    try:
        if options.out:
            check_marks(options.out / "size.md", MARKS)
        with tempfile.TemporaryDirectory() as aside:
            folder = options.scratch or Path(aside)
            encoder = encoder_of(model=options.model)
            measured = updates(options.releases, folder, encoder)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if options.out is None:
        print(json.dumps(measured, indent=1))
        return 0
    lines = [*circumstances(), f"Passages are read by `{encoder.name}`.", "", *table(measured)]
    write_table(options.out / "size.md", MARKS, lines)
    return 0


def encoder_of(*, model: bool) -> Encoder:
    """Give the encoder that passages are read with."""
    return SentenceTransformerEncoder(Settings()) if model else Words()


def updates(source: Path, folder: Path, encoder: Encoder) -> list[dict[str, Any]]:
    """Build the whole of `source` below `folder`, then change one release thrice."""
    releases, index = folder / "releases", folder / "index"
    shutil.copytree(source, releases, dirs_exist_ok=True)
    measured = [_full_build(folder / FULL, releases, index, encoder)]
    processes = multiprocessing.get_context("spawn")
    receiver, sender = processes.Pipe(duplex=False)
    model = isinstance(encoder, SentenceTransformerEncoder)
    follower = processes.Process(target=_follow, args=(index, model, sender), daemon=True)
    follower.start()
    try:
        _heard(receiver)  # what serves before the first change
        for name, text in CHANGES.items():
            begun = time.monotonic()
            if text is None:
                (releases / ADDED).unlink()
            else:
                (releases / ADDED).write_text(text, encoding="utf-8")
            one = _built(name, releases, index, encoder)
            taken_up, answered, found = _heard(receiver)
            if found != (text is not None):
                raise AssertionError(f"{name}: the follower answers as if it were not")
            one |= {"taken_up_s": taken_up - begun, "visible_s": answered - begun}
            measured.append(one)
    finally:
        follower.terminate()
        follower.join()
    return measured


def _full_build(kept: Path, releases: Path, index: Path, encoder: Encoder) -> dict[str, Any]:
    """Build the whole; what that took is kept, since it takes long and is done but once."""
    one = _built("full build", releases, index, encoder)
    if one["changed"]:
        kept.write_text(json.dumps(one), encoding="utf-8")
        return one
    if not kept.exists():
        raise SystemExit(f"{index} is built already, and {kept} does not tell what that took")
    found: dict[str, Any] = json.loads(kept.read_text(encoding="utf-8"))
    return found


def _built(name: str, releases: Path, index: Path, encoder: Encoder) -> dict[str, Any]:
    """Build once; gives seconds by phase, and bytes."""
    marks = [("load", time.monotonic())]

    def progress(step: str, done: int, total: int) -> None:
        step = "check and publish" if step == "write" and done == total else step
        if step != marks[-1][0]:
            marks.append((step, time.monotonic()))

    begun, cpu = time.time(), time.process_time()
    report = build_index(
        releases, index, encoder, max_file_bytes=Settings().max_file_kb * 1024, progress=progress
    )
    ends = [*(at for _, at in marks[1:]), time.monotonic()]
    new = [file.stat() for file in (index / "gens" / report.generation).rglob("*.*")]
    return {
        "name": name,
        "changed": report.changed,
        "releases": report.releases,
        "paragraphs": report.paragraphs,
        "embedded": report.embedded,
        "build_s": ends[-1] - marks[0][1],
        "cpu_s": time.process_time() - cpu,
        "phases_s": {step: end - at for (step, at), end in zip(marks, ends, strict=True)},
        "bytes": sum(one.st_size for one in new),
        # What is linked was written before.
        "bytes_of_own": sum(one.st_size for one in new if one.st_mtime >= begun),
        "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }


def _follow(index: Path, model: bool, sender: Connection) -> None:
    """Serve as a running chat does, and tell when each later generation answers."""
    with Assistant.open(index, encoder=encoder_of(model=model), follow=True) as desk:
        seen = ""
        while True:
            if (name := desk.generation.name) != seen:
                seen, taken_up = name, time.monotonic()
                hits = desk.retrieve("Where did Zebedee the quokka go?", k=5)
                found = any(hit.release == ADDED.name for hit in hits)
                sender.send((taken_up, time.monotonic(), found))
            time.sleep(0.01)


def _heard(receiver: Connection) -> tuple[float, float, bool]:
    if not receiver.poll(LONGEST):
        raise TimeoutError(f"no generation was taken up for {LONGEST:.0f} s")
    told: tuple[float, float, bool] = receiver.recv()
    return told


def table(measured: Sequence[dict[str, Any]]) -> list[str]:
    """Give a column for each build, as lines of Markdown."""
    full, cpu = measured[0]["build_s"], measured[0]["cpu_s"]
    rows = [
        ("passages embedded", [f"{one['embedded']:,}" for one in measured]),
        ("**build, s**", [f"**{one['build_s']:.1f}**" for one in measured]),
        ("processor time, s", [f"{one['cpu_s']:.1f}" for one in measured]),
        ("share of the full build's", [f"{100 * one['cpu_s'] / cpu:.1f} %" for one in measured]),
        (
            "share of the full build, wall",
            [f"{100 * one['build_s'] / full:.1f} %" for one in measured],
        ),
        *(
            (f"– {step}", [f"{one['phases_s'].get(step, 0.0):.1f}" for one in measured])
            for step in measured[0]["phases_s"]
        ),
        ("**change to answer of a follower, s**", [_visible(one) for one in measured]),
        ("written, MB", [f"{one['bytes_of_own'] / MB:,.2f}" for one in measured]),
        ("of the generation's, MB", [f"{one['bytes'] / MB:,.0f}" for one in measured]),
        ("most memory until then, MB", [f"{one['peak_bytes'] / MB:,.0f}" for one in measured]),
    ]
    heads = [
        f"{measured[0]['releases']:,} releases, {measured[0]['paragraphs']:,} paragraphs",
        *(one["name"] for one in measured),
    ]
    return [
        f"| {' | '.join(heads)} |",
        f"|---|{'--:|' * len(measured)}",
        *(f"| {name} | {' | '.join(values)} |" for name, values in rows),
    ]


def _visible(one: dict[str, Any]) -> str:
    return f"**{one['visible_s']:.1f}**" if "visible_s" in one else ""


if __name__ == "__main__":
    sys.exit(main())
