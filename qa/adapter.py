"""An adapter: what training changed in a model, small enough to be shipped with the project.

The models of the project are the embedding model with its upper layers trained on. Only the
differences to the published weights are kept: matrices as bytes with one step for each row,
all else as it is. The embedding model's own file, checked by its SHA-256, gives the rest.

    adapter.safetensors   "<parameter>.step" (rows,) and "<parameter>" int8, or a float16 difference
    *.json                the card: the base it fits, and the numbers fitted along with it
    README.md             the model card: data, licences, recipe, scores

Reads    a folder, and a freshly loaded network
Gives    the network, trained
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qa.errors import ModelError

WEIGHTS = "adapter.safetensors"
_STEP = ".step"
_LEVELS = 127


def fingerprint(folder: Path, card: str) -> str:
    """Give the digest over the weights and the card of an adapter.

    Raises:
        ModelError: One of them is missing.
    """
    total = hashlib.sha256()
    for name in (WEIGHTS, card):
        try:
            total.update(hashlib.sha256((folder / name).read_bytes()).digest())
        except OSError as error:
            raise ModelError(
                f"{str(folder)!r} lacks {name} ({error.strerror}). Reinstall the program"
            ) from None
    return total.hexdigest()


def apply_adapter(network: Any, folder: Path) -> None:
    """Add what training changed to a network with the base's weights.

    Parameters that change are replaced, not written into: they may be mapped from the base's file.

    Raises:
        ModelError: The file is damaged, or is of another network.
    """
    import torch
    from safetensors.torch import load_file

    parameters = dict(network.named_parameters())
    try:
        changes = load_file(folder / WEIGHTS)
        with torch.no_grad():
            for name, change in changes.items():
                if not name.endswith(_STEP):
                    _check_shape(name, change, parameters)
                    step = changes.get(name + _STEP)
                    change = change.float() if step is None else change * step.float()[:, None]
                    parameters[name].data = parameters[name] + change
    except Exception as error:  # safetensors' own errors, or those of another network
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: Exception) -> ModelError:
    return ModelError(
        f"the weights in {str(folder)!r} cannot be used: {error}. Reinstall the program"
    )


def _check_shape(name: str, change: Any, parameters: Mapping[str, Any]) -> None:
    if name not in parameters:
        raise ValueError(f"the network has no {name}")
    expected, found = tuple(parameters[name].shape), tuple(change.shape)
    if found != expected:  # torch would spread some shapes over others
        raise ValueError(f"{name} has the shape {found}, not {expected}")


def write_adapter(trained: Any, base: Any, folder: Path) -> None:
    """Write what differs between a trained network and its base.

    Args:
        trained: The network after training.
        base: The same network before it; its heads are zero.
        folder: Made if it is not there.
    """
    import torch
    from safetensors.torch import save_file

    before = dict(base.named_parameters())
    tensors: dict[str, torch.Tensor] = {}
    for name, parameter in trained.named_parameters():
        change = (parameter - before[name]).detach().float()
        if not change.any():
            continue
        if change.dim() == 2 and "head" not in name:
            step = (change.abs().amax(dim=1) / _LEVELS).clamp(min=1e-12)
            tensors[name] = torch.round(change / step[:, None]).to(torch.int8)
            tensors[name + _STEP] = step
        else:
            tensors[name] = change if "head" in name else change.half()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / WEIGHTS)
