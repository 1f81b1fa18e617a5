"""Fit the weights of stage two, and show where to refuse.

    python -m benchmarks.fit_weights QUESTIONS.jsonl --index DIR [--limit 1400]

The questions are lines of {"release", "question", "answers": [...]}, as in training data:
each answer is a substring of one paragraph of the release. Half of them, by release, fit;
the other half is scored, so that what is printed was not fitted to.

Paragraphs: softmax over those of the five releases found, the ones that hold an answer
being right. Refusing: the lowest nearness and the highest share of unknown terms that these
answerable questions have.
"""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from qa.answers.refuse import nearness, unknown_share
from qa.assistant import RELEASES_READ, Assistant
from qa.index.lexical import new_stemmer
from qa.records import Query
from qa.retrieval.asked import make_ready
from qa.retrieval.paragraphs import WEIGHTS, features, rank_paragraphs
from qa.retrieval.releases import find_releases
from qa.retrieval.scope import scope_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """One training question as ranking and refusing see it.

    Attributes:
        release: Path of the release that answers.
        features: Shape (n, f) of the paragraphs looked at.
        holds: Shape (n,): which of them hold an answer.
        nearness: MaxSim + cosine of the best paragraph.
        unknown: Share of terms that no release has.
    """

    release: str
    features: Floats
    holds: NDArray[np.bool_]
    nearness: float
    unknown: float


def main() -> None:
    """Fit on one half of the questions, and print weights and scores on the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--index", default="index")
    parser.add_argument("--limit", type=int, default=1400)
    options = parser.parse_args()

    with Assistant.open(options.index) as desk:
        examples = list(_examples(desk, options.questions, options.limit))
    releases = sorted({example.release for example in examples})
    kept = set(np.random.default_rng(0).permutation(releases)[: len(releases) // 2].tolist())
    fit = [example for example in examples if example.release in kept]
    judge = [example for example in examples if example.release not in kept]
    print(f"{len(fit)} questions to fit, {len(judge)} to judge")

    weights = fit_ranking(fit)
    print(json.dumps(dict(zip(WEIGHTS, weights.round(2).tolist(), strict=True)), indent=1))
    for name, some in (("fit", fit), ("judge", judge)):
        print(name, "success@1, @3, @5:", *success(some, weights))

    lowest = np.quantile([example.nearness for example in examples], [0.005, 0.01, 0.05])
    print("nearness, lowest 0.5 %, 1 %, 5 %:", lowest.round(3).tolist())
    print("unknown share, highest:", max(example.unknown for example in examples))


def fit_ranking(examples: Sequence[Example], decay: float = 1e-3) -> Floats:
    """Maximise the mean log share of the softmax that falls on paragraphs holding an answer."""
    usable = [example for example in examples if example.holds.any()]

    def loss(weights: Floats) -> float:
        shares = [
            logsumexp((example.features @ weights)[example.holds])
            - logsumexp(example.features @ weights)
            for example in usable
        ]
        return float(decay * weights @ weights - np.mean(shares))

    return np.asarray(minimize(loss, np.zeros(len(WEIGHTS)), method="L-BFGS-B").x)


def success(examples: Sequence[Example], weights: Floats) -> list[float]:
    """Give success@1, @3 and @5 over all examples."""
    orders = [np.argsort(-(e.features @ weights), kind="stable") for e in examples]
    return [
        round(
            float(np.mean([e.holds[o[:k]].any() for e, o in zip(examples, orders, strict=True)])), 3
        )
        for k in (1, 3, 5)
    ]


def _examples(desk: Assistant, questions: Path, limit: int) -> "list[Example]":
    lines = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    usable = [line for line in lines if line["answers"]]
    order = np.random.default_rng(1).permutation(len(usable))[:limit]
    rows = {record.path: row for row, record in enumerate(desk.generation.manifest.releases)}
    return [_example(desk, usable[i], rows[usable[i]["release"]]) for i in order]


def _example(desk: Assistant, line: dict[str, str | list[str]], row: int) -> Example:
    query = Query(str(line["question"]))
    asked = make_ready(query, desk.encoder, new_stemmer())
    scope = scope_of(query, desk.generation.columns)
    found = find_releases(asked, desk.generation, scope, RELEASES_READ)
    best = rank_paragraphs(asked, desk.generation, found)[0]
    rows = np.concatenate([release.rows for release in found])
    texts = desk.generation.catalogue.paragraphs(rows.tolist())
    answers = [_folded(answer) for answer in line["answers"]]
    holds = [
        desk.generation.columns.release_of[i] == row
        and any(answer in _folded(texts[int(i)].text) for answer in answers)
        for i in rows
    ]
    return Example(
        str(line["release"]),
        features(asked, desk.generation, found),
        np.array(holds),
        nearness(asked, desk.generation, best),
        unknown_share(asked.terms, desk.generation.release_terms),
    )


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text)


if __name__ == "__main__":
    main()
