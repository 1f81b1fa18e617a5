"""What the commands share: options that several have, and how results are printed."""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from qa.errors import BrokenOff

Index = Annotated[Path, typer.Option("--index", envvar="QA_INDEX", help="Folder of the index.")]
Releases = Annotated[Path, typer.Option("--releases", help="Folder of release files.")]


def _take_engine(engine: str | None) -> str | None:
    """Make it the setting of this process, and of a build that it begins: see `load_settings`."""
    if engine:
        os.environ["QA_ENGINE"] = engine
    return engine


Engine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        callback=_take_engine,
        help="Where the index is served from: postgresql://…, http://… (Milvus) or folder.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Area = Annotated[
    list[str] | None, typer.Option("--area", help="Search only this area; may be repeated.")
]
From = Annotated[
    str | None, typer.Option("--from", help="First publish day, e.g. 2020-10-01.", metavar="DATE")
]
To = Annotated[
    str | None, typer.Option("--to", help="Last publish day, e.g. 2020-10-31.", metavar="DATE")
]
AsTyped = Annotated[
    bool,
    typer.Option("--as-typed", help="Take the words as typed: read no period and area in them."),
]
Today = Annotated[
    str | None,
    typer.Option("--today", help="Day that “last week” counts from.", metavar="DATE"),
]


@contextmanager
def breaking_off() -> Iterator[None]:
    """Have a build that is interrupted say what became of it.

    Raises:
        BrokenOff: It was.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise BrokenOff from None


def print_json(values: Any) -> None:
    """Print JSON values for people and programs, over several lines."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False, indent=2) + "\n")


def print_found(values: Any, line: str, notes: Iterable[object], *, as_json: bool) -> None:
    """Print what a command found: as JSON, or as one line, with notes on stderr before it."""
    if as_json:
        print_json(values)
        return
    write_lines(sys.stderr, map(str, notes))
    write_lines(sys.stdout, [line])


def print_json_line(values: Any) -> None:
    """Print JSON values on one line, at once."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def write_lines(stream: Any, lines: Iterable[str]) -> None:
    """Write each line."""
    for line in lines:
        stream.write(f"{line}\n")
