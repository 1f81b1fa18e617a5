"""The network of the reader: the embedding model's own layers, and three small heads.

    start, end   how well a token begins or ends the answer
    worth        how well a token's sentence answers; the mean over its tokens counts
    answers      whether the page answers at all, off the first token

Letters: b sheets, t tokens of the longest, d dimensions.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.bert import hidden_of, load_bert
from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.reading.sheets import Sheet

if TYPE_CHECKING:
    import torch

HEADS = 3  # start, end, worth: one output each for every token


class Logits(NamedTuple):
    """What the network says of b sheets.

    Attributes:
        tokens: Shape (b, t, 3): start, end and worth of each token.
        answers: Shape (b,): log-odds that the sheet answers.
    """

    tokens: "torch.Tensor"
    answers: "torch.Tensor"


def make_network(base: ModelFiles) -> Any:
    """Give the layers of an embedding model for training, with heads that say nothing yet.

    Raises:
        ModelError: The base is no transformer that can be loaded.
    """
    import torch

    def published() -> Any:
        from transformers import AutoModel

        encoder = AutoModel.from_pretrained(
            base.folder,
            local_files_only=True,
            use_safetensors=True,
            dtype=torch.float32,
            # Heads of 32 dimensions: the fused kernel took a third of the time, this a tenth.
            attn_implementation="eager",
        )
        encoder.pooler = None  # left out at loading, it would be reported on stderr
        return encoder

    return _with_heads(base, published)


def open_network(base: ModelFiles) -> Any:
    """Give the same network for reading by `run`, without the library that trains it.

    Raises:
        ModelError: The base is no BERT that can be loaded.
    """
    return _with_heads(base, lambda: load_bert(base.folder))


def _with_heads(base: ModelFiles, load: Callable[[], Any]) -> Any:
    import torch

    class Network(torch.nn.Module):
        def __init__(self, encoder: Any) -> None:
            super().__init__()
            self.encoder = encoder
            d = encoder.embeddings.word_embeddings.embedding_dim
            self.token_head = torch.nn.Linear(d, HEADS)
            self.page_head = torch.nn.Linear(d, 1)
            for head in (self.token_head, self.page_head):
                torch.nn.init.zeros_(head.weight)
                torch.nn.init.zeros_(head.bias)

        def forward(self, ids: Any, mask: Any, types: Any) -> Logits:
            hidden = self.encoder(
                input_ids=ids, attention_mask=mask, token_type_ids=types
            ).last_hidden_state
            # Scores of eight significant bits would tie.
            with torch.autocast("cpu", enabled=False):
                hidden = hidden.float()
                return Logits(self.token_head(hidden), self.page_head(hidden[:, 0]).squeeze(-1))

    try:
        return Network(load())
    except Exception as error:  # each library that reads a file of it has errors of its own
        raise ModelError(
            f"the layers of {base.name!r} cannot be loaded for the reader: {error}. Reinstall "
            f"the model, or set reader: none"
        ) from error


def run(
    network: Any, sheets: Sequence[Sheet], dtype: str
) -> list[tuple[NDArray[np.float32], float]]:
    """Read some sheets: of each, the logits of its tokens, shape (t, 3), and whether it answers.

    The network is from `open_network`.

    The tokens of all sheets go through every matrix as one, without padding, and only look at
    each other within their sheet. Measured on six sheets of 160 tokens: a third faster than
    sheet by sheet, and than a padded batch.
    """
    import torch

    if not sheets:
        return []
    cuts = np.cumsum([0, *(len(sheet.ids) for sheet in sheets)]).tolist()
    with (
        torch.inference_mode(),
        torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bfloat16"),
    ):
        ids, types, places = (torch.from_numpy(np.concatenate(one)) for one in _inputs(sheets))
        parts = list(pairwise(cuts))
        hidden = hidden_of(network.encoder, ids, types, places, parts).float()
        with torch.autocast("cpu", enabled=False):
            tokens = network.token_head(hidden).numpy()
            pages = network.page_head(hidden[cuts[:-1]]).squeeze(-1).tolist()
    return [(tokens[start:end], page) for (start, end), page in zip(parts, pages, strict=True)]


def _inputs(sheets: Sequence[Sheet]) -> tuple[list[NDArray[np.int64]], ...]:
    """Give, of each sheet, the ids of its tokens, their segments, and their places."""
    ids = [sheet.ids.astype(np.int64) for sheet in sheets]
    places = [np.arange(len(one)) for one in ids]
    types = [(p >= s.n_question).astype(np.int64) for p, s in zip(places, sheets, strict=True)]
    return ids, types, places


def as_tensors(sheets: Sequence[Sheet], padding: int) -> tuple["torch.Tensor", ...]:
    """Give ids, mask and types of some sheets, each of shape (b, t)."""
    import torch

    longest = max(len(sheet.ids) for sheet in sheets)
    ids = np.full((len(sheets), longest), padding, dtype=np.int64)
    mask = np.zeros_like(ids)
    types = np.zeros_like(ids)
    for row, sheet in enumerate(sheets):
        ids[row, : len(sheet.ids)] = sheet.ids
        mask[row, : len(sheet.ids)] = 1
        types[row, sheet.n_question : len(sheet.ids)] = 1
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(types)
