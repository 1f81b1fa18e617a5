"""Show that a change leaves every ranking as it was: write rankings before it, compare after.

    python -m benchmarks.unchanged before.json --index DIR --questions FILE.jsonl
    ... change the code ...
    python -m benchmarks.unchanged before.json --index DIR --questions FILE.jsonl --compare

A ranking is what `search` gives without a reader: releases and paragraphs by row, with their scores
to the last bit, or as near as `--within` says. Each question is asked of everything, of one area,
and of one quarter of the dates.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from qa.assistant import Assistant
from qa.embedding import Encoder
from qa.errors import QAError
from qa.index.terms import new_stemmer
from qa.records import Query
from qa.retrieval.asked import make_ready
from qa.retrieval.scope import scope_of
from qa.retrieval.search import search

K = 50


def main(arguments: list[str] | None = None) -> int:
    """Write rankings, or compare them; gives the exit code: 1 if one differs."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--index", default="index")
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=60, help="questions asked")
    parser.add_argument("--compare", action="store_true")
    parser.add_argument("--within", type=float, default=0.0, help="of each score, at most")
    options = parser.parse_args(arguments)
    lines = options.questions.read_text(encoding="utf-8").splitlines()[: options.limit]
    try:
        found = rankings(options.index, [json.loads(line)["question"] for line in lines])
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if not options.compare:
        options.file.write_text(json.dumps(found), encoding="utf-8")
        return 0
    before = json.loads(options.file.read_text(encoding="utf-8"))
    names = sorted({*before, *found})
    differing = [n for n in names if not _same(before.get(n), found.get(n), options.within)]
    sys.stderr.write("".join(f"differs: {name}\n" for name in differing))
    sys.stderr.write(f"{len(found) - len(differing)} of {len(found)} rankings are the same\n")
    return int(bool(differing))


def rankings(
    index: str | Path, questions: Sequence[str], encoder: Encoder | None = None
) -> dict[str, Any]:
    """Give the ranking of each question under each filter, as JSON values."""
    found, stemmer = {}, new_stemmer()
    with Assistant.open(index, encoder=encoder) as desk, threadpool_limits(1):
        for question in questions:
            for name, query in _filtered(question, desk):
                scope = scope_of(query, desk.generation.columns)
                if scope.searched.releases:
                    asked = make_ready(query, desk.encoder, stemmer)
                    ranked = search(asked, desk.generation, scope, None, K)
                    found[f"{question} [{name}]"] = {
                        "releases": [[one.row, one.score.hex()] for one in ranked.releases],
                        "paragraphs": [[one.row, one.score.hex()] for one in ranked.paragraphs],
                    }
    return found


def _same(before: Any, found: Any, within: float) -> bool:
    """Tell whether two rankings are one; scores that differ by rounding may swap near ties."""
    if within == 0 or before is None or found is None:
        return bool(before == found)
    return all(_near(dict(before[part]), dict(found[part]), within) for part in before)


def _near(before: dict[int, str], found: dict[int, str], within: float) -> bool:
    return before.keys() == found.keys() and all(
        abs(float.fromhex(score) - float.fromhex(found[row])) <= within
        for row, score in before.items()
    )


def _filtered(question: str, desk: Assistant) -> Iterator[tuple[str, Query]]:
    yield "all", Query(question)
    if desk.areas:
        yield desk.areas[0], Query(question, areas=desk.areas[:1])
    if desk.span is not None:
        middle = (desk.span.first.toordinal() + 3 * desk.span.last.toordinal()) // 4
        yield "last quarter", Query(question, published_from=date.fromordinal(middle))


if __name__ == "__main__":
    sys.exit(main())
