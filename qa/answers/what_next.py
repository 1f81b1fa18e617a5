"""Quote what the next release of a matter says, after the one that was quoted before.

Reads    an `Onward`
Gives    a quote of the next release with why it is linked, or None
"""

from typing import Any

from qa.answers.cite import quote_opening
from qa.answers.links import linked_to
from qa.answers.story import later_than
from qa.answers.whole_release import opening_of, row_of, stage_at, text_of
from qa.index.generation import Generation
from qa.language.matters import tells_of
from qa.questions.what_next import Onward
from qa.records import Quote
from qa.retrieval.scope import Scope


def quote_onward(
    onward: Onward, generation: Generation, scope: Scope, stemmer: Any
) -> tuple[Quote, str] | None:
    """Quote the opening of the next release of the matter, and say why it is taken for the same.

    None if no later one is known in scope. Where a stage is asked for, also None if the release
    quoted before speaks of it itself: then it may have the answer.
    """
    row = row_of(onward.release, generation)
    if row is None or (onward.stage and tells_of(onward.stage, text_of(row, generation))):
        return None
    linked = linked_to(row, generation, stemmer)
    for other in later_than(row, linked, generation):
        if scope.releases[other] and onward.stage in ("", stage_at(other, generation)):
            opening = opening_of(other, generation)
            return quote_opening(opening, generation, scope), linked[other]
    return None
