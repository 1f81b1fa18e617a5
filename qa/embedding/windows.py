"""Windows: as much of a passage as the model reads at once, grouped for the processor.

A passage longer than the model's window becomes several, each with the title; their mean
is its vector, and the word pieces of all of them are its pieces.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from qa.embedding.encoder import Encoded, Floats, unit_rows
from qa.model_running import batches_by_length

_WORDLIKE = re.compile(r"[\w£$€%]")


@dataclass(frozen=True, slots=True)
class Window:
    """As much of a passage as the model reads at once.

    Attributes:
        owner: Place of the passage among all.
        lead: How many characters of `whole` stand before the text of the passage.
        whole: Title and text.
        ids: Vocabulary number of each word piece.
        spans: Where each piece stands in `whole`.
    """

    owner: int
    lead: int
    whole: str
    ids: Sequence[int]
    spans: Sequence[tuple[int, int]]

    def split(self, room: int) -> Iterator["Window"]:
        """Cut a window of more than `room` pieces into several, each with the lead."""
        if len(self.ids) <= room:
            yield self
            return
        n_lead = sum(1 for _, end in self.spans if end <= self.lead)
        if n_lead == len(self.ids):  # of the text there is no piece: the title must do
            yield Window(self.owner, self.lead, self.whole, self.ids[:room], self.spans[:room])
            return
        n_kept = min(n_lead, room // 2)
        step = room - n_kept
        for start in range(n_lead, len(self.ids), step):
            stop = start + step
            yield Window(
                self.owner,
                self.lead,
                self.whole,
                [*self.ids[:n_kept], *self.ids[start:stop]],
                [*self.spans[:n_kept], *self.spans[start:stop]],
            )

    @property
    def kept(self) -> list[int]:
        """Which pieces are compared: those of the text, without the lead and punctuation."""
        return [
            place
            for place, (start, end) in enumerate(self.spans)
            if start >= self.lead and _WORDLIKE.search(self.whole, start, end)
        ]

    def encoded(self, vector: Floats, pieces: Floats) -> Encoded:
        """Give the vectors of the window, and of the pieces that are kept.

        Args:
            vector: Shape (d,), of the whole window.
            pieces: Shape (at least t, d), one row for each of the window's pieces.
        """
        kept = self.kept
        rows = np.asarray(kept, dtype=np.int64)
        return Encoded(
            vector,
            unit_rows(pieces[rows]),
            np.asarray([self.ids[place] for place in kept], dtype=np.int32),
            np.asarray([self.spans[place][0] - self.lead for place in kept], dtype=np.int32),
        )


def batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Group windows of like length, longest first, so the time left is never underrated."""
    for rows in batches_by_length([len(window.ids) + 2 for window in windows]):
        yield [windows[row] for row in rows]


def merged(parts: Sequence[Encoded]) -> Encoded:
    """Make one of the windows of a passage: the mean direction, and all pieces in order."""
    if len(parts) == 1:
        return parts[0]
    order = np.argsort(np.concatenate([part.starts for part in parts]), kind="stable")
    return Encoded(
        unit_rows(np.sum([part.vector for part in parts], axis=0)),
        np.concatenate([part.pieces for part in parts])[order],
        np.concatenate([part.ids for part in parts])[order],
        np.concatenate([part.starts for part in parts])[order],
    )
