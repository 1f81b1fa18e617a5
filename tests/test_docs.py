"""The documents are tested: what they name exists, and what they show works."""

import re
import tomllib

import pytest

import qa
from qa.settings import load_settings
from tests.conftest import ROOT
from tests.shell import called

README = (ROOT / "README.md").read_text("utf-8")
SHELL = [
    line.removeprefix("python -m qa ")
    for line in README.splitlines()
    if line.startswith("python -m qa ")
]


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")

    assert project["version"] == qa.__version__
    assert re.search(r"^## (\d\S*)", changes, re.MULTILINE)[1] == qa.__version__


def test_every_command_is_shown_in_the_readme_and_helps():
    from qa.cli.app import app

    shown = {line.split()[0] for line in SHELL}
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}
    assert shown == commands
    for command in sorted(commands):
        done = called(command, "--help")
        assert done.returncode == 0
        for line in SHELL:
            if line.startswith(command):
                for option in re.findall(r"(?<=\s)--?[a-z]+", re.sub(r'"[^"]*"', "", line)):
                    assert option in done.stdout, (line, option)


@pytest.mark.model
def test_the_python_of_the_readme_runs_as_it_stands(seed_index, tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    (tmp_path / "index").symlink_to(seed_index)

    exec(compile(code, "README.md", "exec"), {})

    assert "22 weapons" in capsys.readouterr().out


def test_the_settings_of_the_readme_are_the_defaults(tmp_path):
    (settings,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    (tmp_path / "qa.yaml").write_text(settings)

    assert load_settings(tmp_path / "qa.yaml") == qa.Settings()


@pytest.mark.parametrize("document", ["README.md", "docs/design.md", "seeds/README.md"])
def test_every_file_that_a_document_names_is_there(document):
    text = (ROOT / document).read_text("utf-8")
    named = re.findall(r"`((?:qa|seeds|tests|docs|benchmarks)/[\w./-]+|app\.py)`", text)
    named += re.findall(r"\]\(((?!http)[^)#]+)\)", text)

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_makefile_explains_each_target():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()

    assert {"run", "test", "check", "index", "bench", "help"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:.*## \S", makefile, re.MULTILINE), target


def test_every_dependency_earns_its_line_in_the_design():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    design = (ROOT / "docs" / "design.md").read_text("utf-8")
    wanted = project["project"]["dependencies"] + project["dependency-groups"]["dev"]

    for requirement in wanted:
        name = re.match(r"[\w-]+", requirement)[0]
        assert re.search(rf"^\|.*\b{re.escape(name)}\b.*\|", design, re.MULTILINE), name


def test_the_locks_pin_every_package_exactly():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text("utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith(("#", "-r "))]
        assert pins
        assert [pin for pin in pins if not re.fullmatch(r"[a-z0-9.-]+==[\w.]+", pin)] == []
