"""Open the reader that the settings name, by what its config.json says it is.

Reads    `Settings.reader`, and the config files of the model folder; no weights
Gives    a `Reader` that loads its model at the first `read`, or None
"""

import json
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.model_files import DEFAULT_WEIGHTS_SHA256, ModelFiles, find_model, find_reader_model
from qa.reading.cross_encoder import CrossEncoderReader, many_labels
from qa.reading.extractive import ExtractiveReader
from qa.reading.page_reader import PageReader
from qa.reading.reader import Reader
from qa.settings import AUTO, DEFAULT_MODEL, NONE, Settings


def open_reader(settings: Settings, model: ModelFiles | None = None) -> Reader | None:
    """Find the reader and tell which kind it is; None where there is none.

    Args:
        settings: Which one.
        model: The embedding model, if it was found, and so checked, already.

    Raises:
        ModelError: The model is missing, has no safetensors weights, is neither a
            cross-encoder nor a question-answering model, or gives several labels.
    """
    if settings.reader == NONE:
        return None
    if settings.reader == AUTO:
        own = settings.model == DEFAULT_MODEL
        return _own_reader(model or find_model(settings), settings.dtype) if own else None
    return _reader_of_others(find_reader_model(settings), settings.dtype)


def _own_reader(model: ModelFiles, dtype: str) -> Reader:
    """Give the reader that comes with the project."""
    reader = PageReader(model, dtype)
    if reader.card.base_sha256 != DEFAULT_WEIGHTS_SHA256:
        raise ModelError(
            f"the reader {reader.name!r} was trained on a model with SHA-256 "
            f"{reader.card.base_sha256}, not {DEFAULT_WEIGHTS_SHA256}. Reinstall the program, "
            f"or set reader: none"
        )
    return reader


def _reader_of_others(files: ModelFiles, dtype: str) -> Reader:
    config = _config(files, "config.json")
    named = config.get("architectures")
    kinds = [str(kind) for kind in named] if isinstance(named, list) else []
    if any(kind.endswith("ForQuestionAnswering") for kind in kinds):
        return ExtractiveReader(files, dtype)
    if any(kind.endswith("ForSequenceClassification") for kind in kinds):
        if _n_labels(config) != 1:
            raise many_labels(files, _n_labels(config))
        return CrossEncoderReader(files, dtype)
    if _config(files, "config_sentence_transformers.json").get("model_type") == "CrossEncoder":
        return CrossEncoderReader(files, dtype)
    raise ModelError(
        f"the reader {files.name!r} is of the kind {', '.join(kinds) or 'unknown'}; it must be a "
        f"cross-encoder (...ForSequenceClassification) or an extractive question-answering model "
        f"(...ForQuestionAnswering). Choose one, or set reader: none"
    )


def _n_labels(config: dict[str, Any]) -> int:
    """Count labels as transformers does: two, where the file says nothing."""
    labels = config.get("id2label")
    return len(labels) if isinstance(labels, dict) else 2


def _config(files: ModelFiles, name: str) -> dict[str, Any]:
    """Read a config file of the model; empty if it is not there."""
    path = Path(files.folder) / name
    if not path.is_file():
        return {}
    try:
        loaded = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _unreadable(files, name, str(error)) from None
    if not isinstance(loaded, dict):
        raise _unreadable(files, name, "no JSON object")
    return loaded


def _unreadable(files: ModelFiles, name: str, reason: str) -> ModelError:
    return ModelError(
        f"{name} of the reader {files.name!r} cannot be read: {reason}. Get the model anew, or "
        f"choose another"
    )
