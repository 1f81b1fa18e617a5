"""How many cases each proof has: a share of them in every test run, all in `make proof`."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases of each proof.

    Attributes:
        states: Which share of all disks that a power cut may leave.
        republished: Publish again upon each so many-th of them.
        kill_points: Syscalls of a publish it is killed at; None for every one.
        random_kills: Kills at random moments.
        faults: Syscalls made to fail; None for every one, in every way.
        flips: Bits turned, one at a time, over all files of an index.
        truncations: Lengths files are cut to; None for every one.
        publishes: Generations published beneath the readers.
        readers: Processes that read meanwhile.
        examples: Runs of the state machine.
        steps: Steps of a run.
        mutants: Breaks of the protocol; None for every one.
        seed: Of everything drawn at random.
    """

    states: float
    republished: int
    kill_points: int | None
    random_kills: int
    faults: int | None
    flips: int
    truncations: int | None
    publishes: int
    readers: int
    examples: int
    steps: int
    mutants: int | None
    seed: int = 20261126


SHARE = Counts(
    states=0.004,
    republished=40,
    kill_points=12,
    random_kills=4,
    faults=16,
    flips=250,
    truncations=60,
    publishes=8,
    readers=3,
    examples=8,
    steps=10,
    mutants=3,
)
FULL = Counts(
    states=1.0,
    republished=10,
    kill_points=None,
    random_kills=200,
    faults=None,
    flips=10_000,
    truncations=None,
    publishes=300,
    readers=8,
    examples=200,
    steps=30,
    mutants=None,
)
COUNTS = FULL if os.environ.get("QA_PROOF") == "full" else SHARE


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a proof found.

    Attributes:
        cases: How many were tried.
        failures: One line for each that failed.
        told: What else is worth knowing, e.g. how many of the cases were of which kind.
    """

    cases: int
    failures: tuple[str, ...]
    told: str = ""
