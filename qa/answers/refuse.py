"""Decide whether the best paragraph answers at all, and say honestly when none does.

Two signs tell an answer from a near miss: how much of what the question names (by idf)
stands in the release and in the paragraph, and how near their word pieces are to the
question's. They are weighed by a logistic model fitted on training questions, asked of the
corpus as it is (an answer is there) and without the releases that answer (none is).
"""

from collections.abc import Sequence

import numpy as np

from qa.index.generation import Generation
from qa.index.lexical import Lexical
from qa.records import Hit, Refusal, Searched
from qa.retrieval.asked import Asked
from qa.retrieval.paragraphs import FoundParagraph

# Fitted by `python -m benchmarks.fit_weights`; an answer is given where the sum is positive.
WEIGHTS = {
    "constant": 0.0,
    "release_cover": 0.0,
    "paragraph_cover": 0.0,
    "max_sim": 0.0,
    "cosine": 0.0,
}


def fits(asked: Asked, generation: Generation, best: FoundParagraph) -> bool:
    """Tell whether the best paragraph is near enough to the question to be its answer."""
    return float(np.dot(list(WEIGHTS.values()), signs(asked, generation, best))) > 0


def signs(asked: Asked, generation: Generation, best: FoundParagraph) -> list[float]:
    """Give what tells an answer from a near miss, in the order of `WEIGHTS`."""
    release = int(generation.columns.release_of[best.row])
    row = np.array([best.row], dtype=np.int64)
    return [
        1.0,
        cover(asked.terms, generation.release_terms, release),
        cover(asked.terms, generation.paragraph_terms, best.row),
        best.max_sim,
        float(generation.dense.cosines(asked.encoded.vector, row)[0]),
    ]


def cover(terms: Sequence[str], lexical: Lexical, row: int) -> float:
    """Give which share of the question's terms, weighed by idf, one text holds: 0 to 1."""
    weights = {term: lexical.idf(term) for term in terms}
    total = sum(weights.values())
    held = sum(weight for term, weight in weights.items() if lexical.holds(term, row))
    return held / total if total else 0.0


def refusal(reason: str, searched: Searched, nearest: Hit | None = None) -> Refusal:
    """Say why nothing is quoted, what was searched, and what to try."""
    looked = f"{searched.releases:,} release{'' if searched.releases == 1 else 's'}"
    messages = {
        "nothing_fits": (
            f"No passage in the {looked} searched answers this. "
            f"Try other words, or name the place, the operation or the people."
        ),
        "nothing_in_scope": "No release fits the filters. Widen the areas or the publish dates.",
        "no_words": (
            f"The question names nothing to look for in the {looked}. "
            f"Ask in a few words, for example: How many people were arrested?"
        ),
    }
    message = messages[reason]
    if searched.undated_left_out:
        count = searched.undated_left_out
        message += (
            f" {count:,} without a known publish date {'was' if count == 1 else 'were'} left out."
        )
    return Refusal(reason, message, nearest)
