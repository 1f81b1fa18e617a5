"""Write our own held-out questions as judged ones, for `qa evaluate`.

    python -m benchmarks.held_out OUT.jsonl --index DIR
    python -m qa evaluate OUT.jsonl --index DIR

Nothing was trained on them, but the few weights of ranking and refusing were fitted on them: what
is measured so is good for comparing, and a little too good to be told as a result.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.training_data import (
    OWN_QUESTIONS,
    ReleaseQuestion,
    is_held_out,
    read_own_questions,
)
from benchmarks.training_releases import Releases
from qa.assistant import Assistant
from qa.errors import QAError


def main(arguments: list[str] | None = None) -> int:
    """Write the file; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--own", type=Path, default=OWN_QUESTIONS, help="file of our questions")
    parser.add_argument("--index", default="index")
    options = parser.parse_args(arguments)
    try:
        with Assistant.open(options.index) as desk:
            releases = Releases(desk)
            asked = read_own_questions(options.own, lambda path: releases.text(path).paragraphs)
            lines = [_judged(one) for one in asked if is_held_out(one.release)]
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    options.out.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    sys.stderr.write(f"{len(lines)} questions written to {options.out}\n")
    return 0


def _judged(one: ReleaseQuestion) -> dict[str, Any]:
    """Give a question as `qa evaluate` reads it; of several places of its answer the first."""
    gold = [{"release": one.release, "answer": answer} for answer in one.answers[:1]]
    return {
        "id": one.id,
        "type": one.kind,
        "question": one.question,
        "history": [{"question": question} for question in one.history],
        "answerable": bool(gold),
        "gold": gold,
    }


if __name__ == "__main__":
    sys.exit(main())
