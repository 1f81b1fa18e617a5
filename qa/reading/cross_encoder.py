"""A cross-encoder of sentence-transformers as a reader: one score a paragraph, no span.

The model reads (question, title and paragraph) and gives one number, the logit that the
paragraph answers. Words past the model's window, mostly 512 word pieces, are not read.

Reads    a model folder with one output label
Gives    `PageReading`s; the best score of a page says whether it answers
"""

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from qa.embedding import Passage
from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.model_running import Once, number_format, run_offline, tokenizable
from qa.reading.reader import Page, PageReading, Reading
from qa.reading.scoring import as_pages, check_tokenizer, fingerprint_of, forward, ready


class CrossEncoderReader:
    """A sentence-transformers CrossEncoder, run on the processor; loaded when first needed."""

    def __init__(self, files: ModelFiles, dtype: str = "float32") -> None:
        self.files = files
        self.name = files.name
        self.ranking, self.chances = None, None  # nothing was fitted for it here
        self.dtype = number_format(dtype)
        self.fingerprint = fingerprint_of(files, self.dtype)
        self._model = Once(lambda: ready(_load(files), 1, self.dtype))
        self._tokenizing = threading.Lock()  # the tokenizer is not safe under threads

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read the question with each paragraph and its title; scores are raw logits.

        Raises:
            ModelError: The model cannot be loaded, or gives more than one label.
        """
        pairs = [
            (tokenizable(question), tokenizable(Passage(page.title, text).whole))
            for page in pages
            for text in page.paragraphs
        ]
        return as_pages(pages, [Reading(score) for score in self._scores(pairs)])

    def _scores(self, pairs: list[tuple[str, str]]) -> list[float]:
        if not pairs:
            return []
        model = self._model()
        with self._tokenizing:
            prompt = (model.prompts or {}).get(model.default_prompt_name)
            features = model.preprocess(pairs, prompt=prompt)
        scores = np.zeros(len(pairs), dtype=np.float32)
        for rows, output in forward(model, features, self.dtype):
            # Taken before the model's activation, which squeezes sure scores together.
            scores[rows] = output["scores"].float().reshape(-1).numpy()
        return [float(score) for score in scores]


def many_labels(files: ModelFiles, n: int) -> ModelError:
    """Tell that a classifier gives `n` labels where one score is needed."""
    return ModelError(
        f"the reader {files.name!r} gives {n} labels; a reader gives one score that a paragraph "
        f"answers a question. Choose a cross-encoder with a single label, made for ranking"
    )


def _load(files: ModelFiles) -> Any:
    run_offline()
    import torch
    from sentence_transformers import CrossEncoder

    try:
        model = CrossEncoder(
            str(files.folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            # Else a model published in half precision would compute in it.
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        )
    except Exception as error:  # each library that reads a file of it has errors of its own
        raise ModelError(f"the reader {files.name!r} cannot be loaded: {error}") from error
    if model.num_labels != 1:
        raise many_labels(files, model.num_labels)
    check_tokenizer(model.tokenizer, files)
    return model
