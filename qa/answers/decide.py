"""Decide whether what was found is shown as an answer, or refused.

With a reader that was fitted, by the chance that the first passage answers; without one, by
the two signs that retrieval alone gives.
"""

from dataclasses import dataclass

from qa.answers.chance import chance, signs_of
from qa.answers.refuse import fits
from qa.index.generation import Generation
from qa.reading import Middles, Reader
from qa.retrieval.asked import Asked
from qa.retrieval.search import Found


@dataclass(frozen=True, slots=True)
class Decided:
    """Whether the first passage is shown as an answer.

    Attributes:
        answers: True to show it.
        chance: Calibrated probability that it answers; None if nothing was calibrated.
    """

    answers: bool
    chance: float | None = None


def decide(asked: Asked, generation: Generation, found: Found, reader: Reader | None) -> Decided:
    """Decide by the first of the paragraphs found, of which there is at least one."""
    first = found.paragraphs[0]
    if reader is None or reader.chances is None or first.read is None:
        return Decided(fits(asked, generation, first))
    signs = signs_of(asked, generation, found)
    sure = chance(signs, reader.chances, _middles(generation, reader))
    return Decided(sure >= reader.chances.refuse_below, sure)


def _middles(generation: Generation, reader: Reader) -> Middles | None:
    """Give what the build's probes found, if they were read by this very reader."""
    record = generation.manifest.reader
    return record.middles if record and record.fingerprint == reader.fingerprint else None
