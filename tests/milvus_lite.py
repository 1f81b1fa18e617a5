"""A real Milvus Lite server of a test's own: a process on a free port of this machine, that can be
killed. It speaks the protocol of Milvus, over its own store on disk."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import pytest

from qa.engines.milvus.driver import MilvusClient


class Lite:
    """A server with a folder of its own."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="qa-milvus-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.made = 0  # databases
        self._process = None
        self.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        command = (sys.executable, "-m", "milvus_lite", "server", "--host", "127.0.0.1")
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self.port), "--data-dir", self.folder / "data"],
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHON_DOTENV_DISABLED": "1"},
            )
        end = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < end
                time.sleep(0.05)

    def kill(self):
        """End it as a machine does that loses power; returns once it is gone."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def revive(self):
        """Start it, if a test that failed has left it dead."""
        if self._process.poll() is not None:
            self.start()

    def close(self):
        if self._process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@pytest.fixture
def address(milvus):
    """The address of a database of its own."""
    milvus.revive()
    name = f"qa{milvus.made}"
    milvus.made += 1
    with closing(MilvusClient(milvus.address, dedicated=True)) as client:
        client.create_database(name)
    return f"{milvus.address}/{name}"


@pytest.fixture
def client(address):
    uri, _, name = address.rpartition("/")
    with closing(MilvusClient(uri, db_name=name, dedicated=True)) as client:
        yield client


@pytest.fixture
def index(tmp_path):
    return tmp_path / "index"


def segments(client):
    return sorted(name for name in client.list_collections() if name.startswith("qa_segment_"))
