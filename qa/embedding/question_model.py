"""What reads questions: of the bundled model the bare layers, of any other the library's model.

Reads    a model on disk, or one that is loaded
Gives    `QuestionModel`

Letters: b texts of a batch, t word pieces of the longest, d dimensions.
"""

import json
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from qa.bert import WordPieces, hidden_of, load_bert
from qa.embedding.encoder import Floats
from qa.embedding.network import Network, Numbers, TorchNetwork
from qa.embedding.question_side import QuestionSide
from qa.errors import ModelError
from qa.model_files import ModelFiles

_FRAME = 2  # word pieces that open and close a text


@dataclass(frozen=True, slots=True)
class QuestionModel:
    """A model as questions are read by it.

    Attributes:
        tokenizer: Gives word pieces, called as those of transformers are.
        prompt: Stands before every question.
        room: Word pieces that fit beside the two that open and close a text.
        network: Computes their vectors.
    """

    tokenizer: Any
    prompt: str
    room: int
    network: Network


def bundled(files: ModelFiles, side: QuestionSide | None) -> QuestionModel:
    """Load the bundled model, with the side of it that was trained for questions.

    Raises:
        ModelError: A file is missing or damaged.
    """
    try:
        bert, tokenizer = load_bert(files.folder), WordPieces(files.folder)
        described = json.loads((files.folder / "sentence_bert_config.json").read_bytes())
        room = int(described["max_seq_length"]) - _FRAME
    except Exception as error:  # each library that reads a file of it has errors of its own
        raise ModelError(f"the model {files.name!r} cannot be loaded: {error}") from error
    if side is not None:
        side.apply(bert)
    return QuestionModel(tokenizer, "", room, MeanOfPieces(bert))


def published(model: Any) -> QuestionModel:
    """Read questions with a sentence-transformers model."""
    return QuestionModel(
        model.tokenizer, prompt_of(model, "query"), room_of(model), TorchNetwork(model)
    )


def prompt_of(model: Any, *names: str) -> str:
    """Give the first prompt of a sentence-transformers model that has one of these names."""
    prompts = model.prompts or {}
    return next((prompts[name] for name in names if prompts.get(name)), "")


def room_of(model: Any) -> int:
    """Count the word pieces that fit beside the two that open and close a text."""
    return int(model.max_seq_length or 512) - _FRAME


class MeanOfPieces:
    """Layers of a BERT; the vector of a text is the mean of its pieces, as of the bundled model."""

    workers = 1

    def __init__(self, bert: Any) -> None:
        self._bert = bert

    def __call__(self, ids: Numbers, mask: Numbers) -> tuple[Floats, Floats]:
        """Compute a batch; see `Network`."""
        import torch

        is_piece = mask.astype(bool)
        places = np.broadcast_to(np.arange(ids.shape[1]), ids.shape)[is_piece]
        packed, where = torch.from_numpy(ids[is_piece]), torch.from_numpy(places)
        cuts = np.cumsum([0, *is_piece.sum(axis=1)]).tolist()
        with torch.inference_mode():
            hidden = hidden_of(
                self._bert, packed, torch.zeros_like(packed), where, list(pairwise(cuts))
            ).numpy()
        pieces = np.zeros((*ids.shape, hidden.shape[1]), dtype=np.float32)
        pieces[is_piece] = hidden
        vectors = [hidden[start:end].mean(axis=0) for start, end in pairwise(cuts)]
        return np.stack(vectors), pieces
