"""The release that a follow-up is about: looked at in any case, and others put back.

It is put where it is told from the others by little more than a guess: the answer before may have
been of another release. One that the question names ("the second one") leaves hardly a chance to
others.
"""

from qa.index.generation import Generation
from qa.records import Leaning

# Log-odds of stage one that other releases are put back by, see docs/design.md.
ANOTHER, NOT_NAMED = -8.0, -20.0


def carried_row(leaning: Leaning, generation: Generation) -> int | None:
    """Give the row of the release that is carried; None if none is, or it is there no more."""
    if leaning.release is None:
        return None
    return generation.rows_by_path.get(leaning.release)


def put_back(leaning: Leaning) -> float:
    """Give what is added to the score of every other release."""
    return NOT_NAMED if leaning.is_named else ANOTHER
