"""The catalogue on a server: texts and values by row; see `qa.index.catalogue`."""

import json
from collections.abc import Iterable
from typing import Any

from qa.engines.far.source import Stored
from qa.engines.far.tables import PARAGRAPHS, RELEASES, TEXT, Row, Table, as_text
from qa.index.catalogue import ReleaseHead
from qa.index.catalogue_rows import to_paragraph, to_period, to_release
from qa.index.columns import Columns
from qa.records import Paragraph, Release


class FarCatalogue:
    """Reads rows of a segment on a server; answers as `Catalogue` does."""

    def __init__(self, stored: Stored, columns: Columns) -> None:
        self._stored, self._columns = stored, columns

    def close(self) -> None:
        """Do nothing: the connections are the server's."""

    def counts(self) -> tuple[int, int]:
        """Give how many releases and paragraphs there are."""
        return self._stored.count(RELEASES), self._stored.count(PARAGRAPHS)

    def heads(self, rows: Iterable[int]) -> dict[int, ReleaseHead]:
        """Give the heads of some releases, by row."""
        found = self._rows(RELEASES, rows, second=False)
        return {row: _head(*json.loads(facts)[1:]) for row, facts, _ in found}

    def paragraphs(self, rows: Iterable[int]) -> dict[int, Paragraph]:
        """Give some paragraphs, by row."""
        found = self._rows(PARAGRAPHS, rows)
        return {row: _paragraph(as_text(text), *json.loads(facts)) for row, facts, text in found}

    def bodies(self, rows: Iterable[int]) -> dict[int, str]:
        """Give the texts of some releases from their first paragraph on, by row."""
        found = self._rows(RELEASES, rows)
        return {row: as_text(text)[json.loads(facts)[0] :] for row, facts, text in found}

    def release(self, row: int) -> Release:
        """Give one release with its text, without its paragraphs.

        Raises:
            KeyError: There is no such row.
        """
        for _, facts, text in self._rows(RELEASES, [row]):
            values: list[Any] = json.loads(facts)[1:]
            values[TEXT] = as_text(text)
            return to_release(*values)
        raise KeyError(row)

    def count_of(self, release: int) -> int:
        """Give how many paragraphs a release has."""
        return len(self._columns.rows_of(release))

    def _rows(self, table: Table, rows: Iterable[int], *, second: bool = True) -> list[Row]:
        wanted = sorted(set(rows))
        return self._stored.fetch(table, wanted, second=second) if wanted else []


def _head(
    id_: str, title: str, areas: str, url: str | None, first: str, last: str, *rest: Any
) -> ReleaseHead:
    return ReleaseHead(id_, title, tuple(json.loads(areas)), url, to_period(first, last), rest[-1])


def _paragraph(
    text: str, number: int, start: int, kind: str, sentences: str, speaker: str | None
) -> Paragraph:
    return to_paragraph(number, start, text, kind, sentences, speaker)
