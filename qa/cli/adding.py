"""What the shell tells of files and pages that were to be added, one after another.

Reads    an `Added`, `Held` or `Skipped` for each
Gives    lines or JSON, and the exit code
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from qa.cli.parts import breaking_off, print_json, write_lines

if TYPE_CHECKING:
    from qa.records import BuildReport, Skipped
    from qa.releases.adding import Added, Held


class Told:
    """Everything that was told so far."""

    def __init__(self, *, as_json: bool) -> None:
        """Begin with nothing; JSON is printed at the end, lines as they come."""
        self._as_json = as_json
        self._added: list[Added] = []
        self._held: list[Held] = []
        self._refused: list[Skipped] = []

    def tell(self, one: "Added | Held | Skipped") -> None:
        """Tell how it went with a file or page."""
        from qa.cli.show_releases import added_lines
        from qa.releases.adding import Added, Held

        if isinstance(one, Added):
            self._added.append(one)
            if not self._as_json:
                write_lines(sys.stdout, added_lines(one))
                sys.stdout.flush()
            for skip in one.left_out:
                _warn(f"left out of it: {skip}")
        elif isinstance(one, Held):
            self._held.append(one)
        else:
            self._refused.append(one)
            _warn(f"not added: {one}")

    def end(self, releases: Path, index: Path, *, build: bool, left: int = 0) -> None:
        """Build if that is wished, say what is to be done else, and end with the exit code.

        Args:
            releases: The folder that was added to.
            index: Where to build.
            build: Whether to.
            left: Pages for another run, which is no fault.
        """
        from qa.api import build as build_index
        from qa.progress import shown_progress

        report = None
        if build and self._added:
            with breaking_off(), shown_progress() as progress:
                report = build_index(releases, index, progress=progress)
        self._conclude(releases, report, left)
        sys.exit(1 if self._refused or any(one.left_out for one in self._added) else 0)

    def _conclude(self, releases: Path, report: "BuildReport | None", left: int) -> None:
        from qa.cli.show import build_lines

        if self._as_json:
            print_json(
                {
                    "added": [one.to_dict() for one in self._added],
                    "held": [one.to_dict() for one in self._held],
                    "refused": [one.to_dict() for one in self._refused],
                    "left": left,
                    "build": report.to_dict() if report else None,
                }
            )
            return
        held = f"{len(self._held):,} there already, " if self._held else ""
        write_lines(
            sys.stdout, [f"{len(self._added):,} added, {held}{len(self._refused):,} refused"]
        )
        if left:
            line = f"{left:,} left: run it again, which goes on behind these, or raise --most"
            write_lines(sys.stdout, [line])
        if report is not None:
            write_lines(sys.stdout, build_lines(report, report.skipped))
        elif self._added:
            line = f"answers know of it after: qa build --releases {releases}"
            write_lines(sys.stdout, [line])


def _warn(line: str) -> None:
    from qa.visible import visible

    write_lines(sys.stderr, [visible(line)])
    sys.stderr.flush()
