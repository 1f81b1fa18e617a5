"""The shape of the house: imports point one way, and importing the package is free."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the bottom up. A module may import from rungs below it and from its own package.
LADDER = (
    ("qa.errors", "qa.limits", "qa.settings"),
    ("qa.records",),
    ("qa.language",),
    ("qa.releases",),
    ("qa.fetching",),
    ("qa.model_files", "qa.model_running", "qa.adapter", "qa.bert"),
    ("qa.embedding",),
    ("qa.reading",),
    ("qa.index",),
    ("qa.engines",),
    ("qa.cluster",),
    ("qa.questions",),
    ("qa.retrieval",),
    ("qa.answers",),
    ("qa.serving_words",),
    ("qa.serving",),
    ("qa.opening", "qa.asking"),
    ("qa.overview",),
    ("qa.assistant",),
    ("qa.api",),
    ("qa.cells", "qa.service", "qa.visible"),
    ("qa.evaluation", "qa.web", "qa.doctor"),
    ("qa.progress", "qa.cli.show", "qa.watch", "qa.cli.parts", "qa.cli.output"),
    ("qa.cli.show_overview", "qa.cli.show_releases"),
    ("qa.cli.batch", "qa.cli.index", "qa.cli.overview", "qa.cli.serve", "qa.cli.adding"),
    ("qa.cli.releases",),
    ("qa.cli",),
    ("qa.__main__", "app"),
)
# Settings hold limits, and both use errors; everything else on one rung is apart.
NEIGHBOURS = {
    ("qa.settings", "qa.errors"),
    ("qa.settings", "qa.limits"),
    ("qa.limits", "qa.errors"),
}
HEAVY = (
    *("torch", "faiss", "gradio", "sentence_transformers", "transformers", "bm25s"),
    *("numpy", "ray"),
)


def modules():
    files = [*sorted((ROOT / "qa").rglob("*.py")), ROOT / "app.py"]
    for file in files:
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), file


def room(name):
    """The entry of the ladder that a module belongs to."""
    found = [
        entry for rung in LADDER for entry in rung if name == entry or name.startswith(f"{entry}.")
    ]
    assert found, f"{name} has no place on the ladder"
    return found[0]


def rung_of(entry):
    return next(number for number, rung in enumerate(LADDER) if entry in rung)


def imports(file):
    """Every name imported anywhere in a file, with its line."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def arrows():
    names = {name for name, _ in modules()}
    for name, file in modules():
        for target, line in imports(file):
            while target not in names and "." in target:
                target = target.rpartition(".")[0]
            if target in names and target != "qa":
                yield name, target, f"{file.relative_to(ROOT)}:{line}"


def test_imports_only_point_down():
    checked = 0
    for name, target, place in arrows():
        if name == "qa":
            continue  # the one door, which loads the rest when it is asked for
        checked += 1
        here, there = room(name), room(target)
        allowed = here == there or rung_of(there) < rung_of(here) or (here, there) in NEIGHBOURS
        assert allowed, f"{place}: {name} must not import {target}"
    assert checked > 100


def test_no_two_modules_import_each_other():
    pairs = {(name, target) for name, target, _ in arrows()}
    circles = [(a, b) for a, b in pairs if a != b and (b, a) in pairs and "qa" not in (a, b)]
    assert circles == []


def test_no_gradio_below_the_web():
    users = {
        name
        for name, file in modules()
        for target, _ in imports(file)
        if target.startswith("gradio")
    }
    assert users
    assert all(name.startswith("qa.web") or name == "app" for name in users), users


def test_every_package_is_installed():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    packages = {name for name, file in modules() if file.name == "__init__.py"}

    assert packages == set(project["tool"]["setuptools"]["packages"])


def test_no_file_is_above_three_hundred_lines():
    long = {name: n for name, file in modules() if (n := len(file.read_text().splitlines())) > 300}
    assert long == {}


@pytest.mark.parametrize("code", ["import qa", "import qa.cli.app", "import app"])
def test_importing_is_free(code):
    script = f"import sys; {code}; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    if code == "import app":
        script = script.replace(str(HEAVY), str(tuple(set(HEAVY) - {"gradio", "numpy"})))
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "", done.stderr


def test_help_loads_nothing_heavy():
    script = (
        "import sys; sys.argv = ['qa', '--help']\n"
        "from qa.cli.app import app\n"
        "try: app()\n"
        f"except SystemExit: sys.stderr.write(str([n for n in {HEAVY!r} if n in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert "build" in done.stdout
    assert done.stderr.strip() == "[]"


def test_the_door_lists_what_it_gives():
    import qa

    assert qa.__all__ == sorted(qa.__all__)
    assert all(getattr(qa, name) is not None for name in qa.__all__)
