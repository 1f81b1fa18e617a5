"""More of a release that was quoted: its paragraphs in reading order, less those shown already."""

from collections.abc import Sequence

from qa.answers.choose import Chosen
from qa.index.generation import Generation
from qa.records import Kind
from qa.retrieval.paragraphs import FoundParagraph

MORE = 3  # paragraphs at a time
_PASSED_OVER = (Kind.HEADING, Kind.DATE_LINE, Kind.SIGNATURE, Kind.BOILERPLATE)


def more_of(release: int, quoted: Sequence[int], generation: Generation) -> list[Chosen]:
    """Choose the next paragraphs of a release: those after the last one quoted, then the others.

    Args:
        release: Its row.
        quoted: Numbers of its paragraphs that were quoted, in the order quoted.
        generation: Where it is.
    """
    rows = generation.columns.rows_of(release).tolist()
    paragraphs = generation.catalogue.paragraphs(rows)
    left = [
        (row, paragraphs[row].number)
        for row in rows
        if paragraphs[row].kind not in _PASSED_OVER and paragraphs[row].number not in quoted
    ]
    last = quoted[-1] if quoted else 0
    left.sort(key=lambda one: (one[1] < last, one[1]))
    return [Chosen(FoundParagraph(row, 0.0)) for row, _ in left[:MORE]]
