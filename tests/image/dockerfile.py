"""A Dockerfile as stages of instructions, by the parser of the engine itself."""

import fnmatch
from dataclasses import dataclass, field

import dockerfile

from tests.conftest import ROOT


@dataclass
class Stage:
    """What begins with a FROM.

    Attributes:
        base: The image or stage it begins with.
        name: What it is called; empty if nothing refers to it.
        steps: The instructions after the FROM.
    """

    base: str
    name: str
    steps: list = field(default_factory=list)


def stages():
    """The stages of the project's Dockerfile, in order."""
    found = []
    for step in dockerfile.parse_file(str(ROOT / "Dockerfile")):
        if step.cmd.upper() == "FROM":
            base, name = step.value[0], step.value[2] if len(step.value) > 2 else ""
            found.append(Stage(base, name))
        else:
            found[-1].steps.append(step)
    return found


def words(instruction):
    """What an instruction of the last stage says, e.g. words("CMD")."""
    (step,) = (step for step in stages()[-1].steps if step.cmd.upper() == instruction)
    assert step.json, f"{instruction} would be run by a shell"
    return [*step.value]


def variables(stage):
    """The defaults of ARG, and ENV, of a stage as a shell would give them; without PATH."""
    values = {}
    for step in stage.steps:
        if step.cmd.upper() == "ARG":
            name, _, default = step.value[0].partition("=")
            values[name] = default.strip('"')
        elif step.cmd.upper() == "ENV":
            names = zip(step.value[::2], step.value[1::2], strict=True)
            values |= {name: value.strip('"') for name, value in names if name != "PATH"}
    return values


def sent(path):
    """Tell whether .dockerignore lets a path of the project into a build; the last line decides."""
    let_in = True
    for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if line and not line.startswith("#"):
            parts = [path, path.split("/")[0], path.rsplit("/", 1)[-1]]
            if any(fnmatch.fnmatch(part, pattern) for part in parts) or f"/{pattern}/" in path:
                let_in = line.startswith("!")
    return let_in
