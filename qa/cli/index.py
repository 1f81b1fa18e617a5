"""The commands about the index: build, verify, purge, doctor.

Each imports what it needs, so that `--help` is quick.
"""

import os
import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from qa.cli.parts import (
    AsJson,
    Engine,
    Index,
    Releases,
    breaking_off,
    print_found,
    print_json,
    print_json_line,
    write_lines,
)
from qa.errors import QAError, UsageError
from qa.records import BuildReport

if TYPE_CHECKING:
    from qa.doctor import Check


def add_to(app: typer.Typer) -> None:
    """Make commands of the functions below."""
    for command in (build, verify, purge, doctor):
        app.command(cls=_Build if command is build else None)(command)


class _Build(TyperCommand):
    """Lets the address of `--ray` be left out, which Typer has no word for."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Write the address in where it is left out, then parse."""
        for place, word in enumerate(args):
            if word == "--ray" and (place + 1 == len(args) or args[place + 1].startswith("-")):
                args[place] = f"--ray={os.environ.get('RAY_ADDRESS') or 'local'}"
        return super().parse_args(ctx, args)


@breaking_off()
def build(
    releases: Releases = Path("seeds"),
    index: Index = Path("index"),
    engine: Engine = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Use nothing of the index that is there.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, and build again after every change.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            "--ray",
            metavar="[ADDRESS]",
            help="Have a Ray cluster do the work: the one at ADDRESS, or of this machine alone.",
        ),
    ] = None,
    work: Annotated[
        Path | None,
        typer.Option("--work", help="With --ray: a folder that every machine of it reaches."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build the index of a folder of releases; quick if nothing has changed.

    Only texts that are new are embedded. A chat that is open takes the new index up within a
    second; a release whose file is gone is then in no answer.

    With --watch it builds again whenever a release is added, changed or removed, the changes of
    a moment at once, until Ctrl+C. A build that fails is told of and changes nothing; with
    --json every build is one line.

    With --ray, which needs the package ray, the processes of a cluster read and embed, and the
    index is the same, byte for byte. Without ADDRESS it is the cluster that RAY_ADDRESS names, or
    one on this machine alone. A build that was broken off goes on from what is in --work.
    """
    from qa.api import Builder
    from qa.progress import shown_progress
    from qa.settings import load_settings

    if work is not None and ray is None:
        raise UsageError("--work is for what a cluster makes; give it with --ray, or leave it out")
    builder, first = Builder(load_settings()), [fresh]

    def build_once() -> BuildReport:
        with shown_progress() as progress:
            # Only the first is to begin afresh: the others go on from that.
            return builder.build(
                releases,
                index,
                fresh=bool(first and first.pop()),
                progress=progress,
                ray=ray,
                work=work,
            )

    if watch:
        _watch(releases, index, build_once, as_json=as_json)
        return
    report = build_once()
    if as_json:
        print_json(report.to_dict())
        return
    _write_report(report)


def _watch(
    releases: Path, index: Path, build_once: Callable[[], BuildReport], *, as_json: bool
) -> None:
    from qa.watch import watched_builds

    write_lines(sys.stderr, [f"watching {str(releases)!r}; Ctrl+C ends it"])
    try:
        for outcome in watched_builds(releases, index, build_once):
            fault = str(outcome) if isinstance(outcome, QAError) else repr(outcome)
            if as_json:
                print_json_line(
                    {"error": fault} if isinstance(outcome, Exception) else outcome.to_dict()
                )
            elif isinstance(outcome, Exception):
                write_lines(sys.stderr, [f"qa: {fault}"])
            else:
                _write_report(outcome)
    except KeyboardInterrupt:
        write_lines(sys.stderr, ["qa: watching ended; what was published last serves"])


def _write_report(report: BuildReport) -> None:
    from qa.cli.show import build_lines

    lines = list(build_lines(report, report.skipped))
    skips = len(report.skipped)
    write_lines(sys.stderr, lines[:skips])
    write_lines(sys.stdout, lines[skips:])
    sys.stdout.flush()


def verify(
    index: Index = Path("index"),
    engine: Engine = None,
    releases: Annotated[
        Path | None, typer.Option("--releases", help="Also tell which of these files changed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check every byte of the index, and every quote against its release.

    With an engine it is what the server has that is checked: rows, and quotes of its texts. Files
    are compared with the index folder alone: qa verify --engine folder --releases DIR
    """
    from qa.index.verify import verify_index
    from qa.settings import FOLDER, load_settings

    settings = load_settings()
    if settings.engine != FOLDER:
        from qa import engines

        if releases is not None:
            raise UsageError(
                "--releases is compared with the index folder, and not with what a server has; "
                "leave it out, or verify the folder: qa verify --engine folder "
                f"--releases {shlex.quote(str(releases))} --index {shlex.quote(str(index))}"
            )
        found = engines.verify(settings.engine)
    else:
        largest = settings.max_file_kb * 1024
        found = verify_index(index, releases, max_file_bytes=largest)
    line = (
        f"{found.generation}: {found.files} files, {found.releases:,} releases and "
        f"{found.quotes:,} quotes checked, {len(found.faults)} faults"
    )
    print_found(found.to_dict(), line, [*found.faults, *found.changed], as_json=as_json)
    sys.exit(1 if found.faults else 0)


def purge(
    index: Index = Path("index"),
    engine: Engine = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, help="Seconds that readers have to let go.")
    ] = 10.0,
    as_json: AsJson = False,
) -> None:
    """Leave no byte of removed releases in the index folder; exit 1 if something holds them.

    A build that no longer finds a release takes it out of every answer. But a small change leaves
    most of the index as it is, and the release on disk; "qa build" tells how many await purging.
    So purging writes the index anew without them, from what is in it: no model and no release file
    is needed, and it takes as long as writing a whole index does. Then it removes every generation
    but the one that serves, and what builds that were broken off left behind. So, to withdraw a
    release: remove its file, build, purge.

    A chat lets go by itself within a second. What still holds an old generation is named: end
    it, and purge again.

    With an engine the server is purged too, once readers had --wait seconds to let go.
    """
    from qa.index.purge import purge_index
    from qa.progress import shown_progress
    from qa.settings import FOLDER, load_settings
    from qa.web.words import counted

    with shown_progress() as progress:
        done = purge_index(index, wait, progress)
    anew = f"written anew without {counted(done.compacted, 'release')}; " if done.compacted else ""
    line = (
        f"{anew}removed {', '.join(done.removed) or 'nothing'} ({done.freed / 1e6:,.1f} MB); "
        f"{done.generation} serves, {counted(done.releases, 'release')}"
    )
    notes: list[object] = list(done.holders)
    if (address := load_settings().engine) != FOLDER:
        notes += _purge_server(index, address, wait)
    print_found(done.to_dict(), line, notes, as_json=as_json)
    sys.exit(1 if done.holders else 0)


def _purge_server(index: Path, address: str, wait: float) -> list[str]:
    """Leave on a server what serves in the folder alone; tells what was removed."""
    from qa.engines import publish

    first = publish(index, address)
    if first.changed:
        time.sleep(wait)
    gone = (*first.removed, *publish(index, address, grace=0).removed)
    return [f"the server: {first.generation} serves; removed {', '.join(gone) or 'nothing'}"]


def doctor(
    index: Index = Path("index"),
    engine: Engine = None,
    releases: Releases = Path("seeds"),
    as_json: AsJson = False,
) -> None:
    """Examine everything, and give the command that mends what is wrong; exit 0 if all is well.

    Looks at Python, packages, models, every byte of the index, the models and rules it was built
    with, the releases as they are now, what broken-off builds left, old generations, disk,
    memory, threads and file system. Nothing is changed.

    Lines begin with "well", "note" (works, and is worth knowing) or "WRONG"; only the last kind
    makes it exit 1.
    """
    from qa.doctor import State, examine
    from qa.settings import load_settings

    checks = []
    for check in examine(index, releases, load_settings()):
        checks.append(check)
        if not as_json:
            _write_check(check)
    wrong = any(check.state is State.WRONG for check in checks)
    if as_json:
        print_json({"well": not wrong, "checks": [check.to_dict() for check in checks]})
    sys.exit(1 if wrong else 0)


def _write_check(check: "Check") -> None:
    state = check.state.upper() if check.state == "wrong" else check.state
    write_lines(sys.stdout, [f"{state:<6}{check.name}: {check.found}"])
    if check.cure:
        write_lines(sys.stdout, [f"      -> {check.cure}"])
    sys.stdout.flush()
