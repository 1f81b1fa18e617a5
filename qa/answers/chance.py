"""How likely it is that a question can be answered, and that the first passage answers it.

Stage one knows whether a release speaks of what is asked, the reader whether a passage
answers. These signs are weighed by two logistic models, fitted on questions about releases
that the reader was not trained on: whether anything answers, which decides on refusing, and,
from the same signs and the first model's log-odds, whether the first passage does, which is
the probability that an answer carries.

Source: Platt, "Probabilistic Outputs for Support Vector Machines", 1999.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from qa.answers.refuse import nearness, unknown_share
from qa.index.generation import Generation
from qa.reading import Middles
from qa.retrieval.asked import Asked
from qa.retrieval.search import Found

# A corpus may draw chances together or apart by this much; more is noise of its few probes.
STRETCH = (0.5, 2.0)


def logistic(log_odds: float) -> float:
    """Give the probability that log-odds stand for."""
    return float(np.exp(-np.logaddexp(0, -log_odds)))  # 1 / (1 + exp) would overflow


def log_odds(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Give the log-odds as fitted: the weighted sum of the signs, and "bias"."""
    return weights["bias"] + sum(
        weight * signs[name] for name, weight in weights.items() if name != "bias"
    )


def moved(total: float, here: Middles, there: Middles) -> float:
    """Lay the middles of this corpus onto those of the corpus that the weights were fitted on.

    Never downwards: a probe repeats words of its release, so among few releases it looks easier
    than what people ask, and would have their questions refused.

    Args:
        total: Log-odds as fitted.
        here: Where the probes of this corpus lie.
        there: Where those of the other corpus lie.
    """
    apart_here = here.answered - here.unanswered
    apart_there = there.answered - there.unanswered
    told_apart = apart_here > 0 and apart_there > 0  # else they only tell where the middle lies
    stretch = np.clip(apart_there / apart_here, *STRETCH) if told_apart else 1.0
    middle_here = (here.answered + here.unanswered) / 2
    middle_there = (there.answered + there.unanswered) / 2
    return max(total, float(middle_there + (total - middle_here) * stretch))


def signs_of(asked: Asked, generation: Generation, found: Found) -> dict[str, float]:
    """Give what speaks for and against the first of the ranked paragraphs, which was read."""
    first = found.paragraphs[0]
    if first.read is None:
        raise ValueError("the first paragraph was not read: nothing can be said of it")
    release_of = generation.columns.release_of
    own = release_of[first.row]
    scores = np.array([one.score for one in found.paragraphs if one.read is not None])
    others = [one for one in found.paragraphs[1:] if one.read and release_of[one.row] != own]
    by_release = {release.row: release for release in found.releases}
    rows = np.array([int(own)])
    return {
        "score": first.score,
        "share": float(np.exp(first.score - np.logaddexp.reduce(scores))),
        "lead": first.score - max((one.score for one in others), default=first.score - 10),
        "reader": first.read.reading.score,
        "span": first.read.reading.span_score,
        "page_answers": first.read.page_answers,
        "release": by_release[int(own)].score,
        "release_lead": by_release[int(own)].score - max(r.score for r in found.releases),
        "coverage": float(generation.release_terms.coverage(asked.terms, rows)[0]),
        "nearness": nearness(asked, generation, first),
        "names_missing": _missing(asked.names, generation, int(own)),
        "unknown": unknown_share(asked.terms, generation.release_terms),
        # Read alone, a follow-up seems to be answered nowhere.
        "follow_up": float(asked.own_encoded is not asked.encoded),
        "figure_missing": float(asked.form.number and not generation.columns.traits[first.row, 0]),
    }


def _missing(names: Sequence[str], generation: Generation, release: int) -> float:
    """Give which share of some names and figures a release lacks, rare ones counting more."""
    covered = generation.release_terms.coverage(names, np.array([release]))
    return 1.0 - float(covered[0]) if names else 0.0
