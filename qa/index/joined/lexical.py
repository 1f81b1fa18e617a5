"""BM25 over base and delta, with the base's statistics.

A score is a sum over terms, each weighed by how rare it is (idf) and by the length of the text
beside the mean. For scores of base and delta to be comparable, both must be reckoned with the same
numbers, and those of the base are in its file. So the delta takes the idf of a term and the mean
length from the base; only a term that no text of the base has gets its idf from the delta, among
all texts of both. The delta is a small share of the base, so both differ little from what a whole
build would give.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.index.lexical import K1, B, Lexical, coverage_of, idf_of
from qa.index.reads import TermReads


def build_lexical_beside(base: Lexical, texts: Sequence[Sequence[str]]) -> Lexical:
    """Index texts, given as their terms, with the statistics of a base."""
    counts = [Counter(text) for text in texts]
    df = Counter(term for count in counts for term in count)
    vocabulary = {term: number for number, term in enumerate(sorted(df))}
    idf = {term: _idf(base, term, df[term], len(texts)) for term in df}
    mean = base.mean_length or 1.0
    entries = sorted(
        (vocabulary[term], row, idf[term] * tf / (tf + K1 * (1 - B + B * len(text) / mean)))
        for row, (text, count) in enumerate(zip(texts, counts, strict=True))
        for term, tf in count.items()
    )
    numbers, rows, scores = zip(*entries, strict=True) if entries else ((), (), ())
    return Lexical(
        vocabulary,
        np.searchsorted(numbers, np.arange(len(vocabulary) + 1)).astype(np.int32),
        np.array(rows, dtype=np.int32),
        np.array(scores, dtype=np.float32),
        len(texts),
        base.mean_length,
    )


class JoinedLexical:
    """The terms of both, asked as `Lexical` is."""

    def __init__(self, base: TermReads, delta: TermReads) -> None:
        self._base, self._delta = base, delta
        self.n = base.n + delta.n

    def knows(self, term: str) -> bool:
        """Tell whether any text has a term."""
        return self._base.knows(term) or self._delta.knows(term)

    def df(self, term: str) -> int:
        """Count the texts that have a term, dead ones among them."""
        return self._base.df(term) + self._delta.df(term)

    def dfs(self) -> dict[str, int]:
        """Give every term with the number of texts that have it, dead ones among them."""
        return dict(Counter(self._base.dfs()) + Counter(self._delta.dfs()))

    def idf(self, term: str) -> float:
        """Give how rare a term is."""
        return _idf(self._base, term, self._delta.df(term), self._delta.n)

    def score(self, query_terms: Sequence[str]) -> NDArray[np.float32]:
        """Give the BM25 score of every text, shape (n,); see `Lexical.score`."""
        return np.concatenate([part.score(query_terms) for part in (self._base, self._delta)])

    def score_of(self, query_terms: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give the BM25 score of some texts, shape of `texts`."""
        in_delta = texts >= self._base.n
        scores = np.empty(len(texts), dtype=np.float32)
        scores[~in_delta] = self._base.score_of(query_terms, texts[~in_delta])
        scores[in_delta] = self._delta.score_of(query_terms, texts[in_delta] - self._base.n)
        return scores

    def coverage(self, query_terms: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give which share of the query some texts hold at all; see `Lexical.coverage`."""
        return coverage_of(self, query_terms, texts)

    def having(self, term: str, texts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some texts have a term."""
        in_delta = texts >= self._base.n
        found = np.empty(len(texts), dtype=bool)
        found[~in_delta] = self._base.having(term, texts[~in_delta])
        found[in_delta] = self._delta.having(term, texts[in_delta] - self._base.n)
        return found

    def texts_with(self, term: str) -> NDArray[np.int64]:
        """Give all texts that have a term, in order; dead ones among them."""
        beyond = self._delta.texts_with(term) + self._base.n
        return np.concatenate([self._base.texts_with(term), beyond])


def _idf(base: TermReads, term: str, df: int, n: int) -> float:
    """Give the idf of a term that `df` of `n` further texts have."""
    return base.idf(term) if base.knows(term) else idf_of(df, base.n + n)
