"""Fit the weights of stage two, and those that tell an answer from a near miss.

    python -m benchmarks.fit_weights QUESTIONS.jsonl --index DIR [--limit 700]

The questions are lines of {"release", "question", "answers": [...]}, as in training data:
each answer is a substring of one paragraph of the release. Half of them, by release, fit;
the other half is scored, so that what is printed was not fitted to.

Paragraphs: softmax over those of the five releases found, the ones that hold an answer
being right. Refusing: logistic regression; each question is asked of the corpus as it is,
and once more with the release that answers it left out.
"""

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logsumexp

from qa.answers.refuse import WEIGHTS as REFUSE
from qa.answers.refuse import signs
from qa.assistant import RELEASES_READ, Assistant
from qa.index.lexical import new_stemmer
from qa.records import Query
from qa.retrieval.asked import Asked, make_ready
from qa.retrieval.paragraphs import WEIGHTS, features, rank_paragraphs
from qa.retrieval.releases import find_releases
from qa.retrieval.scope import Scope, scope_of

Floats = NDArray[np.float64]
# The share of answerable training questions that may be refused.
COST = 0.04


@dataclass(frozen=True, slots=True)
class Example:
    """One training question as ranking and refusing see it.

    Attributes:
        release: Path of the release that answers.
        features: Shape (n, f) of the paragraphs looked at.
        holds: Shape (n,): which of them hold an answer.
        here: Signs with the release that answers in the corpus.
        absent: Signs without it.
    """

    release: str
    features: Floats
    holds: NDArray[np.bool_]
    here: list[float]
    absent: list[float]


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

    refuse = fit_refusing(fit)
    print(json.dumps(dict(zip(REFUSE, refuse.round(3).tolist(), strict=True)), indent=1))
    for name, some in (("fit", fit), ("judge", judge)):
        print(name, "answered: here, absent; AUROC:", *answered(some, refuse))


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


def fit_refusing(examples: Sequence[Example], decay: float = 1e-3) -> Floats:
    """Logistic regression; the constant is then set so that `COST` of the answerable go."""
    signs_ = np.array([e.here for e in examples] + [e.absent for e in examples])
    sides = np.repeat([1.0, -1.0], len(examples))

    def loss(weights: Floats) -> float:
        return float(decay * weights @ weights - log_expit(sides * (signs_ @ weights)).mean())

    weights = np.asarray(minimize(loss, np.zeros(len(REFUSE)), method="L-BFGS-B").x)
    here = signs_[: len(examples)] @ weights
    weights[0] -= np.quantile(here, COST)
    return weights


def success(examples: Sequence[Example], weights: Floats) -> list[float]:
    """Give success@1, @3 and @5 over all examples."""
    orders = [np.argsort(-(e.features @ weights), kind="stable") for e in examples]
    return [
        round(float(np.mean([e.holds[o[:k]].any() for e, o in zip(examples, orders)])), 3)
        for k in (1, 3, 5)
    ]


def answered(examples: Sequence[Example], weights: Floats) -> list[float]:
    """Give the share answered with and without the answer there, and the AUROC."""
    here = np.array([example.here for example in examples]) @ weights
    absent = np.array([example.absent for example in examples]) @ weights
    auroc = np.mean(expit(1e3 * (here[:, None] - absent[None, :])))
    return [round(float(value), 3) for value in ((here > 0).mean(), (absent > 0).mean(), auroc)]


def _examples(desk: Assistant, questions: Path, limit: int) -> "list[Example]":
    lines = [json.loads(line) for line in questions.read_text(encoding="utf-8").splitlines()]
    usable = [line for line in lines if line["answers"]]
    order = np.random.default_rng(1).permutation(len(usable))[:limit]
    rows = {
        record.path: row for row, record in enumerate(desk.generation.manifest.releases)
    }
    return [_example(desk, usable[i], rows[usable[i]["release"]]) for i in order]


def _example(desk: Assistant, line: dict[str, str | list[str]], row: int) -> Example:
    query = Query(str(line["question"]))
    asked = make_ready(query, desk.encoder, new_stemmer())
    scope = scope_of(query, desk.generation.columns)
    without = scope.releases.copy()
    without[row] = False
    found = find_releases(asked, desk.generation, scope, RELEASES_READ)
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
        _signs(asked, desk, scope),
        _signs(asked, desk, replace(scope, releases=without, is_all=False)),
    )


def _signs(asked: Asked, desk: Assistant, scope: Scope) -> list[float]:
    found = find_releases(asked, desk.generation, scope, RELEASES_READ)
    return signs(asked, desk.generation, rank_paragraphs(asked, desk.generation, found)[0])


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", text)


if __name__ == "__main__":
    main()
