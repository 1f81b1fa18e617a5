"""Networks: what computes the vectors of a batch. Torch does, or OpenVINO in its place.

Both run the same weights in the same number format, and what they give differs by rounding
alone (cosine at least 0.99999 in float32). So a generation records the number format and not
the backend: vectors of one are used again beside those of the other, and an index that one
built may be asked with the other.

A network is called from as many threads as it has `workers`, each with a batch of its own. Each
of them computes on one core: whole batches side by side wait for nothing, while several
threads in one small product wait for each other; and what comes out does not hang on how
many cores there are.

Letters: b texts of a batch, t word pieces of the longest, d dimensions.
"""

import copy
import sys
import threading
import warnings
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.embedding.encoder import Floats
from qa.errors import ModelError
from qa.model_running import cores, in_bfloat16, use_threads
from qa.settings import OPENVINO

Numbers = NDArray[np.int64]


class Network(Protocol):
    """Computes batches."""

    @property
    def workers(self) -> int:
        """How many threads should call it at once."""

    def __call__(self, ids: Numbers, mask: Numbers) -> tuple[Floats, Floats]:
        """Give the vectors of b texts, shape (b, d), and of their pieces, shape (b, t, d).

        Args:
            ids: Shape (b, t): word pieces, padded.
            mask: Shape (b, t): 1 for a piece, 0 for padding.
        """


def building_network(model: Any, dtype: str, backend: str, threads: int | None = None) -> Network:
    """Give the network that passages are computed with.

    Args:
        model: A sentence-transformers model; it is left as it is.
        dtype: "float32" or "bfloat16".
        backend: As in `Settings`.
        threads: How many batches the processor computes at once; one a core if None.

    Raises:
        ModelError: The backend is not installed, or cannot run the model.
    """
    import torch

    if backend == OPENVINO:
        return OpenVINONetwork(model, dtype, threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if dtype == "bfloat16" or device != "cpu":
        model = copy.deepcopy(model).to(device)
    model = in_bfloat16(model) if dtype == "bfloat16" else model
    return TorchNetwork(model, dtype, device, threads)


class TorchNetwork:
    """A sentence-transformers model, run by torch."""

    def __init__(
        self,
        model: Any,
        dtype: str = "float32",
        device: str = "cpu",
        threads: int | None = None,
    ) -> None:
        self._model, self._dtype, self._device = model, dtype, device
        self.workers = threads or cores() if device == "cpu" else 1

    def __call__(self, ids: Numbers, mask: Numbers) -> tuple[Floats, Floats]:
        """Compute a batch on one core, or on the graphics card."""
        import torch

        use_threads(1)
        features = {
            "input_ids": torch.from_numpy(ids).to(self._device),
            "attention_mask": torch.from_numpy(mask).to(self._device),
            "modality": "text",
        }
        half = self._dtype == "bfloat16"
        with (
            torch.inference_mode(),
            torch.autocast(self._device, dtype=torch.bfloat16, enabled=half),
        ):
            output = self._model(features)
        vectors, pieces = output["sentence_embedding"], output["token_embeddings"]
        return vectors.float().cpu().numpy(), pieces.float().cpu().numpy()


class OpenVINONetwork:
    """The same model, traced and compiled by OpenVINO for the processor; some seconds of work."""

    def __init__(self, model: Any, dtype: str, threads: int | None = None) -> None:
        """Compile the model.

        Raises:
            ModelError: OpenVINO is not installed, or cannot run this model.
        """
        self.workers = threads or cores()
        self._compiled = _compiled(model, dtype, self.workers)
        self._thread = threading.local()

    def __call__(self, ids: Numbers, mask: Numbers) -> tuple[Floats, Floats]:
        """Compute a batch on one core; each thread has a request of its own."""
        if not hasattr(self._thread, "request"):
            self._thread.request = self._compiled.create_infer_request()
        output = self._thread.request.infer({"input_ids": ids, "attention_mask": mask})
        return output[0], output[1]


def _compiled(model: Any, dtype: str, workers: int) -> Any:
    openvino = _openvino()
    options = {
        # Else it would compute in bfloat16 wherever the processor can.
        "INFERENCE_PRECISION_HINT": {"float32": "f32", "bfloat16": "bf16"}[dtype],
        "NUM_STREAMS": workers,
        "INFERENCE_NUM_THREADS": workers,
    }
    try:
        return openvino.Core().compile_model(_traced(openvino, model), "CPU", options)
    except Exception as error:  # of torch's tracing, or of OpenVINO, of whatever kind
        raise ModelError(
            f"OpenVINO cannot run this model ({error}). Leave `backend` out of the settings, or "
            f"set it to torch"
        ) from error


def _openvino() -> Any:
    # It would report its use to its makers when it is imported, unasked; without this package
    # it cannot, and nothing else is missing.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    try:
        import openvino
    except ImportError:
        raise ModelError(
            "backend 'openvino' is not installed. Install it: pip install 'release-qa[openvino]', "
            "or set backend: torch"
        ) from None
    return openvino


def _traced(openvino: Any, model: Any) -> Any:
    import torch

    class Positional(torch.nn.Module):
        """The model with what it takes and gives in a row, as tracing needs it."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            output = self.model({**features, "modality": "text"})
            return output["sentence_embedding"], output["token_embeddings"]

    # Two texts of two lengths, so that nothing is taken for granted of the mask.
    ids, mask = torch.ones((2, 8), dtype=torch.long), torch.ones((2, 8), dtype=torch.long)
    mask[1, 5:] = 0
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tracing tells of every branch that is taken for granted
        return openvino.convert_model(
            Positional().eval(), example_input={"input_ids": ids, "attention_mask": mask}
        )
