"""The commands as a shell runs them: in a process of their own, or in this one.

A process that answers loads Python, torch and the models anew, for many seconds; where only
what is printed matters, `called` runs the same `main` here, and keeps what it has loaded.
"""

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest.mock import patch

from qa.cli import app as cli
from tests.conftest import ROOT


def run(*arguments, **options):
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "qa", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        **options,
    )


def called(*arguments):
    """Run a command in this process; gives what `run` gives."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    words = [*map(str, arguments)]
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "argv", ["qa", *words]):
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
