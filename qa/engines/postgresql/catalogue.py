"""The catalogue on a server: texts and values by row; see `qa.index.catalogue`."""

import json
from collections.abc import Iterable
from typing import Any, LiteralString

from qa.engines.postgresql.server import Server, within
from qa.index.catalogue import ReleaseHead
from qa.index.catalogue_rows import to_paragraph, to_period, to_release
from qa.records import Paragraph, Release


class FarCatalogue:
    """Reads rows of a segment on a server; answers as `Catalogue` does."""

    def __init__(self, server: Server, schema: str) -> None:
        self._server, self._schema = server, schema
        self._counts: dict[int, int] | None = None

    def close(self) -> None:
        """Do nothing: the connections are the server's."""

    def counts(self) -> tuple[int, int]:
        """Give how many releases and paragraphs there are."""
        statement = within(
            self._schema,
            "SELECT (SELECT count(*) FROM {s}.releases), (SELECT count(*) FROM {s}.paragraphs)",
        )
        releases, paragraphs = self._server.fetch(statement)[0]
        return int(releases), int(paragraphs)

    def heads(self, rows: Iterable[int]) -> dict[int, ReleaseHead]:
        """Give the heads of some releases, by row."""
        found = self._rows("SELECT row, facts FROM {s}.releases", rows)
        return {row: _head(*json.loads(facts)) for row, facts in found}

    def paragraphs(self, rows: Iterable[int]) -> dict[int, Paragraph]:
        """Give some paragraphs, by row."""
        found = self._rows("SELECT row, facts, text FROM {s}.paragraphs", rows)
        return {row: _paragraph(as_text(text), *json.loads(facts)) for row, facts, text in found}

    def bodies(self, rows: Iterable[int]) -> dict[int, str]:
        """Give the texts of some releases from their first paragraph on, by row."""
        found = self._rows("SELECT row, starts, text FROM {s}.releases", rows)
        return {row: as_text(text)[starts:] for row, starts, text in found}

    def release(self, row: int) -> Release:
        """Give one release with its text, without its paragraphs.

        Raises:
            KeyError: There is no such row.
        """
        for _, facts, text in self._rows("SELECT row, facts, text FROM {s}.releases", [row]):
            values: list[Any] = json.loads(facts)
            values[7] = as_text(text)
            return to_release(*values)
        raise KeyError(row)

    def count_of(self, release: int) -> int:
        """Give how many paragraphs a release has; all are counted when it is first asked."""
        if self._counts is None:
            statement = within(
                self._schema, "SELECT release, count(*) FROM {s}.paragraphs GROUP BY release"
            )
            self._counts = {row: int(count) for row, count in self._server.fetch(statement)}
        return self._counts.get(release, 0)

    def _rows(self, statement: LiteralString, rows: Iterable[int]) -> list[tuple[Any, ...]]:
        wanted = sorted(set(rows))
        if not wanted:
            return []
        return self._server.fetch(
            within(self._schema, statement + " WHERE row = ANY(%s::int[]) ORDER BY row"), [wanted]
        )


def as_text(data: bytes) -> str:
    """Give the text that bytes stand for; see `as_bytes`."""
    return data.decode("utf-8", "surrogatepass")


def _head(
    id_: str, title: str, areas: str, url: str | None, first: str, last: str, *rest: Any
) -> ReleaseHead:
    return ReleaseHead(id_, title, tuple(json.loads(areas)), url, to_period(first, last), rest[-1])


def _paragraph(
    text: str, number: int, start: int, kind: str, sentences: str, speaker: str | None
) -> Paragraph:
    return to_paragraph(number, start, text, kind, sentences, speaker)
