"""Find the words of somebody: paragraphs whose speaker has the name that a question asks for.

Who speaks in each paragraph is in the catalogue, so only releases that may hold the name are
looked at: the candidates, and the best of those that have the name at all, also misspelt.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from qa.index.columns import TRAITS
from qa.index.generation import Generation
from qa.index.reads import TermReads
from qa.language.same_name import same_person

NAMED = 60  # releases more that hold the name
NEAR = 5  # spellings of a name that no release has
# Log-odds that others are put back by: releases at stage one, paragraphs at stage two.
NOT_SAID_IN, NOT_SAID = -3.0, -2.0


def releases_naming(
    terms: Sequence[str], generation: Generation, allowed: NDArray[np.bool_]
) -> list[int]:
    """Give releases that hold a name, by its terms or those spelt nearly so; the best by BM25."""
    lexical = generation.release_terms
    spelt = [near for term in terms for near in _spellings(term, lexical)]
    scores = np.where(allowed, lexical.score(spelt), np.float32(0))
    best = np.argsort(-scores, kind="stable")[:NAMED]
    return [int(row) for row in best if scores[row] > 0]


def said_by(name: str, generation: Generation, releases: Sequence[int]) -> dict[int, list[int]]:
    """Give the rows of paragraphs that somebody of a name speaks in, by release row."""
    speech = generation.columns.traits[:, TRAITS.index("is_speech")]
    rows = [row for one in releases for row in generation.columns.rows_of(one) if speech[row] > 0]
    said: dict[int, list[int]] = {}
    for row, paragraph in generation.catalogue.paragraphs(int(row) for row in rows).items():
        speaker = paragraph.speaker
        if speaker is not None and speaker.name and same_person(name, speaker.name):
            said.setdefault(int(generation.columns.release_of[row]), []).append(row)
    return said


def _spellings(term: str, lexical: TermReads) -> list[str]:
    if lexical.knows(term):
        return [term]
    near = process.extract(
        term,
        lexical.dfs().keys(),
        scorer=DamerauLevenshtein.distance,
        score_cutoff=2,
        limit=NEAR,
    )
    return [found[0] for found in near]
