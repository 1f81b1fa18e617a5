"""Measure how one index serves: opening, memory, the phases of a question, nearness against exact.

    python -m benchmarks.serving INDEX --questions FILE.jsonl

Run in a process of its own, so that its memory is that of a server of this one index. Everything is
timed on one thread; the model that encodes questions is loaded but not timed. Prints JSON.
"""

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qa.answers.choose import Chosen
from qa.answers.cite import cite
from qa.embedding import Encoder, SentenceTransformerEncoder
from qa.errors import QAError
from qa.index.generation import Generation, open_generation
from qa.index.terms import new_stemmer
from qa.records import Query
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.paragraphs import rank_paragraphs
from qa.retrieval.releases import (
    DENSE_CANDIDATES,
    FoundRelease,
    find_releases,
    release_candidates,
)
from qa.retrieval.scope import scope_of
from qa.retrieval.search import RELEASES_READ, search
from qa.serving import Serving
from qa.settings import Settings

T = TypeVar("T")
SHARES = (1.0, 0.5, 0.1, 0.01, 0.001)  # of the releases that a filter lets through
K = 50
NEAREST_QUESTIONS = 40  # exact search takes long
TIE = 1e-6  # of a cosine: rows this near to the last one sought are as good
_BLOCK = 65_536


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--questions", type=Path, required=True)
    options = parser.parse_args(arguments)
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    try:
        measured = serving(options.index, questions, SentenceTransformerEncoder(Settings()))
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    print(json.dumps(measured))
    return 0


def serving(index: Path, questions: Sequence[str], encoder: Encoder) -> dict[str, Any]:
    """Measure one index; times in milliseconds but for opening, memory in bytes."""
    stemmer = new_stemmer()
    ready = [make_ready(Query(question), encoder, stemmer) for question in questions]
    before = _memory()["VmRSS"]
    model = encoder.name, encoder.fingerprint
    from_disk = _opened_from_disk(index, model)
    generation, opening = _timed(partial(open_generation, index, model))
    opened = _memory()["VmRSS"]
    with closing(generation), threadpool_limits(1):
        for asked in ready[:5]:
            _ask(asked, generation)
        phases = [_phases(asked, generation) for asked in ready]
        whole = [_timed(lambda a=asked: _ask(a, generation))[1] for asked in ready * 2]  # type: ignore[misc]
        served = _memory()
        desk = Serving(generation, encoder)
        answers = [
            _timed(partial(desk.answer, Query(text)))[1] for text in [*questions, *questions]
        ]
        return {
            "paragraphs": generation.manifest.counts.paragraphs,
            "releases": generation.manifest.counts.releases,
            "dense": type(generation.dense).__name__,
            "open_from_disk_s": from_disk / 1000,
            "open_s": opening / 1000,
            "resident_without_index": before,
            "resident_opened": opened,
            "resident_served": served["VmRSS"],
            "bytes_on_disk": sum(record.size for record in generation.manifest.files.values()),
            "median_ms": statistics.median(whole),
            "p95_ms": statistics.quantiles(whole, n=20)[-1],
            "answer_ms": statistics.median(answers[len(questions) :]),
            "phases_ms": {
                name: statistics.median(one[name] for one in phases) for name in phases[0]
            },
            "nearest": nearest(generation, ready[:NEAREST_QUESTIONS]),
        }


def nearest(generation: Generation, ready: Sequence[Asked]) -> list[dict[str, float]]:
    """Compare the nearest paragraphs with those of exact search, for filters of each share."""
    queries = np.stack([asked.encoded.vector for asked in ready])
    cosines = _cosines(generation.segments[0].dense.vectors, queries)
    measured = []
    for share in SHARES:
        allowed = _filter(generation, share)
        recalls, times = [], []
        for query, column in zip(queries, cosines, strict=True):
            k, least = _kth(column, allowed)
            found, taken = _timed(
                lambda q=query, a=allowed: generation.dense.nearest(q, DENSE_CANDIDATES, a)  # type: ignore[misc]
            )
            recalls.append(float((column[found[:k]] >= least - TIE).sum() / k))
            times.append(taken)
        measured.append(
            {
                "share": share,
                "recall": float(np.mean(recalls)),
                "median_ms": statistics.median(times),
            }
        )
    return measured


def _filter(generation: Generation, share: float) -> NDArray[np.bool_] | None:
    """Let a share of the releases through; by turns releases that stand together, as areas do."""
    if share == 1:
        return None
    columns = generation.columns
    random = np.random.default_rng(int(1 / share))
    runs = np.arange(columns.n_releases) // 50
    chosen = random.permutation(runs.max() + 1)
    by_run = np.argsort(chosen[runs], kind="stable")[: max(1, round(share * columns.n_releases))]
    releases = np.zeros(columns.n_releases, dtype=bool)
    releases[by_run] = True
    return np.repeat(releases, np.diff(columns.starts))


def _cosines(vectors: NDArray[Any], queries: NDArray[np.float32]) -> NDArray[np.float32]:
    """Compare every row with every query; shape (queries, rows)."""
    return np.concatenate(
        [
            queries @ vectors[start : start + _BLOCK].astype(np.float32).T
            for start in range(0, len(vectors), _BLOCK)
        ],
        axis=1,
    )


def _kth(cosines: NDArray[np.float32], allowed: NDArray[np.bool_] | None) -> tuple[int, float]:
    """Give how many rows are sought, and the cosine of the last of them by exact search."""
    own = cosines if allowed is None else cosines[allowed]
    k = min(K, len(own))
    return k, float(-np.partition(-own, k - 1)[k - 1])


def _opened_from_disk(index: Path, model: tuple[str, str]) -> float:
    """Give the milliseconds of opening while the system keeps no page of the files in memory."""
    for path in filter(Path.is_file, index.rglob("*")):
        with path.open("rb") as file:
            os.fsync(file.fileno())  # what is not written yet would stay
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    generation, took = _timed(partial(open_generation, index, model))
    generation.close()
    return took


def _ask(asked: Asked, generation: Generation) -> None:
    """Retrieve as `Assistant.retrieve` does, once the question is encoded."""
    scope = scope_of(Query("all"), generation.columns)
    found = search(asked, generation, scope, None, RELEASES_READ)
    cite([Chosen(one) for one in found.paragraphs[:RELEASES_READ]], asked, generation)


def _phases(asked: Asked, generation: Generation) -> dict[str, float]:
    """Time the steps of `_ask` one by one."""
    taken: dict[str, float] = {}

    def phase(name: str, work: Callable[[], T]) -> T:
        result, taken[name] = _timed(work)
        return result

    scope = phase("scope", lambda: scope_of(Query("all"), generation.columns))
    phase("release terms", lambda: generation.release_terms.score(asked.terms))
    phase("dense", lambda: generation.dense.nearest(asked.encoded.vector, DENSE_CANDIDATES))
    candidates = release_candidates(asked, generation, scope)
    by_release = [generation.columns.rows_of(row) for row in candidates]
    rows = np.concatenate(by_release)
    cuts = np.cumsum([0, *(len(some) for some in by_release)])
    phase("paragraph terms", lambda: generation.paragraph_terms.score_of(asked.terms, rows))
    phase("cosines", lambda: generation.dense.cosines(asked.encoded.vector, rows))
    phase("MaxSim", lambda: generation.pieces.max_sim_of_groups(asked.encoded, rows, cuts))
    found: list[FoundRelease] = find_releases(asked, generation, scope, RELEASES_READ)
    ranked = phase("ranking", lambda: rank_paragraphs(asked, generation, found))
    chosen = [Chosen(one) for one in ranked[:RELEASES_READ]]
    phase("catalogue", lambda: cite(chosen, asked, generation))
    taken["candidates"] = len(candidates)
    return taken


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.perf_counter()
    result = work()
    return result, 1000 * (time.perf_counter() - begun)


def _memory() -> dict[str, int]:
    """Give what the system counts as the memory of this process, in bytes."""
    lines = (line.split() for line in Path("/proc/self/status").read_text().splitlines())
    return {line[0].rstrip(":"): int(line[1]) * 1024 for line in lines if line[-1:] == ["kB"]}


if __name__ == "__main__":
    sys.exit(main())
