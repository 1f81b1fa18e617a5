"""Read files of strangers in a process apart, with limits on its time and memory.

Parsers of HTML, PDF, Word, feeds and archives can run away on a file that was made to that end, or
just damaged. So they run in a child: one child reads file after file, and if it takes too long or
too much memory, it is ended, the part it was at is refused, and another child goes on behind it.

Reads    bytes of files, as `Source`
Gives    documents and refusals, as they come
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, cast

import qa
from qa.errors import UnreadableRelease
from qa.releases.formats.document import Document, Refused, Source

SECONDS = 60.0  # of the processor for one part, reading the next included
ASLEEP = 20  # times as many seconds may pass: a busy machine is no fault of a file
MEMORY = 1 << 30  # bytes of address space
MAX_LOST = 3  # parts of one file that may end a child before the rest of it is refused
MEMORY_EXIT = 73  # how a child ends that has no memory left
_LOST = "reading it "  # begins the reason of all that lost a child, and of nothing else
_PIECE = 1 << 16
_LOOK = 0.2  # seconds between two looks at what the child has used


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take: seconds of the processor for one part, and bytes of memory."""

    seconds: float = SECONDS
    memory: int = MEMORY


def was_lost(reason: str) -> bool:
    """Tell whether something was refused since it lost the child: it may be read another time."""
    return reason.startswith(_LOST)


class _Lost(Exception):
    """The child is gone; why, and what to do about the file."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(reason)
        self.reason, self.cure = reason, cure


class Extraction:
    """Reads files through a child, which begins with the first of them."""

    def __init__(self, limits: Limits | None = None) -> None:
        """Begin nothing yet."""
        self._limits = limits or Limits()
        self._child: _Child | None = None

    def __enter__(self) -> "Extraction":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def documents(self, source: Source) -> Iterator[Document | Refused]:
        """Give the documents of a file, and its parts that are refused.

        Raises:
            UnreadableRelease: The file as a whole cannot be read, or not to its end.
        """
        start = 0
        for _ in range(MAX_LOST):
            at: dict[str, Any] | None = None
            try:
                for message in self._asked(source, start):
                    if message["what"] == "part":
                        at = message
                    elif message["what"] == "document":
                        yield Document.from_dict(message["document"])
                    elif message["what"] == "refused":
                        yield Refused(message["inner"], message["reason"], message["cure"])
                    elif message["what"] == "unreadable":
                        raise UnreadableRelease(message["reason"], message["cure"])
                return
            except _Lost as lost:
                self.close()
                if at is None or not at["inner"]:
                    raise UnreadableRelease(lost.reason, lost.cure) from None
                yield Refused(at["inner"], lost.reason, lost.cure)
                start = at["number"] + 1
            except GeneratorExit:
                self.close()  # it still speaks of this file
                raise
        raise UnreadableRelease(
            f"{MAX_LOST} parts of it take too long or too much memory", "split it, and try each"
        )

    def _asked(self, source: Source, start: int) -> Iterator[dict[str, Any]]:
        if self._child is None:
            self._child = _Child(self._limits)
        return self._child.ask(source, start)


class _Child:
    """The process, and the talk with it: a line of JSON and bytes to it, lines of JSON from it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        root = str(Path(qa.__file__).parents[1])
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "qa.releases.child", str(limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": path},
            bufsize=0,
        )
        self._to = cast(IO[bytes], self._process.stdin)
        self._from = cast(IO[bytes], self._process.stdout)
        self._held = b""

    def ask(self, source: Source, start: int) -> Iterator[dict[str, Any]]:
        """Give the answers about a file, from part `start` on.

        Raises:
            _Lost: The child took too long, or ended.
        """
        columns = source.columns
        asked = {
            "name": source.name,
            "size": len(source.data),
            "columns": columns.decode("latin-1") if columns is not None else None,
            "max_bytes": source.max_bytes,
            "start": start,
            "seconds": self._limits.seconds,
        }
        self._send(json.dumps(asked).encode() + b"\n")
        self._send(source.data)
        while True:
            message = json.loads(self._line())
            if message["what"] == "done":
                return
            yield message
            if message["what"] == "unreadable":
                return

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._process.kill()
        self._process.wait()
        self._to.close()
        self._from.close()

    def _send(self, data: bytes) -> None:
        try:
            view = memoryview(data)
            while view:
                view = view[self._to.write(view) or 0 :]
        except OSError:
            raise self._lost() from None

    def _line(self) -> bytes:
        since, used = time.monotonic(), self._used()
        pieces = [self._held]
        while b"\n" not in pieces[-1]:
            ready, _, _ = select.select([self._from], [], [], _LOOK)
            if not ready:
                self._check(since, used)
                continue
            piece = os.read(self._from.fileno(), _PIECE)
            if not piece:
                raise self._lost()
            pieces.append(piece)
        line, _, self._held = b"".join(pieces).partition(b"\n")
        return line

    def _check(self, since: float, used: float) -> None:
        most = self._limits.seconds
        if self._used() - used > most or time.monotonic() - since > max(ASLEEP, ASLEEP * most):
            raise _Lost(f"{_LOST}takes over {most:g} s", "split it, or save it as text")

    def _used(self) -> float:
        """Give the seconds of the processor that the child has had; of any, where none tells."""
        try:
            fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return time.monotonic()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _lost(self) -> _Lost:
        code = self._process.wait()
        what = "takes too much memory" if code == MEMORY_EXIT else "ends the program that reads it"
        return _Lost(f"{_LOST}{what}", "split it, or save it as text")
