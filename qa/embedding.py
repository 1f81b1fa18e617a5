"""Turn texts into vectors: one for a paragraph, and one for each word piece in it.

A paragraph of a release leans on its headline, so the model reads title and paragraph
together; the word pieces of the paragraph alone are kept, and serve to find which
paragraph, and which sentence in it, speaks of what is asked.

`Encoder` is the seam: the real model is slow to load, and tests use one that a person can
compute by hand.

Letters: n texts, d dimensions, t word pieces of one text.
"""

import os
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.model_files import ModelFiles, find_model
from qa.settings import Settings

Floats = NDArray[np.float32]

# Word pieces in one forward pass. Measured on 2 cores: 1k to 4k alike, 8k slower.
BATCH_PIECES = 2048
MAX_TITLE = 200  # characters of a title that are read with each of its paragraphs
_BLANKS = re.compile(r"\s")
_WORDLIKE = re.compile(r"[\w£$€%]")


@dataclass(frozen=True, slots=True)
class Passage:
    """What the model reads of one paragraph: its release's title, and its plain text."""

    title: str
    text: str

    @property
    def whole(self) -> str:
        """Title and text as one; the text stands at its end."""
        return f"{self.title[:MAX_TITLE].rstrip(' .')}. {self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as vectors.

    Attributes:
        vector: Shape (d,), unit length.
        pieces: Shape (t, d), unit rows: the word pieces in context, punctuation left out.
        ids: Shape (t,): number of each piece in the model's vocabulary.
        starts: Shape (t,): where each piece begins in the text (not in the title).
    """

    vector: Floats
    pieces: Floats
    ids: NDArray[np.int32]
    starts: NDArray[np.int32]


class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def fingerprint(self) -> str:
        """Hex digest of all that decides its vectors, but for the number format."""

    @property
    def dtype(self) -> str:
        """Number format that passages are computed in."""

    @property
    def dimension(self) -> int:
        """The d of its vectors."""

    @property
    def vocabulary_size(self) -> int:
        """One more than the largest piece id."""

    def encode_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Encoded]]:
        """Give (position in `passages`, its vectors) for each, in the order they get ready."""

    def encode_query(self, text: str) -> Encoded:
        """Give the vectors of a question."""


class SentenceTransformerEncoder:
    """A sentence-transformers model, run on the processor; loaded when first needed."""

    def __init__(self, settings: Settings, files: ModelFiles | None = None) -> None:
        self.files = files or find_model(settings)
        self.name = self.files.name
        self.fingerprint = self.files.fingerprint
        self.dtype = _number_format(settings.dtype)
        self._loading = threading.Lock()
        self._tokenizing = threading.Lock()  # the tokenizer is not safe under threads
        self._loaded: Any = None

    @property
    def dimension(self) -> int:
        """The d of its vectors."""
        return int(self._model.get_embedding_dimension())

    @property
    def vocabulary_size(self) -> int:
        """One more than the largest piece id."""
        return len(self._model.tokenizer)

    def encode_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Encoded]]:
        """Encode passages, sorted by length so that little is padded.

        A passage longer than the model's window is read in windows, each with the title;
        its vector is their mean, its pieces are those of all of them.
        """
        windows = self._windows(passages)
        parts: dict[int, list[tuple[_Window, Encoded]]] = {}
        waiting = np.bincount([window.owner for window in windows], minlength=len(passages))
        for batch in _batches(windows):
            for window, encoded in zip(batch, self._forward(batch, self.dtype), strict=True):
                done = parts.setdefault(window.owner, [])
                done.append((window, encoded))
                if len(done) == waiting[window.owner]:
                    yield window.owner, _merged(parts.pop(window.owner))

    def encode_query(self, text: str) -> Encoded:
        """Encode a question, in full precision; words past the model's window are not read."""
        prompt = self._prompt("query")
        pieces = self._tokenize([prompt + text])[0]
        window = _Window(0, len(prompt), prompt + text, *(part[: self._room] for part in pieces))
        return next(iter(self._forward([window], "float32")))

    @property
    def _model(self) -> Any:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self.files)
        return self._loaded

    @property
    def _room(self) -> int:
        """Word pieces that fit beside the two that open and close a text."""
        return int(self._model.max_seq_length or 512) - 2

    def _prompt(self, *names: str) -> str:
        prompts = self._model.prompts or {}
        return next((prompts[name] for name in names if prompts.get(name)), "")

    def _windows(self, passages: Sequence[Passage]) -> "list[_Window]":
        prompt = self._prompt("document", "passage")
        wholes = [prompt + passage.whole for passage in passages]
        windows: list[_Window] = []
        for owner, (passage, whole) in enumerate(zip(passages, wholes, strict=True)):
            windows.append(_Window(owner, len(whole) - len(passage.text), whole))
        for start in range(0, len(windows), 2048):
            some = windows[start : start + 2048]
            for place, (window, pieces) in enumerate(
                zip(some, self._tokenize([window.whole for window in some]), strict=True), start
            ):
                windows[place] = window.with_pieces(*pieces)
        return [part for window in windows for part in window.split(self._room)]

    def _tokenize(self, texts: Sequence[str]) -> "list[tuple[list[int], list[tuple[int, int]]]]":
        tokenizer = self._model.tokenizer
        with self._tokenizing:
            batch = tokenizer(
                # A newline or tab is a blank to the model; lengths stay the same.
                [_BLANKS.sub(" ", text) for text in texts],
                add_special_tokens=False,
                return_offsets_mapping=True,
                return_attention_mask=False,
                return_token_type_ids=False,
                verbose=False,
            )
        return list(zip(batch["input_ids"], batch["offset_mapping"], strict=True))

    def _forward(self, windows: "Sequence[_Window]", dtype: str) -> Iterator[Encoded]:
        import torch

        tokenizer = self._model.tokenizer
        opening, closing = _frame(tokenizer.cls_token_id), _frame(tokenizer.sep_token_id)
        longest = max(len(window.ids) for window in windows) + len(opening) + len(closing)
        ids = torch.full((len(windows), longest), tokenizer.pad_token_id or 0)
        mask = torch.zeros((len(windows), longest), dtype=torch.long)
        for row, window in enumerate(windows):
            framed = [*opening, *window.ids, *closing]
            ids[row, : len(framed)] = torch.tensor(framed)
            mask[row, : len(framed)] = 1
        features = {"input_ids": ids, "attention_mask": mask, "modality": "text"}
        with (
            torch.inference_mode(),
            torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype == "bfloat16"),
        ):
            output = self._model(features)
        vectors = _unit(output["sentence_embedding"].float().numpy())
        pieces = output["token_embeddings"].float().numpy()
        for row, window in enumerate(windows):
            yield window.encoded(vectors[row], pieces[row, len(opening) :])


@dataclass(frozen=True, slots=True)
class _Window:
    """As much of a passage as the model reads at once.

    `lead` is how many characters of `whole` stand before the text of the passage.
    """

    owner: int
    lead: int
    whole: str
    ids: Sequence[int] = ()
    spans: Sequence[tuple[int, int]] = ()

    def with_pieces(self, ids: Sequence[int], spans: Sequence[tuple[int, int]]) -> "_Window":
        return _Window(self.owner, self.lead, self.whole, ids, spans)

    def split(self, room: int) -> Iterator["_Window"]:
        if len(self.ids) <= room:
            yield self
            return
        n_lead = sum(1 for _, end in self.spans if end <= self.lead)
        n_kept = min(n_lead, room // 2)
        step = room - n_kept
        for start in range(n_lead, len(self.ids), step):
            stop = start + step
            yield _Window(
                self.owner,
                self.lead,
                self.whole,
                [*self.ids[:n_kept], *self.ids[start:stop]],
                [*self.spans[:n_kept], *self.spans[start:stop]],
            )

    def encoded(self, vector: Floats, pieces: Floats) -> Encoded:
        kept = [
            place
            for place, (start, end) in enumerate(self.spans)
            if start >= self.lead and _WORDLIKE.search(self.whole, start, end)
        ]
        rows = np.asarray(kept, dtype=np.int64)
        return Encoded(
            vector,
            _unit(pieces[rows]),
            np.asarray([self.ids[place] for place in kept], dtype=np.int32),
            np.asarray([self.spans[place][0] - self.lead for place in kept], dtype=np.int32),
        )


def _batches(windows: Sequence[_Window]) -> Iterator[list[_Window]]:
    """Group windows of like length, longest first, so the time left is never underrated."""
    batch: list[_Window] = []
    for window in sorted(windows, key=lambda window: -len(window.ids)):
        longest = len(batch[0].ids) + 2 if batch else 0
        if batch and (len(batch) + 1) * longest > BATCH_PIECES:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch


def _merged(parts: Sequence[tuple[_Window, Encoded]]) -> Encoded:
    if len(parts) == 1:
        return parts[0][1]
    encoded = [part for _, part in parts]
    order = np.argsort(np.concatenate([part.starts for part in encoded]), kind="stable")
    return Encoded(
        _unit(np.sum([part.vector for part in encoded], axis=0, keepdims=True))[0],
        np.concatenate([part.pieces for part in encoded])[order],
        np.concatenate([part.ids for part in encoded])[order],
        np.concatenate([part.starts for part in encoded])[order],
    )


def _frame(piece: int | None) -> list[int]:
    return [] if piece is None else [piece]


def _unit(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.maximum(lengths, 1e-12)).astype(np.float32)


def _number_format(dtype: str) -> str:
    """Choose bfloat16 where the processor multiplies it natively; elsewhere it is slower."""
    if dtype != "auto":
        return dtype
    try:
        processor = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "float32"
    return "bfloat16" if re.search(r"\b(?:avx512_bf16|amx_bf16)\b", processor) else "float32"


def _load(files: ModelFiles) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"  # everything is on disk by now
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        model = SentenceTransformer(
            str(files.folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, ImportError, KeyError) as error:
        raise ModelError(f"the model {files.name!r} cannot be loaded: {error}") from error
    if not getattr(model.tokenizer, "is_fast", False):
        raise ModelError(
            f"the model {files.name!r} has no tokenizer that tells where words stand; "
            f"choose a transformer model with a tokenizer.json"
        )
    return model.eval()
