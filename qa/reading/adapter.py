"""The adapter: what training changed, small enough to be shipped with the project.

The reader is the embedding model with its upper layers trained on. Only the differences to
the published weights are kept: matrices as bytes with one step for each row, all else as it
is. The embedding model's own file, checked by its SHA-256, gives the rest.

    adapter.safetensors   "<parameter>.step" (rows,) and "<parameter>" int8, or a float16 difference
    reader.json           the base it fits, and the numbers fitted along with it
    README.md             the model card: data, licences, recipe, scores

Reads    a folder, and a freshly loaded network
Gives    the network, trained; `ReaderCard`
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.reading.reader import Chances, Middles
from qa.reading.sheets import MIN_ROOM

WEIGHTS = "adapter.safetensors"
CARD = "reader.json"
_STEP = ".step"
_LEVELS = 127


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """What belongs to the weights of a reader.

    Attributes:
        name: e.g. "release-reader-1".
        base_sha256: Of the weights of the embedding model that it was trained from.
        room: Tokens of a sheet, at most, as trained.
        ranking: Weight of each feature of a paragraph, with this reader's scores among them.
        chances: Weights of the signs that the first passage answers, and where to refuse.
    """

    name: str
    base_sha256: str
    room: int
    ranking: Mapping[str, float]
    chances: Chances | None = None


def read_card(folder: Path) -> ReaderCard:
    """Read the card of a reader.

    Raises:
        ModelError: It is missing or lacks something.
    """
    place = folder / CARD
    try:
        values = json.loads(place.read_bytes())
        card = ReaderCard(**values | {"chances": _chances(values["chances"])})
        _check_card(card)
        return card
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"the reader's {CARD} in {str(folder)!r} cannot be read ({error}). Reinstall the "
            f"program, or set reader: none"
        ) from None


def _chances(values: dict[str, Any] | None) -> Chances | None:
    if values is None:
        return None
    middles = values["middles"]
    return Chances(**values | {"middles": Middles(**middles) if middles else None})


def _check_card(card: ReaderCard) -> None:
    """Raise whatever is wrong with the numbers of a card before a question meets them."""
    if not isinstance(card.room, int) or card.room < MIN_ROOM:
        raise ValueError(f"room is {card.room!r}; it must be a number, {MIN_ROOM} or more")
    weights = [*card.ranking.values()]
    if card.chances is not None:
        weights += [*card.chances.weights.values(), card.chances.refuse_below]
        weights += (card.chances.right or {}).values()
    odd = [weight for weight in weights if not isinstance(weight, (int, float))]
    if odd:
        raise ValueError(f"{odd[0]!r} stands for a number")


def fingerprint(folder: Path) -> str:
    """Give the digest over the weights and the card of a reader."""
    total = hashlib.sha256()
    for name in (WEIGHTS, CARD):
        try:
            total.update(hashlib.sha256((folder / name).read_bytes()).digest())
        except OSError as error:
            raise ModelError(
                f"the reader lacks {name} in {str(folder)!r} ({error.strerror}). Reinstall the "
                f"program, or set reader: none"
            ) from None
    return total.hexdigest()


def apply_adapter(network: Any, folder: Path) -> None:
    """Add what training changed to a network with the base's weights, in place.

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
                    parameters[name] += change
    except Exception as error:  # safetensors' own errors, or those of another network
        raise ModelError(
            f"the reader's weights in {str(folder)!r} cannot be used: {error}. Reinstall the "
            f"program, or set reader: none"
        ) from error


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


def write_card(card: ReaderCard, folder: Path) -> None:
    """Write the card of a reader."""
    values = json.dumps(asdict(card), indent=1, sort_keys=True)
    (folder / CARD).write_text(values + "\n", encoding="utf-8")
