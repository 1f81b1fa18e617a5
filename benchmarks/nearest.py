"""Compare ways of searching vectors: recall of the exact 50 nearest, time, memory, building.

    python -m benchmarks.nearest INDEX [--rows N] [--ways flat,codes,ivf,hnsw] [--questions FILE]

Every way gives candidates that are compared again by the vectors themselves at 16 bits, as
`qa.index.quantized` does. One thread. Prints a table in Markdown.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.embedding import SentenceTransformerEncoder
from qa.errors import QAError
from qa.index.quantized import Halves, make_codes, widened
from qa.index.segment import VECTORS
from qa.index.store import pin_current
from qa.settings import Settings

Floats = NDArray[np.float32]
ROOT = Path(__file__).parents[1]
K = 50
CANDIDATES = 600  # compared again, as for 200 wanted
CLUSTER_SAMPLE, CLUSTER_ROUNDS = 48, 10  # vectors a cluster to learn from, and rounds of k-means
_IP = faiss.METRIC_INNER_PRODUCT


@dataclass(frozen=True, slots=True)
class Way:
    """A way to search, built, with the settings it is tried with.

    Attributes:
        name: What the table calls it.
        index: Of FAISS.
        trials: What is looked at, and the search parameters that do it.
    """

    name: str
    index: Any
    trials: Sequence[tuple[str, Any]]


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("index", type=Path)
    parser.add_argument("--rows", type=int, help="of the index, spread evenly; all if absent")
    parser.add_argument("--ways", default="flat,codes,ivf,hnsw")
    parser.add_argument(
        "--questions", type=Path, default=ROOT / "tests" / "data" / "seed_questions.jsonl"
    )
    options = parser.parse_args(arguments)
    faiss.omp_set_num_threads(1)
    lines = options.questions.read_text(encoding="utf-8").splitlines()
    try:
        with closing(pin_current(options.index)) as pinned:
            vectors = pinned.files.large_array(VECTORS).astype(np.float16)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if options.rows is not None:
        vectors = vectors[np.linspace(0, len(vectors) - 1, options.rows).astype(np.int64)]
    encoder = SentenceTransformerEncoder(Settings())
    queries = np.stack([encoder.encode_query(json.loads(one)["question"]).vector for one in lines])
    print(
        "| way | looked at | recall@50 | median ms | MB | built in s |\n|---|---|--:|--:|--:|--:|"
    )
    for row in rows(vectors, queries, options.ways.split(",")):
        print(f"| {' | '.join(row)} |", flush=True)
    return 0


def rows(vectors: Halves, queries: Floats, kinds: Sequence[str]) -> Iterator[list[str]]:
    """Give the rows of the table as they get ready."""
    exact = _exact(vectors, queries)
    for kind in kinds:
        for build in _WAYS[kind]:
            begun = time.perf_counter()
            way = build(vectors)
            taken = time.perf_counter() - begun
            size = faiss.serialize_index(way.index).nbytes / 1e6
            for looked_at, parameters in way.trials:
                recall, median = _tried(way.index, parameters, vectors, queries, exact)
                yield [
                    way.name,
                    looked_at,
                    f"{recall:.3f}",
                    f"{median:.1f}",
                    f"{size:,.0f}",
                    f"{taken:,.0f}",
                ]


def _tried(
    index: Any, parameters: Any, vectors: Halves, queries: Floats, exact: NDArray[np.int64]
) -> tuple[float, float]:
    recalls, times = [], []
    for query, expected in zip(queries, exact, strict=True):
        begun = time.perf_counter()
        _, found = index.search(query[None, :], CANDIDATES, params=parameters)
        candidates = found[0][found[0] >= 0]
        cosines = widened(vectors[candidates]) @ query
        best = candidates[np.argsort(-cosines, kind="stable")[:K]]
        times.append(1000 * (time.perf_counter() - begun))
        recalls.append(np.isin(expected, best).mean())
    return float(np.mean(recalls)), statistics.median(times)


def _exact(vectors: Halves, queries: Floats) -> NDArray[np.int64]:
    cosines = np.concatenate(
        [
            widened(vectors[start : start + 65_536]) @ queries.T
            for start in range(0, len(vectors), 65_536)
        ]
    )
    return np.argpartition(-cosines.T, K - 1, axis=1)[:, :K]


def _flat(vectors: Halves) -> Way:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(widened(vectors))
    return Way("flat, 32 bits", index, [("all", None)])


def _flat_bytes(vectors: Halves) -> Way:
    index = faiss.IndexScalarQuantizer(vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, _IP)
    _fill(index, vectors, 100_000)
    return Way("flat, 8 bits", index, [("all", None)])


def _codes(vectors: Halves) -> Way:
    index = faiss.deserialize_index(make_codes(vectors))
    return Way("codes of 2 bits a dimension", index, [("all", None)])


def _codes_of_one(vectors: Halves) -> Way:
    d = vectors.shape[1]
    index = faiss.IndexPQFastScan(d, d // 4, 4, _IP)
    _fill(index, vectors, 60_000)
    return Way("codes of 1 bit a dimension", index, [("all", None)])


def _ivf(n_lists: int) -> Any:
    def build(vectors: Halves) -> Way:
        d = vectors.shape[1]
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(d), d, n_lists, faiss.ScalarQuantizer.QT_8bit, _IP, False
        )
        index.cp.seed, index.cp.niter, index.cp.spherical = 1, CLUSTER_ROUNDS, True
        _fill(index, vectors, CLUSTER_SAMPLE * n_lists)
        trials = [
            (f"{100 * share:g} %", faiss.SearchParametersIVF(nprobe=int(n_lists * share)))  # type: ignore[call-arg]
            for share in (0.03, 0.06, 0.12, 0.2)
        ]
        return Way(f"{n_lists:,} clusters, 8 bits", index, trials)

    return build


def _hnsw(vectors: Halves) -> Way:
    library: Any = faiss  # whose types do not know of these
    index = library.IndexHNSWSQ(vectors.shape[1], faiss.ScalarQuantizer.QT_8bit, 16, _IP)
    index.hnsw.efConstruction = 80
    _fill(index, vectors, 100_000)
    trials = [(f"ef {ef}", library.SearchParametersHNSW(efSearch=ef)) for ef in (CANDIDATES, 1200)]
    return Way("HNSW 16, 8 bits", index, trials)


def _fill(index: Any, vectors: Halves, sample: int) -> None:
    index.train(widened(vectors[:: max(1, len(vectors) // sample)]))
    for start in range(0, len(vectors), 65_536):
        index.add(widened(vectors[start : start + 65_536]))


_WAYS = {
    "flat": (_flat, _flat_bytes),
    "codes": (_codes, _codes_of_one),
    "ivf": (_ivf(2048),),
    "hnsw": (_hnsw,),
}

if __name__ == "__main__":
    sys.exit(main())
