"""BM25 on a server: the texts and scores of a question's terms are brought, and added up here.

What a term adds to the score of a text was reckoned by the build, with the statistics of all
texts, and is stored; so scores are those of a folder, to the last bit. How many texts have a term
is known here, and the columns of common terms are kept.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.engines.far.kept import Kept
from qa.engines.far.source import Stored
from qa.engines.far.tables import Row, Table
from qa.index.lexical import Lexical, coverage_of, idf_of

KEPT = 64 << 20  # bytes of columns


class FarLexical:
    """BM25 over n texts of a server; answers as `qa.index.lexical.Lexical` does."""

    def __init__(
        self,
        stored: Stored,
        table: Table,
        terms: dict[str, Any],
        indptr: NDArray[np.int32],
    ) -> None:
        """Take what is held here.

        Args:
            stored: Has the columns.
            table: Which has (term, rows, scores).
            terms: n, mean_length and terms in the order of their numbers.
            indptr: As `Lexical.indptr`.
        """
        self._stored, self._table = stored, table
        self._vocabulary = {term: number for number, term in enumerate(terms["terms"])}
        self._df = np.diff(indptr)
        self._mean_length: float = terms["mean_length"]
        self._kept = Kept(KEPT)
        self.n: int = terms["n"]

    def knows(self, term: str) -> bool:
        """Tell whether any text has a term."""
        return term in self._vocabulary

    def df(self, term: str) -> int:
        """Count the texts that have a term."""
        number = self._vocabulary.get(term)
        return 0 if number is None else int(self._df[number])

    def dfs(self) -> dict[str, int]:
        """Give every term with the number of texts that have it."""
        return dict(zip(self._vocabulary, self._df.tolist(), strict=True))

    def idf(self, term: str) -> float:
        """Give how rare a term is."""
        return idf_of(self.df(term), self.n)

    def score(self, query_terms: Sequence[str]) -> NDArray[np.float32]:
        """Give the BM25 score of every text; see `Lexical.score`."""
        return self._part(query_terms).score(query_terms)

    def score_of(self, query_terms: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give the BM25 score of some texts, shape of `texts`."""
        return self._part(query_terms).score_of(query_terms, texts)

    def coverage(self, query_terms: Sequence[str], texts: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give which share of the query some texts hold at all; see `Lexical.coverage`."""
        self._part(query_terms)  # brings all of them at once
        return coverage_of(self, query_terms, texts)

    def having(self, term: str, texts: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of some texts have a term."""
        return self._part([term]).having(term, texts)

    def texts_with(self, term: str) -> NDArray[np.int64]:
        """Give all texts that have a term, in order."""
        return self._part([term]).texts_with(term)

    def _part(self, terms: Iterable[str]) -> Lexical:
        """Give what is known of some terms, as an index of them alone."""
        known = sorted({term for term in terms if term in self._vocabulary})
        numbers = [self._vocabulary[term] for term in known]
        columns = self._kept.get(numbers, self._bring)
        rows = b"".join(columns[number][0] for number in numbers)
        scores = b"".join(columns[number][1] for number in numbers)
        return Lexical(
            {term: place for place, term in enumerate(known)},
            np.concatenate([[0], np.cumsum(self._df[numbers])]).astype(np.int32),
            np.frombuffer(rows, dtype=np.int32),
            np.frombuffer(scores, dtype=np.float32),
            self.n,
            self._mean_length,
        )

    def _bring(self, numbers: list[int]) -> list[Row]:
        brought = self._stored.fetch(self._table, numbers)
        if len(brought) != len(numbers):
            raise IndexError(f"{len(numbers) - len(brought)} terms are missing on the server")
        return brought
