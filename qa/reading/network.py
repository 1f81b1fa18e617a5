"""The network of the reader: the embedding model's own layers, and three small heads.

    start, end   how well a token begins or ends the answer
    worth        how well a token's sentence answers; the mean over its tokens counts
    answers      whether the page answers at all, off the first token

Letters: b sheets, t tokens of the longest, d dimensions.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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
    """Load the layers of an embedding model, with heads that say nothing yet, as a torch module.

    Raises:
        ModelError: The base is no transformer that can be loaded.
    """
    import torch
    from transformers import AutoModel

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = AutoModel.from_pretrained(
                base.folder,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                # Heads of 32 dimensions: the fused kernel took a third of the time, this a tenth.
                attn_implementation="eager",
            )
            self.encoder.pooler = None  # left out at loading, it would be reported on stderr
            d = self.encoder.config.hidden_size
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
        return Network()
    except Exception as error:  # each library that reads a file of it has errors of its own
        raise ModelError(
            f"the layers of {base.name!r} cannot be loaded for the reader: {error}. Reinstall "
            f"the model, or set reader: none"
        ) from error


def run(network: Any, sheet: Sheet, dtype: str) -> tuple[NDArray[np.float32], float]:
    """Read one sheet: logits of its tokens, shape (t, 3), and the log-odds that it answers.

    Sheets are read one by one: none is padded to the length of another, and two cores have
    enough to do with a sheet.
    """
    import torch

    with (
        torch.inference_mode(),
        torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bfloat16"),
    ):
        logits = network(*as_tensors([sheet], 0))
    return logits.tokens[0].numpy(), float(logits.answers[0])


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
