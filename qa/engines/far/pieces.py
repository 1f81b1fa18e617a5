"""Word pieces on a server: those of the paragraphs that are compared are brought, all at once.

Letters: t pieces in all.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Encoded
from qa.engines.far.source import Stored
from qa.engines.far.tables import PIECES, Column, piece_starts
from qa.index.pieces import Floats, Pieces


@dataclass(frozen=True, slots=True)
class FarPieces(Pieces):
    """Pieces whose vectors and sentences lie elsewhere; answers as `Pieces` does."""

    def _nearest(self, query: Encoded, places: NDArray[Any], cuts: NDArray[Any]) -> Floats:
        held = Pieces(
            self.projection,
            self.vectors.take(places, axis=0),
            self.ids,
            self.sentences,
            self.spans,
            self.df,
        )
        return held._nearest(query, np.arange(len(places)), cuts)


class FarChunks:
    """An array that lies on the server in chunks, each found by the number of its first row.

    Attributes:
        shape: Of the array.
        dtype: Of its numbers.
    """

    def __init__(
        self,
        stored: Stored,
        column: Column,
        starts: NDArray[np.int64],
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        """Say where the rows are.

        Args:
            stored: Has them, in `PIECES`.
            column: Which of them.
            starts: Of all chunks, ascending.
            shape: Of the whole.
            dtype: Of its numbers.
        """
        self._stored, self._column, self._starts = stored, column, starts
        self.shape, self.dtype = shape, dtype

    def __len__(self) -> int:
        """Count the rows."""
        return self.shape[0]

    def __getitem__(self, at: slice) -> NDArray[Any]:
        """Give the rows of a slice without a step."""
        return self.take(np.arange(at.start, at.stop))

    def take(self, rows: NDArray[Any], axis: int = 0) -> NDArray[Any]:
        """Give some rows, in their order."""
        chunks = np.searchsorted(self._starts, rows, side="right") - 1
        wanted, which = np.unique(chunks, return_inverse=True)
        starts = self._starts[wanted]
        brought = self._stored.fetch(
            PIECES, starts.tolist(), first=self._column == 1, second=self._column == 2
        )
        if len(brought) != len(starts):
            raise IndexError(f"{len(starts) - len(brought)} chunks are missing on the server")
        data = [row[self._column] for row in brought]
        held = np.frombuffer(b"".join(data), dtype=self.dtype)
        held = held.reshape(-1, *self.shape[1:])
        width = self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))
        lengths = np.array([len(one) // width for one in data], dtype=np.int64)
        places = (np.cumsum(lengths) - lengths - starts)[which] + rows
        found: NDArray[Any] = held.take(places, axis=axis)
        return found


def far_pieces(stored: Stored, small: dict[str, NDArray[Any]], t: int) -> FarPieces:
    """Give the word pieces of a segment.

    Args:
        stored: Has them.
        small: The arrays that are held here: projection, spans, df.
        t: How many pieces there are.
    """
    starts = piece_starts(small["spans"])

    def chunks(column: Column, shape: tuple[int, ...], dtype: type) -> Any:
        return FarChunks(stored, column, starts, shape, np.dtype(dtype))

    return FarPieces(
        projection=small["projection"],
        vectors=chunks(2, (t, small["projection"].shape[1]), np.int8),
        ids=np.broadcast_to(np.zeros(1, dtype=np.int32), (t,)),  # only how many is asked for
        sentences=chunks(1, (t,), np.uint8),
        spans=small["spans"],
        df=small["df"],
    )
