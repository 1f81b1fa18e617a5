"""Watch a folder and build with the model that is computed by hand: a process for tests.

    python -m tests.watching RELEASES INDEX [PAUSE]

Each build is a line of JSON on stdout, and "embedding" is a line when one begins to embed.
"""

import json
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

from tests.conftest import ROOT

TOO_LONG = 120  # seconds; a busy machine needs many


@contextmanager
def watching(releases, index, pause=0.0, program=("-m", "tests.watching")):
    """Watch in another process; gives it, and a function that gives its next line."""
    with subprocess.Popen(
        [sys.executable, *program, str(releases), str(index), str(pause)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        lines = Queue()
        reading = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout])
        reading.start()
        try:
            yield process, lambda: json.loads(lines.get(timeout=TOO_LONG))
        finally:
            process.kill()
            reading.join()


def main():
    from qa.watch import watched_builds
    from tests.index_samples import HashedWords, build

    releases, index = Path(sys.argv[1]), Path(sys.argv[2])
    encoder = HashedWords(pause=float(sys.argv[3]))

    def tell(step, done, total):
        if step == "embed" and not done:
            say("embedding")

    for outcome in watched_builds(
        releases, index, lambda: build(releases, index, encoder, progress=tell)
    ):
        say(outcome.to_dict() if not isinstance(outcome, Exception) else {"error": str(outcome)})


def say(values):
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
