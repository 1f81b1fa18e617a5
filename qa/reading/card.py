"""The card of a reader: the base that its adapter fits, and the numbers fitted along with it.

Reads    reader.json in the folder of the adapter
Gives    `ReaderCard`
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.errors import ModelError
from qa.reading.reader import Chances, Middles
from qa.reading.sheets import MIN_ROOM

CARD = "reader.json"


@dataclass(frozen=True, slots=True)
class ReaderCard:
    """What belongs to the weights of a reader.

    Attributes:
        name: e.g. "release-reader-1".
        base_sha256: Of the weights of the embedding model that it was trained from.
        room: Tokens of a sheet, at most, as trained.
        ranking: Weight of each feature of a paragraph, with this reader's scores among them.
        chances: Weights of the signs that the first passage answers, and where to refuse.
        fitted_beside: Fingerprint of the question side that ranking and chances were fitted beside.
    """

    name: str
    base_sha256: str
    room: int
    ranking: Mapping[str, float]
    chances: Chances | None = None
    fitted_beside: str | None = None


def read_card(folder: Path) -> ReaderCard:
    """Read the card of a reader.

    Raises:
        ModelError: It is missing or lacks something.
    """
    place = folder / CARD
    try:
        values = json.loads(place.read_bytes())
        beside = values["fitted_beside"]
        card = ReaderCard(
            **values | {"chances": _chances(values["chances"]), "fitted_beside": beside}
        )
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


def write_card(card: ReaderCard, folder: Path) -> None:
    """Write the card of a reader."""
    values = json.dumps(asdict(card), indent=1, sort_keys=True)
    (folder / CARD).write_text(values + "\n", encoding="utf-8")
