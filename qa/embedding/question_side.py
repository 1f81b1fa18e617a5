"""The side of the embedding model that reads questions, trained on to find what answers them.

A question and the passage that answers it share few words, and the published model was never
trained to bring their word pieces together. Only the question's side is trained, against the
vectors that passages have anyway: an index stays as it is, and building costs nothing more.

Reads    a folder with an adapter, and the embedding model
Gives    what training changed; `Fitted`, the weights that belong to it

Source: training the question's encoder against a fixed index is after Lewis et al.,
"Retrieval-Augmented Generation for Knowledge-Intensive NLP Tasks", NeurIPS 2020; comparing
word pieces, as in ColBERT, is told in `qa.index.pieces`.
"""

import json
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from qa.adapter import apply_adapter, fingerprint
from qa.embedding.encoder import Fitted
from qa.errors import ModelError
from qa.model_files import DEFAULT_WEIGHTS_SHA256

FOLDER = Path(__file__).parent / "question_side"
CARD = "question_side.json"


@dataclass(frozen=True, slots=True)
class QuestionSideCard:
    """What belongs to the weights of a question side.

    Attributes:
        name: e.g. "question-side-2".
        base_sha256: Of the weights of the embedding model that it was trained from.
        fitted: What is weighed by its scores, and how.
    """

    name: str
    base_sha256: str
    fitted: Fitted


class QuestionSide:
    """What training changed, kept in a folder; its weights are held only when they are applied.

    Attributes:
        card: What belongs to them.
        fingerprint: Hex digest over weights and card.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        """Read the card.

        Raises:
            ModelError: A file is missing or damaged, or is of another embedding model.
        """
        self.folder = folder
        self.card = read_card(folder)
        self.fingerprint = fingerprint(folder, CARD)
        if self.card.base_sha256 != DEFAULT_WEIGHTS_SHA256:
            raise ModelError(
                f"the question side {self.card.name!r} was trained on a model with SHA-256 "
                f"{self.card.base_sha256}, not {DEFAULT_WEIGHTS_SHA256}. Reinstall the program"
            )

    def apply(self, network: Any) -> None:
        """Add what training changed to the transformer of the model.

        Raises:
            ModelError: The weights are damaged, or are of another network.
        """
        apply_adapter(network, self.folder)


def transformer_of(model: Any) -> Any:
    """Give the transformer of a sentence-transformers model, as a torch module."""
    return model[0].auto_model


def read_card(folder: Path) -> QuestionSideCard:
    """Read the card of a question side.

    Raises:
        ModelError: It is missing or lacks something.
    """
    try:
        values = json.loads((folder / CARD).read_bytes())
        fitted = Fitted(**values["fitted"])
        weights = [*fitted.releases.values(), *fitted.paragraphs.values(), fitted.near]
        odd = [one for one in weights if type(one) not in (int, float) or not isfinite(one)]
        if odd:
            raise ValueError(f"{odd[0]!r} stands for a number")
        return QuestionSideCard(**values | {"fitted": fitted})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ModelError(
            f"{CARD} in {str(folder)!r} cannot be read ({error}). Reinstall the program"
        ) from None


def write_card(card: QuestionSideCard, folder: Path) -> None:
    """Write the card of a question side."""
    values = json.dumps(asdict(card), indent=1, sort_keys=True)
    (folder / CARD).write_text(values + "\n", encoding="utf-8")
