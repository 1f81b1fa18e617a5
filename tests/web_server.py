"""The chat in a process of its own: `app.py` as people start it, or one over a sample desk.

Gradio leaves sockets and event loops behind, which would be reported by whichever test runs
next in the same process.
"""

import argparse
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from qa.web.desk import Opening
from qa.web.serve import serve_desk
from tests.web_hostile import HostileDesk
from tests.web_samples import SampleDesk

ROOT = Path(__file__).resolve().parent.parent
APP = (str(ROOT / "app.py"),)
SAMPLE = ("-m", "tests.web_server")


@contextmanager
def served_chat(*arguments, program=SAMPLE, folder=ROOT, **environment):
    """Serve the chat; gives its address, once it is up, and the process."""
    served = subprocess.Popen(
        [sys.executable, *program, "--port", str(free_port()), *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with served:
        try:
            line = served.stdout.readline()
            assert " at http://" in line, served.stderr.read()
            yield line.split(" at ")[1].split()[0], served
        finally:
            served.terminate()
            served.communicate(timeout=20)


def free_port():
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int)
    parser.add_argument("--hostile", action="store_true", help="every field of every answer")
    chosen = parser.parse_args()

    desk = HostileDesk if chosen.hostile else SampleDesk
    serve_desk(Opening(desk), host=chosen.host, port=chosen.port)


if __name__ == "__main__":
    main()
