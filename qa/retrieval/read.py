"""Let the reader read what stage one found: pages made of releases, readings by paragraph row.

Reading costs by the token, so no more than `TOKENS` are read for one question: the releases
come in the order found, each with the paragraphs that look best by words and vectors, in
reading order. A paragraph that is left out stays in the ranking, behind those that were read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.generation import Generation
from qa.language.markup import plain
from qa.reading import Page, Reader, Reading
from qa.records import Paragraph
from qa.retrieval.asked import Asked
from qa.retrieval.releases import FoundRelease

# Word pieces of paragraphs that are read for one question, and of one release.
TOKENS = 640
TOKENS_A_RELEASE = 220


@dataclass(frozen=True, slots=True)
class ReadParagraph:
    """What the reader made of one paragraph.

    Attributes:
        reading: Score, and the span in the plain text of the paragraph.
        page_answers: Log-odds that its page answers at all; 0 if the reader does not tell.
    """

    reading: Reading
    page_answers: float


def read_releases(
    asked: Asked, generation: Generation, releases: Sequence[FoundRelease], reader: Reader
) -> Mapping[int, ReadParagraph]:
    """Read the paragraphs of some releases; gives what was made of each row that was read."""
    chosen = [rows for rows in _chosen(asked, generation, releases) if len(rows)]
    if not chosen:
        return {}
    read = reader.read(asked.to_read, _pages(generation, chosen))
    return {
        int(row): ReadParagraph(reading, 0.0 if page.answers is None else page.answers)
        for rows, page in zip(chosen, read, strict=True)
        for row, reading in zip(rows, page.readings, strict=True)
    }


def _chosen(
    asked: Asked, generation: Generation, releases: Sequence[FoundRelease]
) -> list[NDArray[np.int64]]:
    """Choose the rows of each release that are read, in reading order."""
    left = TOKENS
    chosen = []
    for release in releases:
        rows = _fitting(asked, generation, release.rows, min(left, TOKENS_A_RELEASE))
        left -= int(_lengths(generation, rows).sum())
        chosen.append(rows)
    return chosen


def _fitting(
    asked: Asked, generation: Generation, rows: NDArray[np.int64], room: int
) -> NDArray[np.int64]:
    lengths = _lengths(generation, rows)
    if lengths.sum() <= room:
        return rows
    near = generation.dense.cosines(asked.encoded.vector, rows)
    near = near + generation.pieces.max_sim(asked.own_encoded, rows)
    order = np.argsort(-near, kind="stable")
    fitting = order[lengths[order] <= room]  # one that never fits must not keep the others out
    kept = fitting[np.cumsum(lengths[fitting]) <= room]
    # A release of long paragraphs is read too, if there is any room: else it would come last.
    kept = kept if len(kept) or room <= 0 else order[:1]
    return np.sort(rows[kept])


def _lengths(generation: Generation, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the word pieces of paragraphs; the separator of each counts too."""
    starts, ends = generation.pieces.spans[rows].T
    lengths: NDArray[np.int64] = ends - starts + 1
    return lengths


def _pages(generation: Generation, chosen: Sequence[NDArray[np.int64]]) -> list[Page]:
    paragraphs = generation.catalogue.paragraphs(int(row) for rows in chosen for row in rows)
    release_of = generation.columns.release_of
    heads = generation.catalogue.heads(int(release_of[rows[0]]) for rows in chosen)
    return [
        _page(heads[int(release_of[rows[0]])].title, [paragraphs[int(row)] for row in rows])
        for rows in chosen
    ]


def _page(title: str, paragraphs: Sequence[Paragraph]) -> Page:
    readings = [plain(paragraph.text) for paragraph in paragraphs]
    begins = [
        tuple(reading.place(one.start - paragraph.start, 0)[0] for one in paragraph.sentences)
        for paragraph, reading in zip(paragraphs, readings, strict=True)
    ]
    return Page(title, tuple(reading.text for reading in readings), tuple(begins))
