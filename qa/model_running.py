"""What every transformer model here shares when it runs on the processor.

The number format, the threads, working offline, text that a tokenizer takes, and batches
that are little padded. The models that embed and those that read are set up alike.

Reads    `Settings.dtype`, texts, lengths in word pieces
Imports  nothing from qa
"""

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, TypeVar

# Word pieces in one forward pass. Measured on 2 cores: 1k to 3k alike, 8k slower.
BATCH_PIECES = 2048
_BLANK = re.compile(r"\s")
_SURROGATE = re.compile("[\ud800-\udfff]")

_Made = TypeVar("_Made")
_Job = TypeVar("_Job")


class Once(Generic[_Made]):
    """A value that is made when first asked for, and once, whatever threads ask.

    >>> once = Once(list)
    >>> once() is once()
    True
    """

    def __init__(self, make: Callable[[], _Made]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: list[_Made] = []

    def __call__(self) -> _Made:
        """Give the value."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
        return self._made[0]


def number_format(dtype: str) -> str:
    """Choose bfloat16 where the processor multiplies it natively; elsewhere it is slower."""
    if dtype != "auto":
        return dtype
    try:
        processor = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return "float32"
    return "bfloat16" if re.search(r"\b(?:avx512_bf16|amx_bf16)\b", processor) else "float32"


def use_threads(n: int) -> None:
    """Let torch compute with `n` threads, in the whole process."""
    import torch

    if torch.get_num_threads() != n:
        torch.set_num_threads(n)


def cores() -> int:
    """Count the processor cores that this process may use."""
    return len(os.sched_getaffinity(0))


def in_turn(
    work: Callable[[_Job], _Made], jobs: Iterable[_Job], *, threads: int, ahead: int
) -> Iterator[_Made]:
    """Do jobs on threads, some ahead of what is asked for; give what they made, in order.

    Args:
        work: Does one job.
        jobs: Taken when there is room, so they may be endless.
        threads: How many jobs are done at once.
        ahead: How many are begun beyond the one that is asked for.

    >>> list(in_turn(abs, [-3, 2, -1], threads=2, ahead=1))
    [3, 2, 1]
    """
    pool = ThreadPoolExecutor(threads)
    begun: deque[Future[_Made]] = deque()
    try:
        for job in jobs:
            begun.append(pool.submit(work, job))
            if len(begun) > ahead:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:  # also when no more is asked for, or a job failed
        pool.shutdown(cancel_futures=True)


def run_offline() -> None:
    """Keep the libraries from the network and from drawing bars; call it before a load."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # everything is on disk by now
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from transformers.utils import logging

    logging.disable_progress_bar()


def tokenizable(text: str) -> str:
    r"""Give the text as a tokenizer takes it: every character keeps its place.

    A newline or tab is a blank to a model, and half a surrogate pair is an error to it.

    >>> tokenizable("a\tb")
    'a b'
    """
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _BLANK.sub(" ", text))


def batches_by_length(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Group texts of like length, longest first, so the time left is never underrated.

    Args:
        lengths: Word pieces of each text.

    Yields:
        Places in `lengths`, at least one; padded, they hold at most `BATCH_PIECES`, unless
        it is one alone.
    """
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda place: -lengths[place]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > BATCH_PIECES:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def in_bfloat16(model: Any, head: Any = None) -> Any:
    """Cast the matrices of a model to bfloat16, in place, for use under `autocast`.

    Autocast alone would cast them for every batch: measured 8 % slower, the same values.

    Args:
        model: A torch module.
        head: Its linear layer that gives scores, if any. It computes in float32, since
            scores of eight significant bits tie: 8.02 and 8.04 are both 8.0.
    """
    import torch

    def exact(values: Any) -> Any:
        with torch.autocast("cpu", enabled=False):
            return torch.nn.functional.linear(values.float(), head.weight, head.bias)

    for part in model.modules():
        if isinstance(part, torch.nn.Linear) and part is not head:
            part.to(torch.bfloat16)
    if head is not None:
        head.forward = exact
    return model
