"""Build in a process of its own, one at a time, and tell how far it is.

Another process because a build takes memory and both cores: if the machine ends one for lack of
memory, it is not the server.
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class BuildState:
    """How the build is, or how the last one went.

    Attributes:
        running: Whether one runs.
        line: Its last words; empty if none has run.
        failed: Whether it ended without an index.
    """

    running: bool = False
    line: str = ""
    failed: bool = False


class Rebuild:
    """Builds `index` of `releases`; safe under threads."""

    def __init__(self, releases: Path, index: Path) -> None:
        self._command = [sys.executable, "-m", "qa", "build", "--json"]
        self._command += ["--releases", str(releases), "--index", str(index)]
        self._lock = threading.Lock()
        self._state = BuildState()

    @property
    def state(self) -> BuildState:
        """How it is now."""
        return self._state

    def start(self) -> bool:
        """Begin a build in the background; False if one runs already."""
        with self._lock:
            if self._state.running:
                return False
            self._state = BuildState(True, "Starting")
        threading.Thread(target=self._run, name="qa-rebuild", daemon=True).start()
        return True

    def _run(self) -> None:
        try:
            self._state = self._built()
        except Exception as error:
            self._state = BuildState(False, f"The build could not be run: {error}", True)

    def _built(self) -> BuildState:
        pipe = subprocess.PIPE
        with subprocess.Popen(  # noqa: S603 - our own program, and folders the owner named
            self._command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
        ) as build:
            if build.stderr is None or build.stdout is None:
                raise OSError("no pipe")
            last = ""
            for line in build.stderr:  # the report is small: it waits in its pipe meanwhile
                last = line.strip() or last
                self._state = BuildState(True, last[:500])
            told = build.stdout.read()
        if build.returncode not in (0, 4):
            return BuildState(False, last[:500] or f"exit code {build.returncode}", True)
        report = json.loads(told)
        return BuildState(
            False,
            f"{report['generation']} was built: {report['releases']:,} releases, "
            f"{report['embedded']:,} texts embedded, {len(report['skipped'])} files left out, "
            f"{report['seconds']} s.",
        )
