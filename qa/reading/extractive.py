"""An extractive question-answering model as a reader: a span in each paragraph, with a score.

Models of this kind are trained on SQuAD: question and paragraph, no title. Those of its
second version point at the opening piece, [CLS], where a text does not answer; so the score
is that of the best span minus that of [CLS]. A long paragraph is read in windows that
overlap, and its best window counts. Source: Rajpurkar, Jia and Liang, "Know What You Don't
Know: Unanswerable Questions for SQuAD", ACL 2018. https://doi.org/10.18653/v1/P18-2124

Reads    a model folder with a question-answering head
Gives    `PageReading`s; the best score of a page says whether it answers
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.model_files import ModelFiles
from qa.model_running import Once, number_format, run_offline, tokenizable
from qa.reading.reader import Page, PageReading, Reading
from qa.reading.scoring import as_pages, check_tokenizer, fingerprint_of, forward, ready
from qa.reading.spans import Piece, best_span, characters, without_blanks

WINDOW = 384  # word pieces of question and paragraph, as these models are trained
OVERLAP = 128  # more than an answer may have, so that each stands whole in some window
# Of a paragraph without a word to point at: below any difference of two logits.
NOTHING = -100.0
_NONE = Reading(-np.inf)


@dataclass(frozen=True, slots=True)
class _Window:
    """As much of a paragraph as is read at once.

    Attributes:
        owner: Which paragraph, counted from 0 over all pages.
        null: Where [CLS] stands in the row of pieces, counted from 0.
        pieces: Those that may begin or end an answer: where each stands in the row, and its
            characters in the paragraph, which are never blank.
    """

    owner: int
    null: int
    pieces: dict[int, Piece]


class ExtractiveReader:
    """A transformers question-answering model, run on the processor; loaded when needed."""

    def __init__(self, files: ModelFiles, dtype: str = "float32") -> None:
        self.files = files
        self.name = files.name
        self.ranking, self.chances = None, None  # nothing was fitted for it here
        self.dtype = number_format(dtype)
        self.fingerprint = fingerprint_of(files, self.dtype)
        self._loaded = Once(lambda: _load(files, self.dtype))
        self._tokenizing = threading.Lock()  # the tokenizer is not safe under threads

    def read(self, question: str, pages: Sequence[Page]) -> list[PageReading]:
        """Read the question with each paragraph; score and span score are the same number.

        Raises:
            ModelError: The model cannot be loaded, or gives no start and end scores.
        """
        texts = [text for page in pages for text in page.paragraphs]
        return as_pages(pages, self._readings(question, texts) if texts else [])

    def _readings(self, question: str, texts: Sequence[str]) -> list[Reading]:
        model, tokenizer = self._loaded()
        with self._tokenizing:
            features, windows = _windows(tokenizer, _room(model, tokenizer), question, texts)
        best: dict[int, Reading] = {}
        for rows, output in forward(lambda some: model(**some), features, self.dtype):
            starts, ends = (logits.float().numpy() for logits in self._logits(output))
            for row, start, end in zip(rows, starts, ends, strict=True):
                window = windows[row]
                found = _reading(texts[window.owner], window, start, end)
                if found.score > best.get(window.owner, _NONE).score:
                    best[window.owner] = found
        return [best.get(place, Reading(NOTHING)) for place in range(len(texts))]

    def _logits(self, output: Any) -> tuple[Any, Any]:
        try:
            return output.start_logits, output.end_logits
        except AttributeError:  # e.g. XLNet, which searches with a beam
            raise ModelError(
                f"the reader {self.name!r} gives no start and end score for each word piece; "
                f"choose another question-answering model"
            ) from None


def _reading(
    text: str, window: _Window, starts: NDArray[np.float32], ends: NDArray[np.float32]
) -> Reading:
    """Find the best span of a window, or none if it has no piece to point at."""
    if not window.pieces:
        return _NONE
    columns = list(window.pieces)
    null = float(starts[window.null]) + float(ends[window.null])
    first, last, total = best_span(_only(columns, starts), _only(columns, ends))
    inside = [piece for column, piece in window.pieces.items() if first <= column <= last]
    return Reading(total - null, characters(text, inside), total - null)


def _only(columns: list[int], logits: NDArray[np.float32]) -> NDArray[np.float32]:
    kept = np.full_like(logits, -np.inf)
    kept[columns] = logits[columns]
    return kept


def _room(model: Any, tokenizer: Any) -> int:
    """Count the word pieces that are read at once, with those that frame them."""
    positions = getattr(model.config, "max_position_embeddings", None) or 0
    limits = [WINDOW, tokenizer.model_max_length]
    # Models of RoBERTa's kind count positions from 2, and so have two fewer than they say.
    return int(min(limits + [positions - 2] * (positions > 0)))


def _windows(
    tokenizer: Any, room: int, question: str, texts: Sequence[str]
) -> tuple[dict[str, Any], list[_Window]]:
    """Cut question and texts into windows: features of shape (n, length), and n windows."""
    room_for_text = room - tokenizer.num_special_tokens_to_add(pair=True)
    asked, n_asked = _shortened(tokenizer, tokenizable(question), room_for_text // 2)
    batch = tokenizer(
        [asked] * len(texts),
        [tokenizable(text) for text in texts],
        truncation="only_second",
        max_length=room,
        stride=min(OVERLAP, (room_for_text - n_asked) // 2),
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
        return_attention_mask=True,
        padding=True,
        return_tensors="pt",
        verbose=False,
    )
    names = {"attention_mask", *tokenizer.model_input_names} & set(batch)
    owners = batch["overflow_to_sample_mapping"].tolist()
    windows = [
        _window(tokenizer, batch, row, owner, texts[owner]) for row, owner in enumerate(owners)
    ]
    return {name: batch[name] for name in sorted(names)}, windows


def _shortened(tokenizer: Any, question: str, most: int) -> tuple[str, int]:
    """Cut a question after `most` word pieces; give it, and how many it has."""
    spans = tokenizer(
        question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )["offset_mapping"]
    if len(spans) <= most:
        return question, len(spans)
    return question[: spans[most - 1][1]], most


def _window(tokenizer: Any, batch: Any, row: int, owner: int, text: str) -> _Window:
    ids = batch["input_ids"][row].tolist()
    pieces = {}
    for column, (part, span) in enumerate(
        zip(batch.sequence_ids(row), batch["offset_mapping"][row].tolist(), strict=True)
    ):
        piece = without_blanks(text, (span[0], span[1])) if part == 1 else None
        if piece is not None:
            pieces[column] = piece
    null = ids.index(tokenizer.cls_token_id) if tokenizer.cls_token_id in ids else 0
    return _Window(owner, null, pieces)


def _load(files: ModelFiles, dtype: str) -> tuple[Any, Any]:
    run_offline()
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer

    only = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokenizer = AutoTokenizer.from_pretrained(files.folder, **only)
        model, report = AutoModelForQuestionAnswering.from_pretrained(
            files.folder,
            use_safetensors=True,
            dtype=torch.float32,  # else one published in half precision would compute in it
            output_loading_info=True,
            **only,
        )
    except Exception as error:  # each library that reads a file of it has errors of its own
        raise ModelError(f"the reader {files.name!r} cannot be loaded: {error}") from error
    _check_weights(files, sorted(report["missing_keys"]))
    check_tokenizer(tokenizer, files)
    tokenizer.padding_side = "right"  # so that columns stay when padding is cut off
    return ready(model, model.config.num_labels, dtype), tokenizer


def _check_weights(files: ModelFiles, missing: list[str]) -> None:
    """Refuse weights that lack some: the library would fill them in at random."""
    if missing:
        raise ModelError(
            f"the weights of the reader {files.name!r} lack {len(missing)} tensors, "
            f"{missing[0]!r} first; get the whole model, trained to answer questions"
        )
