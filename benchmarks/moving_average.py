"""What every training does with a network: its upper layers learn, their average is the result.

The moving average of the weights is steadier than the last weights.
"""

import ctypes
from collections.abc import Sequence
from typing import Any

import torch

from qa.errors import UsageError


class MovingAverage:
    """The moving average of some parameters.

    Attributes:
        kept: The averages, one a parameter.
    """

    def __init__(self, parameters: Sequence[Any], decay: float) -> None:
        self._parameters, self._decay = parameters, decay
        self.kept = [parameter.detach().clone() for parameter in parameters]

    def follow(self) -> None:
        """Go a little of the way to where the parameters are now."""
        for kept, parameter in zip(self.kept, self._parameters, strict=True):
            kept.lerp_(parameter.detach(), 1 - self._decay)

    def put_in(self) -> None:
        """Give the parameters their averages."""
        with torch.no_grad():
            for kept, parameter in zip(self.kept, self._parameters, strict=True):
                parameter.copy_(kept)


def let_upper_learn(transformer: Any, layers: int) -> None:
    """Let only the upper layers of a transformer learn.

    Args:
        transformer: A torch module whose layers are `encoder.layer`.
        layers: How many, from the top.

    Raises:
        UsageError: It has fewer.
    """
    there = transformer.encoder.layer
    if layers > len(there):
        raise UsageError(f"the base has {len(there)} layers; {layers} cannot be trained")
    transformer.requires_grad_(False)
    for layer in there[len(there) - layers :]:
        layer.requires_grad_(True)


def keep_freed_memory() -> None:
    """Let the C library keep what is freed, where it can be told to.

    Every step needs tensors of the sizes that the one before gave back. Fresh pages for them
    made a step take 0.92 s instead of 0.80.
    """
    tell = getattr(ctypes.CDLL(None), "mallopt", None)
    if tell is not None:
        trim_threshold, top_pad, mmap_max = -1, -2, -4  # as in malloc.h
        for option, value in ((mmap_max, 0), (trim_threshold, 2**31 - 1), (top_pad, 200 << 20)):
            tell(option, value)
