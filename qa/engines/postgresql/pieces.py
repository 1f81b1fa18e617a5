"""Word pieces on a server: those of the paragraphs that are compared are brought, all at once.

Letters: t pieces in all.
"""

from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np
from numpy.typing import NDArray

from qa.embedding import Encoded
from qa.engines.postgresql.server import Server, within
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
        server: Server,
        statement: Any,
        starts: NDArray[np.int64],
        shape: tuple[int, ...],
        dtype: np.dtype[Any],
    ) -> None:
        """Say where the rows are.

        Args:
            server: Has them.
            statement: Brings (start, bytes) of the chunks with some starts, ascending.
            starts: Of all chunks, ascending.
            shape: Of the whole.
            dtype: Of its numbers.
        """
        self._server, self._statement, self._starts = server, statement, starts
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
        brought = self._server.fetch(self._statement, [starts.tolist()])
        if len(brought) != len(starts):
            raise IndexError(f"{len(starts) - len(brought)} chunks are missing on the server")
        held = np.frombuffer(b"".join(data for _, data in brought), dtype=self.dtype)
        held = held.reshape(-1, *self.shape[1:])
        width = self.dtype.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))
        lengths = np.array([len(data) // width for _, data in brought], dtype=np.int64)
        places = (np.cumsum(lengths) - lengths - starts)[which] + rows
        found: NDArray[Any] = held.take(places, axis=axis)
        return found


def far_pieces(server: Server, schema: str, small: dict[str, NDArray[Any]], t: int) -> FarPieces:
    """Give the word pieces of a segment.

    Args:
        server: Has them.
        schema: Of the segment.
        small: The arrays that are held here: projection, spans, df.
        t: How many pieces there are.
    """
    spans = small["spans"]
    starts = np.unique(spans[spans[:, 1] > spans[:, 0], 0])

    def chunks(column: LiteralString, shape: tuple[int, ...], dtype: type) -> Any:
        statement = "SELECT start, " + column + " FROM {s}.pieces WHERE start = ANY(%s::bigint[])"
        ascending = within(schema, statement + " ORDER BY start")
        return FarChunks(server, ascending, starts, shape, np.dtype(dtype))

    return FarPieces(
        projection=small["projection"],
        vectors=chunks("vectors", (t, small["projection"].shape[1]), np.int8),
        ids=np.broadcast_to(np.zeros(1, dtype=np.int32), (t,)),  # only how many is asked for
        sentences=chunks("sentences", (t,), np.uint8),
        spans=spans,
        df=small["df"],
    )
