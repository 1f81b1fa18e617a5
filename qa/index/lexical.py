"""Lexical retrieval: BM25 over stemmed terms.

Variant: Lucene's, idf = ln(1 + (N - df + 0.5) / (df + 0.5)), k1 = 1.5, b = 0.75, computed by
bm25s, which scores every text when the index is built; a query only adds columns up.
Terms are numbered in sorted order, so the same texts give the same bytes.

Source: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond",
2009; Lù, "BM25S: Orders of magnitude faster lexical search via eager sparse scoring", 2024.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.index.files import CheckedFiles, Records, write_array, write_file

K1, B = 1.5, 0.75
_ARRAYS = ("indptr", "rows", "scores")


@dataclass(frozen=True, slots=True)
class Lexical:
    """BM25 scores of n texts, by term.

    Attributes:
        vocabulary: Number of each term.
        indptr: Shape (terms + 1,): term i has the entries indptr[i] to indptr[i + 1].
        rows: Shape (entries,): the text of each entry, ascending within a term.
        scores: Shape (entries,): what the term adds to that text's score.
        n: Texts.
        mean_length: Of a text, in terms: the one that the scores were reckoned with.
    """

    vocabulary: dict[str, int]
    indptr: NDArray[np.int32]
    rows: NDArray[np.int32]
    scores: NDArray[np.float32]
    n: int
    mean_length: float

    def score(self, query_terms: Sequence[str]) -> NDArray[np.float32]:
        """Give the BM25 score of every text, shape (n,); 0 where no term occurs.

        A term that is asked for twice counts twice.
        """
        known = [self.vocabulary[term] for term in query_terms if term in self.vocabulary]
        if not known:
            return np.zeros(self.n, dtype=np.float32)
        scores: NDArray[np.float32] = self._bm25().get_scores_from_ids(known)
        return scores

    def score_of(self, query_terms: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give the BM25 score of some texts, shape of `texts`; the others are not looked at.

        It is `score(query_terms)[texts]`, to the last bit.
        """
        scores = np.zeros(len(texts), dtype=np.float32)
        for term in query_terms:
            having, entries = self._entries_of(term, texts)
            scores[having] += self.scores[entries]
        return scores

    def coverage(self, query_terms: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give which share of the query, rare terms counting more (idf), some texts hold at all.

        Shape of `texts`, in [0, 1]. A term that no text holds counts as the rarest.
        """
        return coverage_of(self, query_terms, texts)

    def knows(self, term: str) -> bool:
        """Tell whether any text has a term."""
        return term in self.vocabulary

    def df(self, term: str) -> int:
        """Count the texts that have a term."""
        start, end = self._column(term)
        return end - start

    def dfs(self) -> dict[str, int]:
        """Give every term with the number of texts that have it."""
        counts = np.diff(self.indptr).tolist()
        return {term: counts[number] for term, number in self.vocabulary.items()}

    def idf(self, term: str) -> float:
        """Give how rare a term is."""
        return idf_of(self.df(term), self.n)

    def having(self, term: str, texts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some texts have a term."""
        return self._entries_of(term, texts)[0]

    def texts_with(self, term: str) -> NDArray[np.int64]:
        """Give all texts that have a term, in order."""
        start, end = self._column(term)
        return self.rows[start:end].astype(np.int64)

    def _entries_of(
        self, term: str, texts: NDArray[np.int64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Give which of some texts have a term, and the entries of those that do, in order."""
        start, end = self._column(term)
        column = self.rows[start:end]  # ascending; a term has one entry a text
        wanted = texts.astype(column.dtype)  # else the whole column would be widened
        places = np.searchsorted(column, wanted)
        having = places < len(column)
        having[having] = column[places[having]] == wanted[having]
        return having, start + places[having]

    def _column(self, term: str) -> tuple[int, int]:
        number = self.vocabulary.get(term)
        if number is None:
            return 0, 0
        return int(self.indptr[number]), int(self.indptr[number + 1])

    def _bm25(self) -> Any:
        bm25 = _new_bm25()
        bm25.scores = {
            "data": self.scores,
            "indices": self.rows,
            "indptr": self.indptr,
            "num_docs": self.n,
        }
        bm25.nonoccurrence_array = None
        return bm25


class Weighed(Protocol):
    """Texts of which it is known which have a term, and how rare that is."""

    def idf(self, term: str) -> float:
        """Give how rare a term is."""

    def having(self, term: str, texts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some texts have a term."""


def coverage_of(
    lexical: Weighed, query_terms: Sequence[str], texts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Give which share of a query some texts hold; see `Lexical.coverage`."""
    total, covered = 0.0, np.zeros(len(texts), dtype=np.float32)
    for term in sorted(set(query_terms)):
        idf = lexical.idf(term)
        covered[lexical.having(term, texts)] += idf
        total += idf
    return covered / np.float32(max(total, 1e-6))


def idf_of(df: int, n: int) -> float:
    """Give the idf of a term that `df` of `n` texts have."""
    return float(np.log1p((n - df + 0.5) / (df + 0.5)))


def build_lexical(texts: Sequence[Sequence[str]]) -> Lexical:
    """Index texts that are given as their terms."""
    vocabulary = {
        term: number for number, term in enumerate(sorted({t for text in texts for t in text}))
    }
    if not vocabulary:
        empty = np.zeros(0, dtype=np.int32)
        return Lexical({}, np.zeros(1, np.int32), empty, np.zeros(0, np.float32), len(texts), 0.0)
    matrix = _new_bm25().build_index_from_ids(
        list(range(len(vocabulary))),
        [[vocabulary[term] for term in text] for text in texts],
        show_progress=False,
    )
    return Lexical(
        vocabulary,
        matrix["indptr"].astype(np.int32),
        matrix["indices"].astype(np.int32),
        matrix["data"].astype(np.float32),
        len(texts),
        sum(map(len, texts)) / len(texts),
    )


def write_lexical(lexical: Lexical, folder: Path, name: str) -> Records:
    """Write four files whose names begin with `name`; gives their records."""
    by_number = sorted(lexical.vocabulary, key=lexical.vocabulary.__getitem__)
    values = {"n": lexical.n, "mean_length": lexical.mean_length, "terms": by_number}
    data = json.dumps(values).encode()
    arrays = {f"{name}-{part}.npy": getattr(lexical, part) for part in _ARRAYS}
    return {
        f"{name}-terms.json": write_file(folder / f"{name}-terms.json", data),
        **{file: write_array(folder / file, array) for file, array in arrays.items()},
    }


def load_lexical(files: CheckedFiles, name: str) -> Lexical:
    """Read what `write_lexical` wrote."""
    data = json.loads(files.read(f"{name}-terms.json"))
    return Lexical(
        vocabulary={term: number for number, term in enumerate(data["terms"])},
        n=data["n"],
        mean_length=data["mean_length"],
        **{part: files.array(f"{name}-{part}.npy") for part in _ARRAYS},
    )


def _new_bm25() -> Any:
    # Its progress bars, drawn or not, would share a lock of the system with every process that is
    # forked from this one: one that is killed while it holds it would keep it for ever.
    os.environ.setdefault("DISABLE_TQDM", "1")
    # bm25s' numba backend would save 0.1 ms a question and cost 0.8 s at every start.
    import bm25s

    return bm25s.BM25(k1=K1, b=B, method="lucene")
