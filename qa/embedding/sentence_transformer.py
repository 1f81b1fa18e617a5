"""The real encoder: a sentence-transformers model, run on the processor."""

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from qa.embedding.encoder import Encoded, Fitted, Passage, unit_rows
from qa.embedding.network import Network, building_network
from qa.embedding.question_model import (
    QuestionModel,
    bundled,
    prompt_of,
    published,
    room_of,
)
from qa.embedding.question_side import FOLDER, QuestionSide
from qa.embedding.windows import Window, batches, merged
from qa.errors import ModelError
from qa.model_files import ModelFiles, find_model
from qa.model_running import Once, in_turn, number_format, run_offline, tokenizable, use_threads
from qa.settings import DEFAULT_MODEL, Settings

# Passages that are tokenized, sorted by length and batched together.
CHUNK = 8192


class SentenceTransformerEncoder:
    """A sentence-transformers model, run on the processor; loaded when first needed.

    The bundled model reads questions with the side of it that was trained for them, and without
    the library, which is loaded for passages alone.
    """

    def __init__(
        self,
        settings: Settings,
        files: ModelFiles | None = None,
        question_side: Path | None = FOLDER,
        *,
        chunk: int = CHUNK,
        threads: int | None = None,
    ) -> None:
        """Find the model, and read the card of its question side; loads nothing.

        Args:
            settings: Which model, and how it computes.
            files: The model, if it was found already.
            question_side: Folder of the adapter for questions; None to leave the model as it is.
            chunk: How many passages are batched together. Equal chunks give equal floats.
            threads: How many batches are computed at once; one a core if None.

        Raises:
            ModelError: A file is missing or damaged.
        """
        self.files = files or find_model(settings)
        self.name = self.files.name
        self.fingerprint = self.files.fingerprint
        self.dtype = number_format(settings.dtype)
        self.chunk = chunk
        is_bundled = self.name == DEFAULT_MODEL
        self._side = QuestionSide(question_side) if question_side and is_bundled else None
        self._tokenizing = threading.Lock()  # the tokenizer is not safe under threads
        self._loaded = Once(lambda: _load(self.files))
        self._asking = Once(self._load_asking)
        self._building = Once(
            lambda: building_network(self.model, self.dtype, settings.backend, threads)
        )

    @property
    def question_fingerprint(self) -> str:
        """Hex digest of all that decides the vectors of questions, and what is made of them."""
        if self._side is None:
            return self.fingerprint
        both = f"{self.fingerprint} {self._side.fingerprint}"
        return hashlib.sha256(both.encode()).hexdigest()

    @property
    def question_name(self) -> str:
        """What reads the questions."""
        return self._side.card.name if self._side else self.name

    @property
    def fitted(self) -> Fitted | None:
        """What was fitted to the question side; None without one."""
        return self._side.card.fitted if self._side else None

    @property
    def dimension(self) -> int:
        """The d of its vectors."""
        return int(self.model.get_embedding_dimension())

    @property
    def vocabulary_size(self) -> int:
        """One more than the largest piece id."""
        return len(self.model.tokenizer)

    @cached_property
    def words(self) -> frozenset[str]:
        """Words that the model has a piece of their own for: they are spelt right."""
        return frozenset(piece for piece in self._asking().tokenizer.get_vocab() if piece.isalpha())

    def encode_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, Encoded]]:
        """Encode passages: some thousands at a time, sorted by length so that little is padded.

        While batches are computed the next passages are tokenized; no more than two times
        `chunk` are in word pieces at once, however many there are. A passage longer than the
        model's window is read in windows, each with the title; its vector is their mean, its
        pieces are those of all of them.
        """
        if not passages:
            return
        network = self._building()
        parts: dict[int, list[Encoded]] = {}
        waiting: Counter[int] = Counter()

        def grouped() -> Iterator[list[Window]]:
            starts = range(0, len(passages), self.chunk)
            tokenized = in_turn(lambda at: self._windows(passages, at), starts, threads=1, ahead=1)
            for windows in tokenized:
                waiting.update(window.owner for window in windows)
                yield from batches(windows)

        def compute(batch: list[Window]) -> list[tuple[int, Encoded]]:
            found = _forward(batch, self.model.tokenizer, network)
            return list(zip((w.owner for w in batch), found, strict=True))

        n = network.workers
        for owner, encoded in chain.from_iterable(
            in_turn(compute, grouped(), threads=n, ahead=2 * n)
        ):
            done = parts.setdefault(owner, [])
            done.append(encoded)
            if len(done) == waiting[owner]:
                del waiting[owner]
                yield owner, merged(parts.pop(owner))

    def encode_query(self, text: str) -> Encoded:
        """Encode a question, in full precision; words past the model's window are not read."""
        use_threads(1)  # a question is short: more threads wait longer than they work
        asking, window = self._asking(), self.question_window(text)
        return next(_forward([window], asking.tokenizer, asking.network))

    def question_window(self, text: str) -> Window:
        """Give a question as the model reads it."""
        asking = self._asking()
        whole = asking.prompt + text
        ids, spans = self._tokenize(asking.tokenizer, [whole])[0]
        room = asking.room
        return Window(0, len(asking.prompt), whole, ids[:room], spans[:room])

    @property
    def model(self) -> Any:
        """The model as published, as sentence-transformers gives it."""
        return self._loaded()

    def _load_asking(self) -> QuestionModel:
        if self.name == DEFAULT_MODEL:
            return bundled(self.files, self._side)
        return published(self.model)

    def _windows(self, passages: Sequence[Passage], at: int) -> list[Window]:
        """Give the windows of the passages of one chunk, which begins at `at`."""
        prompt, room = prompt_of(self.model, "document", "passage"), room_of(self.model)
        some = passages[at : at + self.chunk]
        wholes = [prompt + passage.whole for passage in some]
        windows: list[Window] = []
        for place, (ids, spans) in enumerate(self._tokenize(self.model.tokenizer, wholes)):
            lead = len(wholes[place]) - len(some[place].text)
            whole = Window(at + place, lead, wholes[place], ids, spans)
            windows.extend(whole.split(room))
        return windows

    def _tokenize(
        self, tokenizer: Any, texts: Sequence[str]
    ) -> list[tuple[list[int], list[tuple[int, int]]]]:
        with self._tokenizing:
            batch = tokenizer(
                [tokenizable(text) for text in texts],
                add_special_tokens=False,
                return_offsets_mapping=True,
                return_attention_mask=False,
                return_token_type_ids=False,
                verbose=False,
            )
        return list(zip(batch["input_ids"], batch["offset_mapping"], strict=True))


def _forward(windows: Sequence[Window], tokenizer: Any, network: Network) -> Iterator[Encoded]:
    opening, closing = _frame(tokenizer.cls_token_id), _frame(tokenizer.sep_token_id)
    longest = max(len(window.ids) for window in windows) + len(opening) + len(closing)
    ids = np.full((len(windows), longest), tokenizer.pad_token_id or 0, dtype=np.int64)
    mask = np.zeros((len(windows), longest), dtype=np.int64)
    for row, window in enumerate(windows):
        framed = [*opening, *window.ids, *closing]
        ids[row, : len(framed)] = framed
        mask[row, : len(framed)] = 1
    vectors, pieces = network(ids, mask)
    for row, (window, vector) in enumerate(zip(windows, unit_rows(vectors), strict=True)):
        yield window.encoded(vector, pieces[row, len(opening) :])


def _frame(piece: int | None) -> list[int]:
    return [] if piece is None else [piece]


def _load(files: ModelFiles) -> Any:
    run_offline()
    import torch
    from sentence_transformers import SentenceTransformer

    try:
        model = SentenceTransformer(
            str(files.folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            # Else a model published in half precision would compute in it.
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        )
    except Exception as error:  # each library that reads a file of it has errors of its own
        raise ModelError(f"the model {files.name!r} cannot be loaded: {error}") from error
    if not getattr(model.tokenizer, "is_fast", False):
        raise ModelError(
            f"the model {files.name!r} has no tokenizer that tells where words stand; "
            f"choose a transformer model with a tokenizer.json"
        )
    return model.eval()
