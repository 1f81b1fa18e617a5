"""The commands about the index: build, verify, purge.

Each imports what it needs, so that `--help` is quick.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from qa.cli_parts import AsJson, Index, Releases, print_json, write_lines


def add_to(app: typer.Typer) -> None:
    """Make commands of the functions below."""
    for command in (build, verify, purge):
        app.command()(command)


def build(
    releases: Releases = Path("seeds"),
    index: Index = Path("index"),
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Use nothing of the index that is there.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Build the index of a folder of releases; quick if nothing has changed."""
    import qa
    from qa.progress import shown_progress
    from qa.show import build_lines

    with shown_progress() as progress:
        report = qa.build(releases, index, fresh=fresh, progress=progress)
    if as_json:
        print_json(report.to_dict())
        return
    *skips, summary = build_lines(report, report.skipped)
    write_lines(sys.stderr, skips)
    write_lines(sys.stdout, [summary])


def verify(
    index: Index = Path("index"),
    releases: Annotated[
        Path | None, typer.Option("--releases", help="Also tell which of these files changed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of the index, and every quote against its release."""
    from qa.index.verify import verify_index

    found = verify_index(index, releases)
    if as_json:
        print_json(found.to_dict())
    else:
        write_lines(sys.stderr, [*found.faults, *found.changed])
        write_lines(
            sys.stdout,
            [
                f"{found.generation}: {found.files} files, {found.releases:,} releases and "
                f"{found.quotes:,} quotes checked, {len(found.faults)} faults"
            ],
        )
    sys.exit(1 if found.faults else 0)


def purge(
    index: Index = Path("index"),
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds that readers have to let go.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Leave no byte of removed releases in the index folder; exit 1 if something holds them.

    A build that no longer finds a release leaves it out of everything it writes. But the
    generation before stays on disk until the next build, and for as long as a program reads it.
    Purging removes every generation but the one that serves, and what builds that were broken
    off left behind. So, to withdraw a release: remove its file, build, purge.

    A chat lets go by itself within a second. What still holds an old generation is named: end
    it, and purge again.
    """
    from qa.index.purge import purge_index
    from qa.web.words import counted

    done = purge_index(index, wait)
    if as_json:
        print_json(done.to_dict())
    else:
        write_lines(sys.stderr, map(str, done.holders))
        removed = ", ".join(done.removed) or "nothing"
        write_lines(
            sys.stdout,
            [
                f"removed {removed} ({done.freed / 1e6:,.1f} MB); {done.generation} serves, "
                f"{counted(done.releases, 'release')}"
            ],
        )
    sys.exit(1 if done.holders else 0)
