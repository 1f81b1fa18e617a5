"""Write the parts of a segment: catalogue, vectors, columns, word pieces and terms."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from qa.embedding import Passage
from qa.index.catalogue import write_catalogue
from qa.index.columns import Columns, write_columns
from qa.index.files import CheckedFiles, Records
from qa.index.joined.lexical import build_lexical_beside
from qa.index.lexical import KeptStems, build_lexical, load_lexical, terms, write_lexical
from qa.index.pieces import write_pieces
from qa.index.segment import CATALOGUE, write_dense
from qa.index.sources import sources_of, write_sources
from qa.index.vectors import Made
from qa.records import Release
from qa.releases.folder import ReadReport


def write_parts(
    stage: Path,
    read: ReadReport,
    passages: Sequence[Passage],
    made: Made,
    columns: Columns,
    base: CheckedFiles | None = None,
) -> Records:
    """Write every file of a segment.

    Args:
        stage: The folder to write to.
        read: The releases, and what each was by itself.
        passages: What the model reads of each paragraph.
        made: Their vectors.
        columns: Their columns.
        base: The base that the segment is a delta to, if it is one.

    Returns:
        The records of the files.

    Raises:
        OSError: The disk is full or failing.
    """
    stemmer = KeptStems()
    by_paragraph = [terms(passage.text, stemmer) for passage in passages]
    by_release = [
        release_terms(r, by, stemmer) for r, by in _by_release(read.releases, by_paragraph)
    ]
    lexical = {
        name: build_lexical(texts)
        if base is None
        else build_lexical_beside(load_lexical(base, name), texts)
        for name, texts in (("paragraphs", by_paragraph), ("releases", by_release))
    }
    return {
        CATALOGUE: write_catalogue(read.releases, stage / CATALOGUE, read.readings),
        **write_sources(sources_of(read.releases), stage),
        **write_dense(made.vectors, stage),
        **write_columns(columns, stage),
        **write_pieces(made.pieces, stage),
        **write_lexical(lexical["paragraphs"], stage, "paragraphs"),
        **write_lexical(lexical["releases"], stage, "releases"),
    }


def release_terms(
    release: Release, paragraphs: Sequence[Sequence[str]], stemmer: object
) -> list[str]:
    """Give the terms a release is found by: its title twice, its areas, and its text."""
    title = terms(release.title, stemmer)
    return [
        *title,
        *title,
        *terms(release.area, stemmer),
        *(t for text in paragraphs for t in text),
    ]


def _by_release(
    releases: Sequence[Release], by_paragraph: Sequence[list[str]]
) -> Iterator[tuple[Release, Sequence[list[str]]]]:
    row = 0
    for release in releases:
        yield release, by_paragraph[row : row + len(release.paragraphs)]
        row += len(release.paragraphs)
