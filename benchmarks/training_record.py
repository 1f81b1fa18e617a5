"""How a training is told of its data on a command line, and what it leaves on record of itself."""

import argparse
import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.training_data import OWN_QUESTIONS
from qa.errors import UsageError

RECORD = "training.json"
_LIBRARIES = ("torch", "transformers", "tokenizers", "numpy", "nupunkt")


def add_data_options(parser: argparse.ArgumentParser) -> None:
    """Give a command the options that name its data."""
    parser.add_argument("--training", type=Path, required=True, help="folder of training files")
    parser.add_argument("--own", type=Path, default=OWN_QUESTIONS, help="file of our questions")
    parser.add_argument("--index", type=Path, default=Path("index"))


def write_record(folder: Path, told: Mapping[str, Any], files: Sequence[Path]) -> None:
    """Write what was told of a training, with the digests of its files, versions, machine, date.

    Raises:
        UsageError: One of the files cannot be read.
    """
    record = {
        **told,
        "files": {file.name: digest(file) for file in files},
        "versions": {name: metadata.version(name) for name in _LIBRARIES}
        | {"python": platform.python_version()},
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        "finished": time.strftime("%Y-%m-%d"),
    }
    text = json.dumps(record, indent=1, sort_keys=True)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")


def digest(file: Path) -> str:
    """Give the SHA-256 of a file.

    Raises:
        UsageError: It cannot be read.
    """
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise UsageError(f"{str(file)!r} cannot be read: {error.strerror}") from None


def say(line: str) -> None:
    """Tell how it gets on."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
