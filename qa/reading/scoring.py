"""What the readers that run other people's models share, beside the protocol.

A model reads rows of word pieces, so pages are taken apart and put together again, rows of
like length are read together, and the layer that scores stays exact.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.model_running import batches_by_length, cores, in_bfloat16, use_threads
from qa.reading.reader import Page, PageReading, Reading


def as_pages(pages: Sequence[Page], readings: Sequence[Reading]) -> list[PageReading]:
    """Give the readings of all paragraphs back to their pages.

    Args:
        pages: What was read.
        readings: One for each paragraph of each page, in order.
    """
    waiting = iter(readings)
    found = []
    for page in pages:
        own = tuple(next(waiting) for _ in page.paragraphs)
        found.append(PageReading(own, max((one.score for one in own), default=None)))
    return found


def fingerprint_of(files: ModelFiles, dtype: str) -> str:
    """Give the digest of model and number format: together they decide the readings."""
    return hashlib.sha256(f"{files.fingerprint} {dtype}".encode()).hexdigest()


def forward(model: Any, features: dict[str, Any], dtype: str) -> Iterator[tuple[list[int], Any]]:
    """Run a model over rows of word pieces, on all cores.

    Args:
        model: Takes a dictionary of features as its only argument.
        features: As a tokenizer gives them, padded; tensors of shape (n, length).
        dtype: "float32" or "bfloat16".

    Yields:
        Some rows, and the output of the model for them.
    """
    import torch

    use_threads(cores())
    mask = features["attention_mask"]
    for rows in batches_by_length(mask.sum(dim=1).tolist()):
        some = {name: _cut(values, rows, mask) for name, values in features.items()}
        with (
            torch.inference_mode(),
            torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bfloat16"),
        ):
            yield rows, model(some)


def _cut(values: Any, rows: list[int], mask: Any) -> Any:
    """Keep some rows of a feature, and of them the columns that are not mere padding."""
    if getattr(values, "shape", None) != mask.shape:
        return values
    return values[rows][:, mask[rows].any(dim=0)]


def ready(model: Any, n_scores: int, dtype: str) -> Any:
    """Set a loaded model up for the number format; its last layer of `n_scores` stays exact."""
    import torch

    model.eval()
    if dtype != "bfloat16":
        return model
    linear = [part for part in model.modules() if isinstance(part, torch.nn.Linear)]
    head = next((part for part in reversed(linear) if part.out_features == n_scores), None)
    return in_bfloat16(model, head)


def check_tokenizer(tokenizer: Any, files: ModelFiles) -> None:
    """Refuse a model whose texts cannot be read side by side, or not be traced.

    Raises:
        ModelError: Its tokenizer gives no offsets, or has no piece to pad with.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError(
            f"the reader {files.name!r} has no tokenizer that tells where words stand; "
            f"choose a transformer model with a tokenizer.json"
        )
    if tokenizer.pad_token_id is None:
        raise ModelError(
            f"the tokenizer of the reader {files.name!r} has no padding token, so texts of "
            f"different length cannot be read together; name one as pad_token in its "
            f"tokenizer_config.json, or choose another model"
        )
