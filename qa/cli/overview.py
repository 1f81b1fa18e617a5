"""Commands over many releases: `qa list`, as text, CSV or JSON, and `qa timeline`."""

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa.cells import guarded
from qa.cli.parts import (
    Area,
    AsJson,
    AsTyped,
    Engine,
    From,
    Index,
    To,
    Today,
    print_json,
    write_lines,
)

if TYPE_CHECKING:
    from qa.records import Listing

COLUMNS = (
    *("release", "title", "area", "published", "url", "paragraph", "start", "end", "quote"),
    "sha256",
)


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    app.command("list")(list_releases)
    app.command()(timeline)


def list_releases(
    question: Annotated[str, typer.Argument(help="What the releases are about.")],
    area: Area = None,
    published_from: From = None,
    published_to: To = None,
    as_typed: AsTyped = False,
    today: Today = None,
    index: Index = Path("index"),
    engine: Engine = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, the rule on stderr.")] = False,
) -> None:
    """List every release that holds what is asked for; exit 1 if none does."""
    import qa
    from qa.cli.show_overview import listing_lines

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv exclude each other; choose one")
    how: dict[str, Any] = {
        "index": index,
        "areas": area or (),
        "published_from": published_from,
        "published_to": published_to,
        "understand": not as_typed,
        "today": today,
    }
    listing = qa.list_releases(question, **how)
    print_reading(question, **how)
    if as_json:
        print_json(listing.to_dict())
    elif as_csv:
        write_lines(sys.stderr, [listing.rule])
        _print_csv(listing)
    else:
        write_lines(sys.stdout, listing_lines(listing))
    sys.exit(0 if listing.total else 1)


def timeline(
    of: Annotated[str, typer.Argument(help="Path of a release, or a question.", metavar="OF")],
    as_typed: AsTyped = False,
    today: Today = None,
    index: Index = Path("index"),
    engine: Engine = None,
    as_json: AsJson = False,
) -> None:
    """Tell a matter by the releases surely of it, by date; exit 1 if none is found."""
    import qa
    from qa.cli.show_overview import step_lines

    day = today
    steps = qa.timeline(of, index=index, understand=not as_typed, today=day)
    if not any(step.release == of for step in steps):
        print_reading(of, index=index, understand=not as_typed, today=day)
    if not steps:
        write_lines(sys.stderr, ["nothing was found: no release answers that, so none is told of"])
    if as_json:
        print_json([step.to_dict() for step in steps])
    else:
        write_lines(sys.stdout, (line for step in steps for line in step_lines(step)))
    sys.exit(0 if steps else 1)


def print_reading(question: str, **how: Any) -> None:
    """Print on stderr what was read in a question otherwise than typed.

    Args:
        question: As it was asked.
        how: Arguments of `qa.read_as`.
    """
    import qa
    from qa.visible import visible

    write_lines(sys.stderr, map(visible, qa.read_as(question, **how).notes))


def _print_csv(listing: "Listing") -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in listing.entries:
        place = (one.paragraph, one.quote.start, one.quote.end, one.quote.text)
        head = (one.release, one.title, one.area, one.published or "", one.url or "")
        writer.writerow([guarded(value) for value in (*head, *place, one.sha256)])
