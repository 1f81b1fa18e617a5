"""How often the period and the area that are read in questions are those that they state.

    python -m benchmarks.understanding QUESTIONS.jsonl --index DIR [--today 2021-06-30]

Each line has a `question` and `filters`: {"area", "from", "to"} as far as the question states
them; nothing else of it is read. Areas and newest release are those of the index.
Times are of the processor.
"""

import argparse
import json
import time
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np

from qa.index.columns import load_columns
from qa.index.store import pin_current
from qa.questions.read import read_question
from qa.questions.understand import understanding_of
from qa.records import Query


def main(arguments: list[str] | None = None) -> int:
    """Print the counts; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--index", default="index")
    parser.add_argument("--today", type=date.fromisoformat)
    options = parser.parse_args(arguments)
    pinned = pin_current(options.index)
    columns = load_columns(pinned.files)
    pinned.close()
    newest = date.fromordinal(int(columns.published[:, 1].max()))
    understanding = understanding_of(True, options.today or newest, newest)
    counts: Counter[str] = Counter()
    times = []
    for line in options.questions.read_text(encoding="utf-8").splitlines():
        values = json.loads(line)
        asked, filters = values["question"], values.get("filters") or {}
        began = time.process_time()
        query = read_question(asked, known_areas=columns.areas, understanding=understanding)
        times.append(time.process_time() - began)
        _count(counts, query, filters)
    for what in ("period", "area", "both"):
        for state in ("stated", "none"):
            right, of = counts[f"{what} {state} right"], counts[f"{what} {state}"]
            print(f"{what:7} {state:7} {right:4} of {of:4} = {right / max(of, 1):.3f}")
    print(f"{1e3 * np.median(times):.2f} ms a question, 99 % {1e3 * np.percentile(times, 99):.2f}")
    return 0


def _count(counts: Counter[str], query: Query, filters: dict[str, str]) -> None:
    period = _days(query)
    stated = (filters.get("from"), filters.get("to"))
    areas = {*query.areas, *query.places}
    wanted = {filters["area"]} if filters.get("area") else set()
    for what, right, is_stated in (
        ("period", period == stated, any(stated)),
        ("area", areas == wanted, bool(wanted)),
        ("both", period == stated and areas == wanted, bool(wanted or any(stated))),
    ):
        key = f"{what} {'stated' if is_stated else 'none'}"
        counts[key] += 1
        counts[f"{key} right"] += right


def _days(query: Query) -> tuple[str | None, str | None]:
    if query.period is None:
        return (None, None)
    first, last = query.period.first, query.period.last
    return (first.isoformat() if first else None, last.isoformat() if last else None)


if __name__ == "__main__":
    raise SystemExit(main())
