"""Dockerfile and compose.yaml, as far as they can be checked without an engine.

`make proof-image` does the very steps of the Dockerfile, up to a healthy server.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

from tests.conftest import ROOT
from tests.image.dockerfile import sent, stages, variables, words
from tests.web_server import free_port

BIN = Path(sys.executable).parent
COMPOSE = (ROOT / "compose.yaml").read_text("utf-8")


def interpolated(text, **given):
    """The text with ${NAME:-default} and ${NAME:?message} replaced, as an engine does."""

    def value(match):
        name, kind, rest = match.groups()
        if name not in given and kind == ":?":
            raise LookupError(rest)
        return given.get(name, rest)

    return re.sub(r"\$\{(\w+)(:[-?])([^}]*)\}", value, text)


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load(interpolated(COMPOSE, POSTGRES_PASSWORD="secret"))["services"]


# The Dockerfile


def test_a_linter_of_dockerfiles_has_nothing_to_say():
    done = subprocess.run(
        [BIN / "hadolint", "--failure-threshold", "style", ROOT / "Dockerfile"],
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_would_have_something_to_say(tmp_path):
    spoilt = tmp_path / "Dockerfile"
    spoilt.write_text("FROM python\nRUN cd /tmp\nCMD python\n")

    done = subprocess.run([BIN / "hadolint", spoilt], capture_output=True, text=True)

    assert done.returncode == 1
    assert "DL3006" in done.stdout


def test_whatever_is_copied_is_there_and_is_sent():
    copied = [
        source
        for stage in stages()
        for step in stage.steps
        if step.cmd.upper() == "COPY" and not any("--from" in flag for flag in step.flags)
        for source in step.value[:-1]
    ]

    assert {"qa/", "seeds/", "requirements.lock"} <= set(copied)
    for source in copied:
        assert (ROOT / source).exists(), source
        assert sent(source.rstrip("/")), source


def test_nothing_else_is_sent():
    for private in (".git/config", "qa.yaml", ".env", "index/CURRENT", "tests/test_cli.py"):
        assert not sent(private), private
    assert not sent("qa/__pycache__/cli.pyc")
    assert sent("qa/web/page.js")


def test_it_does_not_run_as_root():
    users = [step.value[0] for step in stages()[-1].steps if step.cmd.upper() == "USER"]

    assert users == ["10001"]


def test_python_is_one_that_the_project_supports():
    versions = {stage.base for stage in stages() if stage.base != "scratch"}

    assert versions == {"python:3.11-slim"}
    assert sys.version_info[:2] == (3, 11), "the versions of the locks were chosen for it"


def healthy(environment):
    test = words("HEALTHCHECK")
    assert test[0] == "CMD"
    return subprocess.run(test[1:], env=environment, capture_output=True).returncode == 0


@pytest.mark.model
def test_what_it_runs_becomes_healthy_and_ends_when_asked(seed_index, tmp_path):
    index = tmp_path / "index"
    shutil.copytree(seed_index, index)
    given = {name: value for name, value in variables(stages()[-1]).items() if name != "MODEL"}
    assert Path(given["QA_INDEX"]).is_relative_to("/srv")
    environment = {
        **os.environ,
        **given,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "QA_INDEX": str(index),
        "QA_RELEASES": str(ROOT / "seeds"),
        "PORT": str(free_port()),
    }
    del environment["QA_SETTINGS"]  # of the default model
    command = [word.replace("0.0.0.0", "127.0.0.1") for word in words("CMD")]

    with subprocess.Popen(command, env=environment, cwd=tmp_path) as process:
        try:
            assert not healthy(environment)
            until = time.monotonic() + 120
            while not healthy(environment):
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.5)
        finally:
            process.terminate()
        assert process.wait(20) == 0


# compose.yaml


def test_an_engine_would_take_the_compose_file():
    compose = PyCompose.from_yaml(_merged(interpolated(COMPOSE, POSTGRES_PASSWORD="secret")))

    compose.validate()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        pytest.param("shm_size: 256mb", "shm_syze: 256mb", id="a key that is none"),
        pytest.param("interval: 5s", "interval: five", id="a duration that is none"),
        pytest.param("networks: [inside]", "networks: [nowhere]", id="a network that is none"),
    ],
)
def test_an_engine_would_not_take_a_wrong_one(right, wrong):
    assert right in COMPOSE
    spoilt = interpolated(COMPOSE.replace(right, wrong), POSTGRES_PASSWORD="secret")

    with pytest.raises(ValueError, match=r"\w"):
        PyCompose.from_yaml(_merged(spoilt)).validate()


def _merged(text):
    return yaml.safe_dump(yaml.safe_load(text))  # with `<<` followed


def test_a_password_must_be_given():
    with pytest.raises(LookupError, match="POSTGRES_PASSWORD"):
        interpolated(COMPOSE)


def test_only_the_app_is_published_and_only_to_this_machine(services):
    assert {name for name, service in services.items() if "ports" in service} == {"app"}
    assert services["app"]["ports"] == ["127.0.0.1:7860:7860"]
    assert services["db"]["networks"] == ["inside"]


def test_nothing_writes_but_to_volumes_and_no_one_has_more_rights_than_needed(services):
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_every_volume_is_declared(services):
    used = {one.split(":")[0] for service in services.values() for one in service["volumes"]}

    assert used - {"./seeds"} == set(yaml.safe_load(COMPOSE)["volumes"])


def test_the_app_waits_for_the_database_and_for_the_index(services):
    waits = services["app"]["depends_on"]

    assert waits["db"] == {"condition": "service_healthy"}
    assert waits["build"] == {"condition": "service_completed_successfully"}
    assert services["db"]["healthcheck"]["test"][1] == "pg_isready"


@pytest.mark.parametrize("name", ["app", "build"])
def test_the_commands_of_the_services_are_ours(services, name):
    program, command, *options = services[name]["command"]
    assert program == "qa"

    helped = subprocess.run(
        [BIN / "qa", command, "--help"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
    )

    assert helped.returncode == 0
    assert [o for o in options if o.startswith("--") and o not in helped.stdout] == []
