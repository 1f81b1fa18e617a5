"""The few choices an owner can make, read from one small YAML file.

`qa.yaml` in the working directory, or the file that `QA_SETTINGS` names, may hold

    model: all-MiniLM-L6-v2      # or a sentence-transformers hub id, or a local folder
    allow_download: false        # true lets a hub id be fetched, once
    dtype: auto                  # bfloat16 where the processor has it, else float32
    backend: torch               # or openvino, which computes a build's vectors faster
    max_file_kb: 2048            # larger release files are skipped, and reported
    reader: auto                 # none, or a cross-encoder or question-answering model
    engine: folder               # or postgresql://user@host/database, or http://milvus:19530
    limits:                      # how much a server takes; see `qa.limits`
      per_minute: 30

The engine may also be named by `QA_ENGINE`, which wins over the file.
Everything has a default that works offline, so most people never write the file.
Imports only `errors` and `limits`.
"""

import os
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from qa.errors import SettingsError
from qa.limits import Limits

DEFAULT_MODEL = "all-MiniLM-L6-v2"
AUTO = "auto"
NONE = "none"
FOLDER = "folder"
DTYPES = ("auto", "float32", "bfloat16")
TORCH, OPENVINO = "torch", "openvino"
BACKENDS = (TORCH, OPENVINO)
_ADDRESSES = ("postgresql://", "postgres://", "http://", "https://")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an owner may choose; the defaults work offline.

    Attributes:
        model: Name of the bundled model, a sentence-transformers hub id, or a folder.
        allow_download: Whether a hub id may be fetched from the network.
        dtype: Number format of building and of reading: one of `DTYPES`.
        max_file_kb: Largest release file that is read, in units of 1024 bytes.
        reader: `AUTO` for the one that belongs to the bundled model, if that is used; `NONE`;
            or a hub id or folder of a cross-encoder or an extractive question-answering model.
        backend: What computes the vectors of a build: one of `BACKENDS`.
        engine: Where the index is served from: `FOLDER` for the folder it is built in, or the
            address of a PostgreSQL or Milvus server, to which a build is then published. Not in
            the representation, since it may hold a password.
        limits: How much a server takes.
    """

    model: str = DEFAULT_MODEL
    allow_download: bool = False
    dtype: str = "auto"
    max_file_kb: int = 2048
    reader: str = AUTO
    backend: str = TORCH
    engine: str = field(default=FOLDER, repr=False)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if type(value) is not one.type:
                raise SettingsError(
                    f"setting {one.name!r} is {value!r}; it must be a {_name_of(one.type)}"
                )
        for name in ("model", "reader"):
            if not getattr(self, name).strip():
                raise SettingsError(
                    f"setting {name!r} is empty; name a model or leave the line out"
                )
        for name, known in (("dtype", DTYPES), ("backend", BACKENDS)):
            if (chosen := getattr(self, name)) not in known:
                raise SettingsError(
                    f"setting {name!r} is {chosen!r}; it must be one of: {', '.join(known)}"
                )
        if self.engine != FOLDER and not is_address(self.engine):
            raise SettingsError(
                f"setting 'engine' is {self.engine.partition('://')[0]!r}; it must be {FOLDER!r} "
                "or an address that begins with postgresql://, or with http:// of a Milvus server"
            )
        if self.max_file_kb < 1:
            raise SettingsError(
                f"setting 'max_file_kb' is {self.max_file_kb}; it must be 1 or more"
            )

    def served_from(self, index: str | Path) -> str | Path:
        """Give where an index is opened: at its own address, at the engine, or in its folder."""
        return index if is_address(index) or self.engine == FOLDER else self.engine


def is_address(index: str | Path) -> bool:
    """Tell whether this is the address of an engine, and no folder."""
    return isinstance(index, str) and index.startswith(_ADDRESSES)


def load_settings(path: str | Path | None = None) -> Settings:
    """Read the settings file, or give the defaults where there is none.

    Args:
        path: The file; without it `QA_SETTINGS` or, if it is there, `qa.yaml` here.

    Raises:
        SettingsError: The file is missing though named, is not YAML, or holds a wrong value.
    """
    settings = _from_file(path)
    engine = os.environ.get("QA_ENGINE")
    return replace(settings, engine=engine) if engine else settings


def _from_file(path: str | Path | None) -> Settings:
    named = path if path is not None else os.environ.get("QA_SETTINGS")
    file = Path(named) if named else Path("qa.yaml")
    if not named and not file.is_file():
        return Settings()

    values = _read_mapping(file)
    known = {one.name for one in fields(Settings)}
    for name in values:
        if name not in known:
            raise SettingsError(
                f"{file}: unknown setting {name!r}; known ones are: {', '.join(sorted(known))}"
            )
    try:
        if "limits" in values:
            values["limits"] = Limits.of(values["limits"])
        return Settings(**values)
    except SettingsError as error:
        raise SettingsError(f"{file}: {error}") from None


def _read_mapping(file: Path) -> dict[str, Any]:
    import yaml

    try:
        loaded = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    # PyYAML lets some of Python's own errors through, e.g. for `!!bool maybe`.
    except (yaml.YAMLError, ValueError, LookupError, AttributeError, RecursionError) as error:
        raise SettingsError(f"{file}: not a YAML file: {error}") from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SettingsError(f"{file}: must hold lines like 'model: {DEFAULT_MODEL}'")
    return {str(key): value for key, value in loaded.items()}


def _name_of(kind: Any) -> str:
    names = {str: "text", bool: "true or false", int: "whole number", Limits: "section"}
    return names[kind]
