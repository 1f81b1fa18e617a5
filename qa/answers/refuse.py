"""Decide whether the best paragraph answers at all, and say honestly when none does.

Two signs are safe enough to refuse by. A question is off the subject if more than a third
of its terms occur nowhere in the corpus, or if even the best paragraph is far from it in
meaning. What is *near* but does not answer cannot be told from an answer by retrieval
scores: measured, questions written to be near misses score higher than answerable ones.
"""

from collections.abc import Sequence

import numpy as np

from qa.index.generation import Generation
from qa.index.reads import TermReads
from qa.records import Hit, Reason, Refusal, Searched
from qa.retrieval.asked import Asked
from qa.retrieval.paragraphs import FoundParagraph

# None of 1,400 training questions, which are all answerable, has more than 0.29.
MAX_UNKNOWN = 1 / 3
# MaxSim + cosine of the best paragraph; 0.5 % of those training questions lie below it.
MIN_NEARNESS = 0.78


def fits(asked: Asked, generation: Generation, best: FoundParagraph) -> bool:
    """Tell whether the best paragraph is near enough to the question to be its answer."""
    if unknown_share(asked.terms, generation.release_terms) > MAX_UNKNOWN:
        return False
    near = asked.fitted.near if asked.fitted is not None else MIN_NEARNESS
    return nearness(asked, generation, best) >= near


def unknown_share(terms: Sequence[str], lexical: TermReads) -> float:
    """Give which share of the distinct terms occurs in no release at all, 0 to 1."""
    distinct = set(terms)
    unknown = sum(not lexical.knows(term) for term in distinct)
    return unknown / len(distinct) if distinct else 0.0


def nearness(asked: Asked, generation: Generation, best: FoundParagraph) -> float:
    """Give MaxSim + cosine of a paragraph with the question and its context, in [-2, 2]."""
    row = np.array([best.row], dtype=np.int64)
    max_sim = generation.pieces.max_sim(asked.encoded, row)[0]
    return float(max_sim + generation.dense.cosines(asked.encoded.vector, row)[0])


def refusal(reason: Reason, searched: Searched, nearest: Hit | None = None) -> Refusal:
    """Say why nothing is quoted, what was searched, and what to try."""
    looked = f"{searched.releases:,} release{'' if searched.releases == 1 else 's'}"
    messages: dict[Reason, str] = {
        "nothing_fits": (
            f"No passage in the {looked} searched answers this. "
            f"Try other words, name the place, the operation or the people, or take filters off."
        ),
        "nothing_in_scope": "No release fits the filters. Widen the areas or the publish dates.",
        "nothing_left": "That is all of this release; every passage of it was quoted.",
        "no_words": (
            f"The question names nothing to look for in the {looked}. "
            f"Ask in a few words, for example: How many people were arrested?"
        ),
        "nothing_later": (
            f"No later release of the same matter is known in the {looked} searched. "
            f"To look for more of it, ask again and name the place or the people."
        ),
    }
    refused = Refusal(reason, messages[reason], nearest)
    count = searched.undated_left_out
    if not count:
        return refused
    were = "was" if count == 1 else "were"
    left_out = f"{count:,} without a known publish date {were} left out."
    return refused.noting("undated_left_out", left_out)
