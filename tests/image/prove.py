"""Do the steps of the Dockerfile one by one, without an engine, up to a healthy server.

    python -m tests.image.prove          as root; some minutes, 3 GB below /tmp

Each stage is this machine's system with a writable layer of its own over it (overlayfs), where
Python is what the official image has: alone in /usr/local. In it the very words of RUN are run, and
COPY takes what .dockerignore lets through. Then the server is run as the image would run it: as
its user, over a root that cannot be written to, without any network but its own loopback. It has to
become healthy by the words of HEALTHCHECK, answer a question, and end when asked.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import ROOT
from tests.image.dockerfile import Stage, sent, stages, words

QUESTION = "How many weapons were seized in the week of action against county lines?"
ASK = (
    "import json, os, urllib.request as u\n"
    "r = u.Request(f\"http://127.0.0.1:{os.environ['PORT']}/api/ask\", "
    f"json.dumps({{'question': {QUESTION!r}}}).encode(), {{'Content-Type': 'application/json'}})\n"
    "print(u.urlopen(r, timeout=60).read().decode())"
)
_SCRATCH = "QA_IMAGE_SCRATCH"


@dataclass
class Layer:
    """A stage as far as it has been made: its root, and what its instructions have set."""

    root: Path
    directory: str = "/"
    user: str = "0"
    volumes: list = field(default_factory=list)
    variables: dict = field(default_factory=dict)

    def command(self, *arguments):
        """What runs something in it, as its user and in its directory."""
        into = ["chroot", f"--userspec={self.user}:{self.user}", "--groups=", str(self.root)]
        return [*into, "/bin/sh", "-c", f'cd {self.directory} && exec "$@"', "-", *arguments]

    def environment(self):
        kept = {n: v for n, v in os.environ.items() if n.startswith("PIP_")}
        home = "/root" if self.user == "0" else "/tmp"
        path = "/usr/local/bin:/usr/bin:/bin:/usr/sbin"
        return {"PATH": path, "HOME": home, **kept, **self.variables}

    def run(self, *arguments):
        subprocess.run(self.command(*arguments), env=self.environment(), check=True)


def main():
    if scratch := os.environ.get(_SCRATCH):
        layers = {}
        for number, stage in enumerate(stages()):
            layers[stage.name] = made(stage, Path(scratch) / str(number), layers)
        serve(layers[""])
        return
    # Mounts and processes of its own: both are gone when it ends, however it ends; and only then
    # is the folder removed, so that nothing is removed through a mount.
    apart = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    with tempfile.TemporaryDirectory(prefix="qa-image-", dir="/tmp") as scratch:
        again = [*apart, sys.executable, "-m", "tests.image.prove"]
        done = subprocess.run(again, env={**os.environ, _SCRATCH: scratch})
    sys.exit(done.returncode)


def made(stage: Stage, folder: Path, layers):
    """Make a stage, instruction by instruction."""
    layer = Layer(folder / "root")
    layer.root.mkdir(parents=True)
    if stage.base != "scratch":
        over_this_system(folder)
    for step in stage.steps:
        tell(step.original)
        INSTRUCTIONS[step.cmd.upper()](layer, step, layers)
    return layer


def over_this_system(folder):
    for name in ("written", "work"):
        (folder / name).mkdir()
    places = f"lowerdir=/,upperdir={folder}/written,workdir={folder}/work"
    mount("-t", "overlay", "overlay", "-o", places, folder / "root")
    local = folder / "root" / "usr" / "local"
    shutil.rmtree(local)
    shutil.copytree(sys.base_prefix, local, symlinks=True, ignore=_packages)
    (local / "bin" / "python").unlink(missing_ok=True)
    (local / "bin" / "python").symlink_to("python3")
    for name in ("dev", "proc"):
        mount("--rbind", f"/{name}", folder / "root" / name)
    # Who may not look into the Python of here would find another's library of the same name.
    subprocess.run(["chroot", str(folder / "root"), "/sbin/ldconfig"], check=True)


def _packages(folder, names):
    """What the image has no packages of: those that are installed here, but for pip."""
    if not folder.endswith("site-packages"):
        return []
    return [name for name in names if not name.startswith(("pip", "README"))]


def set_argument(layer, step, _):
    name, _, default = step.value[0].partition("=")
    layer.variables[name] = default.strip('"')


def set_variables(layer, step, _):
    names = zip(step.value[::2], step.value[1::2], strict=True)
    for name, value in names:
        path = layer.environment()["PATH"]
        layer.variables[name] = value.strip('"').replace("$PATH", path)


def go_to(layer, step, _):
    layer.directory = step.value[0]
    (layer.root / layer.directory[1:]).mkdir(parents=True, exist_ok=True)


def copy(layer, step, layers):
    *sources, target = step.value
    stage = next((flag.removeprefix("--from=") for flag in step.flags), None)
    place = layer.root / str(Path(layer.directory, target))[1:]
    for source in sources:
        whole = layers[stage].root / source.lstrip("/") if stage else ROOT / source
        if whole.is_dir():
            shutil.copytree(
                whole, place, symlinks=True, dirs_exist_ok=True, ignore=None if stage else _unsent
            )
        else:
            assert sent(source), source
            shutil.copy(whole, place)


def _unsent(folder, names):
    below = Path(folder).relative_to(ROOT).as_posix()
    return [name for name in names if not sent(f"{below}/{name}")]


def run(layer, step, _):
    layer.run("/bin/sh", "-c", step.value[0])


def become(layer, step, _):
    layer.user = step.value[0]


def keep(layer, step, _):
    layer.volumes.append(step.value[0])


def nothing(*_):
    """Nothing is to be done for it here."""


INSTRUCTIONS = {
    "ARG": set_argument,
    "ENV": set_variables,
    "WORKDIR": go_to,
    "COPY": copy,
    "RUN": run,
    "USER": become,
    "VOLUME": keep,
    **dict.fromkeys(("EXPOSE", "HEALTHCHECK", "CMD"), nothing),
}


def serve(layer):
    """Run the image: read-only, alone on its own loopback, until it answered."""
    for volume in layer.volumes:
        mount("--bind", *[layer.root / volume[1:]] * 2)
    mount("-t", "tmpfs", "tmpfs", layer.root / "tmp")
    mount("-o", "remount,bind,ro", layer.root)
    tell("the root can no longer be written to; running CMD")
    alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "-"]
    environment = layer.environment()
    process = subprocess.Popen([*alone, *layer.command(*words("CMD"))], env=environment)
    inside = ["nsenter", f"--net=/proc/{process.pid}/ns/net"]

    def there(*arguments):
        command = [*inside, *layer.command(*arguments)]
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    try:
        begun = time.monotonic()
        while there(*words("HEALTHCHECK")[1:]).returncode:
            assert process.poll() is None, "it ended by itself"
            assert time.monotonic() < begun + 600, "it does not become healthy"
            time.sleep(2)
        tell(f"healthy after {time.monotonic() - begun:.0f} s")
        assert there("id", "-u").stdout.strip() == layer.user != "0"
        assert there("touch", "/srv/x").returncode, "the root can be written to"
        answer = json.loads(there("python", "-c", ASK).stdout)
        tell(f"answered: {answer['quotes'][0]['sentence']['text']}")
        assert any("22 weapons" in quote["text"] for quote in answer["quotes"])
    finally:
        process.terminate()
    assert process.wait(30) == 0, "it did not end well"
    tell("ended when asked; the image is proved")


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


def tell(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
