"""Decide whether what was found is shown as an answer, or refused.

With a reader that was fitted, by the chance that anything answers, and by the terms that no
release knows; without one, by the two signs that retrieval alone gives.
"""

from dataclasses import dataclass

from qa.answers.chance import log_odds, logistic, moved, signs_of
from qa.answers.refuse import MAX_UNKNOWN, fits
from qa.embedding import Encoder
from qa.index.generation import Generation
from qa.index.manifest import ReaderRecord
from qa.index.reuse import probed_with
from qa.reading import Chances, Middles, Reader
from qa.retrieval.asked import Asked
from qa.retrieval.search import Found


@dataclass(frozen=True, slots=True)
class Decided:
    """Whether the first passage is shown as an answer.

    Attributes:
        answers: True to show it.
        chance: Calibrated probability that the first passage answers; None if none was fitted.
    """

    answers: bool
    chance: float | None = None


def decide(
    asked: Asked,
    generation: Generation,
    found: Found,
    chances: Chances | None,
    here: Middles | None = None,
) -> Decided:
    """Decide by the first of the paragraphs found.

    Args:
        asked: The query.
        generation: Where it was looked for.
        found: At least one paragraph.
        chances: Of the reader; None if there is no reader, or nothing was fitted for it.
        here: Where that reader's probes of this corpus lie, if a build asked them.
    """
    first = found.paragraphs[0]
    if chances is None or first.read is None:
        return Decided(fits(asked, generation, first))
    signs = signs_of(asked, generation, found)
    answerable = log_odds(signs, chances.weights)
    if here is not None and chances.middles is not None:
        answerable = moved(answerable, here, chances.middles)
    right = answerable
    if chances.right is not None:
        right = log_odds({**signs, "answerable": answerable}, chances.right)
    # A reader that only ever saw questions about releases believes those off the subject too.
    on_subject = signs["unknown"] <= MAX_UNKNOWN
    return Decided(on_subject and logistic(answerable) >= chances.refuse_below, logistic(right))


def middles_of(generation: Generation, encoder: Encoder, reader: Reader | None) -> Middles | None:
    """Give what the build's probes found, if they were found and read by these very models."""
    record = generation.manifest.reader
    return record.middles if record and _is_probed_by(record, encoder, reader) else None


def probed_by_others(record: ReaderRecord | None, encoder: Encoder, reader: Reader | None) -> str:
    """Say so if the build's probes tell nothing of these models, though they should; else empty.

    The chances of this reader are then those of the corpus it was fitted on, and refusing
    is badly calibrated for this one.

    Args:
        record: The reader that the index was probed with; None if it was not.
        encoder: What reads the questions.
        reader: What reads the releases.
    """
    if reader is None or reader.chances is None or reader.chances.middles is None:
        return ""  # nothing is moved by probes
    if record is not None and _is_probed_by(record, encoder, reader):
        return ""
    by = "no reader" if record is None else f"the reader {record.name!r} as it was then"
    return (
        f"the index was built with {by} and is asked with {reader.name!r}, or questions are read "
        f"otherwise now: when to refuse is badly judged. Build it again: "
        f"python -m qa build --releases YOUR_RELEASES --index ITS_FOLDER"
    )


def _is_probed_by(record: ReaderRecord, encoder: Encoder, reader: Reader | None) -> bool:
    return reader is not None and record.fingerprint == probed_with(encoder, reader)
