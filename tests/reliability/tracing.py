"""strace at work: attach it to a subject, to record its syscalls or to break them."""

import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# All by which a publish changes what is on disk, or tells the disk to keep it.
WRITE_SIDE = (
    "write pwrite64 ftruncate fsync fdatasync openat mkdir mkdirat rename renameat renameat2 "
    "link linkat symlink unlink unlinkat rmdir flock"
).split()


def tracer_fault():
    """Tell why processes cannot be traced here; "" if they can."""
    if shutil.which("strace") is None:
        return "strace is not installed (apt-get install strace)"
    command = ["strace", "-qq", "-e", "trace=none", sys.executable, "-c", ""]
    done = subprocess.run(command, capture_output=True, text=True)
    return "" if done.returncode == 0 else f"strace may not trace here: {done.stderr.strip()}"


@contextmanager
def traced(pid, *options, log="/dev/null"):
    """Attach strace to a process; on leaving, wait until it has written its log.

    Args:
        pid: The process.
        options: e.g. "-e", "inject=fsync:error=EIO:when=3".
        log: File of what was traced.
    """
    command = ["strace", "-f", "-y", *options, "-o", str(log), "-p", str(pid)]
    tracer = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        line = tracer.stderr.readline()
        assert "attached" in line, f"strace did not attach: {line}"
        yield
        tracer.wait(60)
    finally:
        tracer.kill()
        tracer.wait()
        tracer.stderr.close()


_LINE = re.compile(r"^\d+\s+(\w+)\((.*)\)\s+= (-?\d+)(?:<([^>]*)>)?")
_STRING = re.compile(r'"([^"]*)"')
_OPEN_FILE = re.compile(r"^(?:AT_FDCWD|\d+)<([^>]*)>")
RECORD = ("-xx", "-s", "100000000", "-e", f"trace={','.join(WRITE_SIDE)}")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call.

    Attributes:
        name: e.g. "openat".
        opened: Path of the open file it works on, or relative to; "" if none.
        strings: Its text arguments.
        flags: All of its arguments, as they stand in the log.
        result: What it gave.
        result_path: Path of the file it opened; "" if none.
    """

    name: str
    opened: str
    strings: tuple[bytes, ...]
    flags: str
    result: int
    result_path: str

    @property
    def writes(self):
        """Whether it can change what is on disk, or when."""
        return self.name != "openat" or "O_CREAT" in self.flags

    @property
    def paths(self):
        """The paths it names, absolute."""
        relative = () if self.name == "write" else self.strings
        return [str(Path(self.opened, os.fsdecode(text))) for text in relative] or [self.opened]


def calls_in(log):
    """Read the calls of a log made with the options of `RECORD`, in order."""
    for line in log.read_text().splitlines():
        assert "unfinished" not in line, "the subject has threads; their calls cannot be ordered"
        if found := _LINE.match(line):
            name, arguments, result, path = found.groups()
            opened = _OPEN_FILE.match(arguments)
            yield Call(
                name,
                os.fsdecode(_bytes(opened[1])) if opened else "",
                tuple(_bytes(text) for text in _STRING.findall(arguments)),
                arguments,
                int(result),
                os.fsdecode(_bytes(path or "")),
            )


def write_points(log, index):
    """Give the write-side calls of a log that touch an index: pairs (name, how many-th)."""
    counts, points = dict.fromkeys(WRITE_SIDE, 0), []
    for call in calls_in(log):
        counts[call.name] += 1
        if call.writes and call.result >= 0 and any(p.startswith(str(index)) for p in call.paths):
            points.append((call.name, counts[call.name]))
    return points


def _bytes(text):
    return bytes.fromhex(text.replace("\\x", ""))
