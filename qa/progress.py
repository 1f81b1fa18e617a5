"""Show how a build gets on: a bar with rate and time left, or plain lines in a log.

Everything goes to stderr, so that stdout holds results alone.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from qa.index.build import Progress

_NAMES = {
    "read": "Reading releases",
    "embed": "Embedding passages",
    "write": "Writing index",
    "probe": "Asking itself",
    "load": "Loading the server",
}
_EVERY = 10.0  # seconds between plain lines


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Give something that hears a build's progress and shows it for as long as it lasts."""
    if not sys.stderr.isatty():
        yield PlainLines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(_NAMES.get(step, step), total=total, rate="")
            task = bars.tasks[tasks[step]]
            rate = f"{task.speed:,.0f}/s" if task.speed else ""
            bars.update(tasks[step], completed=done, total=total, rate=rate)

        yield show


class PlainLines:
    """Writes a line at the start and end of each step, and every ten seconds between."""

    def __init__(self) -> None:
        self.step = ""
        self.begun = self.last = 0.0
        self.before = 0  # done of the step when it first told of something

    def __call__(self, step: str, done: int, total: int) -> None:
        """Write a line if one is due."""
        now = time.monotonic()
        begins = step != self.step
        if begins:
            self.step, self.begun, self.last, self.before = step, now, now, 0
        if done and not self.before:  # what was loaded until then is no pace
            self.before, self.begun = done, now
        if not begins and done < total and now - self.last < _EVERY:
            return
        self.last = now
        sys.stderr.write(
            f"{_NAMES.get(step, step)}: {done:,} of {total:,}{self._pace(done, total)}\n"
        )
        sys.stderr.flush()

    def _pace(self, done: int, total: int) -> str:
        seconds = time.monotonic() - self.begun
        if done <= self.before or seconds < 1:
            return ""
        rate = (done - self.before) / seconds
        left = f", {(total - done) / rate:,.0f} s left" if done < total else ""
        return f", {rate:,.0f}/s{left}"
