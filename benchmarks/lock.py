"""Choose versions of everything anew, and write them to the lock files.

    python -m benchmarks.lock

torch stays at the version pinned in `requirements.lock`: another one may bring gigabytes of
libraries for graphics cards. Change it there by hand.
"""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

RUN, DEV = Path("requirements.lock"), Path("requirements-dev.lock")
_HEAD = "# Exact versions of everything that {}; made by `make lock`.\n"


def main() -> None:
    """Resolve the requirements of `pyproject.toml` and write both lock files."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    pinned = re.search(r"^torch==\S+", RUN.read_text(encoding="utf-8"), re.MULTILINE)
    wanted = [pinned[0] if pinned else "torch", *project["project"]["dependencies"]]
    run = resolve(wanted)
    dev = resolve([*wanted, *project["dependency-groups"]["dev"]])
    clashes = [name for name in run if dev[name] != run[name]]
    if clashes:
        sys.exit(f"tests would change the versions of: {', '.join(clashes)}")
    RUN.write_text(_HEAD.format("the program runs with") + lines(run), encoding="utf-8")
    extra = {name: version for name, version in dev.items() if name not in run}
    head = _HEAD.format(f"tests and checks need besides {RUN}")
    DEV.write_text(f"{head}-r {RUN}\n{lines(extra)}", encoding="utf-8")


def resolve(requirements: list[str]) -> dict[str, str]:
    """Ask pip which versions it would install into an empty environment."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]
    done = subprocess.run(
        [*command, "--quiet", "--report", "-", *requirements], check=True, capture_output=True
    )
    installs = [item["metadata"] for item in json.loads(done.stdout)["install"]]
    return {
        re.sub(r"[-_.]+", "-", item["name"]).lower(): item["version"].split("+")[0]
        for item in installs
    }


def lines(versions: dict[str, str]) -> str:
    """Give one line for each package, sorted."""
    return "".join(f"{name}=={version}\n" for name, version in sorted(versions.items()))


if __name__ == "__main__":
    main()
