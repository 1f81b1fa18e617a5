"""Standard output, whose faults are told apart: a full disk, a reader that has gone.

A small result is written when the program ends, when Python would say no more than that it could
not; so it is written out before that, and the fault raised as one of ours.
"""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qa.errors import OutputClosed, OutputFault


class _Output(io.FileIO):
    """Standard output; after a fault, what else is written goes nowhere."""

    failed = False

    def write(self, data: Any) -> int:
        """Write some bytes.

        Raises:
            OutputFault: They cannot be written.
        """
        if self.failed:
            return len(data)
        try:
            return super().write(data)
        except OSError as error:
            self.failed = True
            if isinstance(error, BrokenPipeError):
                raise OutputClosed from None
            raise OutputFault(error.strerror or str(error)) from None


@contextmanager
def checked_output() -> Iterator[None]:
    """Have standard output raise faults of ours; what it holds is written out at the end.

    Raises:
        OutputFault: It cannot be written to.
    """
    before = sys.__stdout__
    if before is None or sys.stdout is not before:  # closed, or heard by someone in here
        yield
        return
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Output(before.fileno(), "w", closefd=False)),
        encoding=before.encoding,
        errors=before.errors,
        line_buffering=before.line_buffering,
    )
    try:
        yield
    finally:
        sys.stdout.flush()
