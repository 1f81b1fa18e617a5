"""Lay out a question and a page as the token numbers that one forward pass reads.

    [CLS] question [SEP] title [SEP] paragraph [SEP] paragraph [SEP] ...

A page that is longer than the model's window becomes several sheets, each with question and
title. Every token of a paragraph remembers which paragraph, which sentence and which
characters it stands for, so that what the model says of tokens can be said of words.

Letters: t tokens of a sheet.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.language.sentences import sentence_spans
from qa.model_running import tokenizable
from qa.reading.reader import Page

Ints = NDArray[np.int32]

MAX_QUESTION = 64  # tokens of a question that are read; the longest of real ones has 45
MAX_TITLE = 32  # tokens of a title
MIN_ROOM = 16  # tokens of a sheet; with fewer there would be hardly any of a paragraph


@dataclass(frozen=True, slots=True)
class Sheet:
    """One forward pass' worth of a page.

    Attributes:
        page: Which page it is of, from 0.
        ids: Shape (t,): numbers of the tokens in the vocabulary.
        n_question: How many tokens, from the first, are the question's.
        paragraph: Shape (t,): which paragraph of the page each is in; -1 for none.
        sentence: Shape (t,): which sentence of that paragraph, from 0.
        start: Shape (t,): first character of the token in the paragraph's plain text.
        end: Shape (t,): one past its last character.
    """

    page: int
    ids: Ints
    n_question: int
    paragraph: Ints
    sentence: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A text as tokens: numbers, and characters they stand for."""

    ids: list[int]
    spans: list[tuple[int, int]]


def lay_out(tokenizer: Any, question: str, pages: Sequence[Page], room: int) -> list[Sheet]:
    """Lay out some pages, page by page.

    In a small room, question and title are cut further: they take three eighths of it at most.

    Args:
        tokenizer: A fast tokenizer with [CLS] and [SEP].
        question: The asker's words; of a long one the end is read, since what it leans on
            stands before it.
        pages: What is read.
        room: Tokens that a sheet may have, at least `MIN_ROOM`.

    Raises:
        ValueError: The room is too small.
    """
    if room < MIN_ROOM:
        raise ValueError(f"a sheet of {room} tokens is too small; it needs {MIN_ROOM} or more")
    texts = [question, *(text for page in pages for text in (page.title, *page.paragraphs))]
    tokens = iter(_tokenize(tokenizer, texts))
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    asked = [cls, *next(tokens).ids[-min(MAX_QUESTION, room // 4) :], sep]
    sheets: list[Sheet] = []
    for number, page in enumerate(pages):
        lead = [*asked, *next(tokens).ids[: min(MAX_TITLE, room // 8)], sep]
        paragraphs = [next(tokens) for _ in page.paragraphs]
        parts = [
            _part(index, begins, read, sep)
            for index, (begins, read) in enumerate(zip(_begins(page), paragraphs, strict=True))
        ]
        for body in _packed(parts, room - len(lead)):
            sheets.append(_sheet(number, lead, len(asked), body))
    return sheets


def _tokenize(tokenizer: Any, texts: Sequence[str]) -> list[_Tokens]:
    batch = tokenizer(
        [tokenizable(text) for text in texts],
        add_special_tokens=False,
        return_offsets_mapping=True,
        return_attention_mask=False,
        return_token_type_ids=False,
        verbose=False,
    )
    return [
        _Tokens(ids, spans)
        for ids, spans in zip(batch["input_ids"], batch["offset_mapping"], strict=True)
    ]


def _begins(page: Page) -> Sequence[Sequence[int]]:
    return page.sentences or [_begins_of(text) for text in page.paragraphs]


@lru_cache(maxsize=50_000)  # training lays the same paragraphs out again and again
def _begins_of(text: str) -> tuple[int, ...]:
    return tuple(start for start, _ in sentence_spans(text))


def _part(index: int, begins: Sequence[int], tokens: _Tokens, sep: int) -> Ints:
    """Give a paragraph as rows (id, paragraph, sentence, start, end), closed by a separator."""
    spans = np.array(tokens.spans, dtype=np.int32).reshape(-1, 2)
    sentence = np.maximum(np.searchsorted(begins, spans[:, 0], side="right") - 1, 0)
    part = np.empty((len(spans) + 1, 5), dtype=np.int32)
    part[:-1, 0] = tokens.ids
    part[:-1, 1] = index
    part[:-1, 2] = sentence
    part[:-1, 3:] = spans
    part[-1] = sep, -1, -1, 0, 0
    return part


def _packed(parts: Sequence[Ints], room: int) -> Iterator[Ints]:
    """Put whole paragraphs together while they fit; one that never fits is cut."""
    waiting: list[Ints] = []
    for part in parts:
        if waiting and sum(map(len, waiting)) + len(part) > room:
            yield np.concatenate(waiting)
            waiting = []
        while len(part) > room:
            yield part[:room]
            part = part[room:] if len(part) > room + 1 else part[:0]  # no separator on its own
        if len(part):
            waiting.append(part)
    if waiting:
        yield np.concatenate(waiting)


def _sheet(page: int, lead: Sequence[int], n_question: int, body: Ints) -> Sheet:
    none = np.full(len(lead), -1, dtype=np.int32)
    zero = np.zeros(len(lead), dtype=np.int32)
    return Sheet(
        page,
        np.concatenate([np.asarray(lead, dtype=np.int32), body[:, 0]]),
        n_question,
        np.concatenate([none, body[:, 1]]),
        np.concatenate([none, body[:, 2]]),
        np.concatenate([zero, body[:, 3]]),
        np.concatenate([zero, body[:, 4]]),
    )
