"""The chat in a process of its own: `app.py` as people start it, or one over a sample desk.

Gradio leaves sockets and event loops behind, which would be reported by whichever test runs
next in the same process.
"""

import argparse
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from qa.limits import Limits
from qa.web.desk import Opening
from qa.web.serve import serve_desk
from tests.web_hostile import HostileDesk
from tests.web_samples import SampleDesk

ROOT = Path(__file__).resolve().parent.parent
APP = (str(ROOT / "app.py"),)
SAMPLE = ("-m", "tests.web_server")


class SlowDesk(SampleDesk):
    """Takes its time over every question but the first, which warms it."""

    def ask(self, question, **how):
        if self.asked:
            time.sleep(4)
        return super().ask(question, **how)


DESKS = {
    "sample": (SampleDesk, Limits()),
    "hostile": (HostileDesk, Limits(per_minute=1000)),  # every field of every answer
    "metered": (SampleDesk, Limits(per_minute=60, batch_questions=200)),
    "slow": (SlowDesk, Limits(at_once=1, page_queue=1)),
}


@contextmanager
def served_chat(*arguments, program=SAMPLE, folder=ROOT, under=(), **environment):
    """Serve the chat, under another program if need be; gives its address, and the process."""
    served = subprocess.Popen(
        [*under, sys.executable, *program, "--port", str(free_port()), *arguments],
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
            try:
                served.communicate(timeout=20)
            finally:
                served.kill()  # what has not ended would be waited for without end


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
    parser.add_argument("--desk", choices=DESKS, default="sample")
    chosen = parser.parse_args()

    desk, limits = DESKS[chosen.desk]
    serve_desk(Opening(desk), host=chosen.host, port=chosen.port, limits=limits)


if __name__ == "__main__":
    main()
