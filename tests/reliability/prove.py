"""Run every proof in full, and write down what was found: `make proof`.

    QA_PROOF=full python -m tests.reliability.prove docs/evidence

The file names machine, versions, date and seed; and of each proof its cases, failures, seconds.
It is written after each of them, so that a run that was stopped leaves what it has proved.
"""

import importlib
import os
import platform
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import qa
from tests.reliability.counts import COUNTS, FULL, Outcome
from tests.reliability.lab import in_lab
from tests.reliability.proofs import PROOFS
from tests.reliability.tracing import tracer_fault

LIBRARIES = ("faiss-cpu", "numpy", "bm25s", "hypothesis")


def main(folder):
    """Prove, and write the evidence; gives whether all is well."""
    if fault := tracer_fault():
        sys.exit(f"the proofs need a working strace: {fault}")
    rows, failures = [], []
    now = datetime.now(UTC)
    place = Path(folder) / f"{now:%Y-%m-%d}-index.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    for proof in PROOFS:
        begun = time.monotonic()
        outcome = run(proof)
        seconds = time.monotonic() - begun
        too_few = COUNTS is FULL and outcome.cases < proof.least
        failures += [f"{proof.title}: {failure}" for failure in outcome.failures]
        failures += [f"{proof.title}: {outcome.cases} cases, not {proof.least}"] * too_few
        rows.append(
            f"| {proof.title} | {outcome.cases:,} | {len(outcome.failures)} | {seconds:,.0f} "
            f"| {outcome.told} |"
        )
        sys.stderr.write(f"{rows[-1]}\n")
        place.write_text(_page(now, rows, failures))
    sys.stderr.write(f"written: {place}\n")
    return not failures


def run(proof):
    """Run one proof; whatever it ends with is its outcome."""
    try:
        if proof.apart:
            return in_lab(proof.function, COUNTS)
        module, function = proof.function.split(".")
        return getattr(importlib.import_module(f"tests.reliability.{module}"), function)(COUNTS)
    except Exception as error:
        return Outcome(0, (f"{type(error).__name__}: {error}",))


def _page(now, rows, failures):
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    verdict = "No failure." if not failures else f"{len(failures)} failures:"
    if len(rows) < len(PROOFS):
        verdict = f"{len(rows)} of {len(PROOFS)} proofs were run. {verdict}"
    head = [
        f"# Proofs of the index, {now:%d %B %Y}",
        f"qa {qa.__version__}, {platform.python_implementation()} {platform.python_version()}, "
        f"{versions}; {platform.system()} {platform.release()}, {platform.machine()}, "
        f"{os.cpu_count()} cores; seed {COUNTS.seed}; "
        f"{'full' if COUNTS is FULL else 'a share of the'} counts. Made by `make proof`.",
        "",
        "| proof | cases | failures | seconds | |",
        "|---|--:|--:|--:|---|",
    ]
    told = ["", verdict, *(f"- {failure}" for failure in failures[:100]), ""]
    return "\n".join([head[0], "", *head[1:], *rows, *told])


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
