"""Exports of other systems: CSV, TSV and JSON Lines, a release in each row.

Which column is what is told by its name, or by a map beside the file: for `export.csv` a file
`export.csv.columns.yaml` with lines such as `text: Body copy`. In JSON Lines a column may be a
path, `article.body`.

Reads    bytes of a table in UTF-8 or UTF-16, and its map
Gives    a `Document` for each row, named by its id, address or title
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.decode import decode
from qa.releases.formats.document import Document, Part, Source, fit_text, inner_name, told_apart
from qa.releases.formats.known_formats import made_by, needs, table_made
from qa.releases.head import Head, read_mapping

MAX_ROWS = 500_000
FIELDS: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "article", "release", "story", "bodytext", "html",
             "description", "fulltext"),
    "title": ("title", "headline", "subject", "heading"),
    "date": ("date", "published", "publishdate", "publisheddate", "publishedat", "publishedon",
             "pubdate", "releasedate", "datepublished", "publicationdate"),
    "area": ("area", "areas", "force", "district", "region", "source", "site", "sitename"),
    "url": ("url", "link", "address", "permalink"),
    "id": ("id", "guid", "slug", "key", "releaseid"),
}  # fmt: skip

_HTML = re.compile(
    r"</?(?:p|div|br|h[1-6]|ul|ol|li|strong|em|a|span)\b[^<>]{0,500}>", re.IGNORECASE
)
_MARK = re.compile(r"[\s_.-]+")
_LINE = re.compile(r"^.*\S.*$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")

Row = Mapping[str, Any]


def parts(source: Source) -> Iterator[Part]:
    """Give a part for each row.

    Raises:
        UnreadableRelease: There is no column of texts, or a row cannot be parsed.
    """
    decoded = decode(source.data)
    text = decoded.text.removeprefix("\ufeff")
    is_json = source.name.lower().endswith((".jsonl", ".ndjson"))
    rows = list(_json_rows(text) if is_json else _csv_rows(text, source.name))
    if not rows:
        raise UnreadableRelease("it has no rows", "export it anew, with its names of columns")
    columns = _columns(rows, source.columns)
    made = table_made(source.columns)
    for name, row in zip(told_apart([_name(row, columns) for row in rows]), rows, strict=True):
        yield Part(name, partial(_read, row, columns, name, made))


def _read(row: Row, columns: Mapping[str, str], name: str, made: str) -> list[Document]:
    found = {field: _value(row, column) for field, column in columns.items()}
    text = fit_text(found.pop("text", ""))
    if not text.strip():
        raise UnreadableRelease("the row has no text", "fill its column in, or remove the row")
    if _HTML.search(text):
        needs("html", "lxml")
        from qa.releases.formats.html import text_of_fragment

        text, made = text_of_fragment(text), made_by(made, "lxml")
    elif not _BLANK_LINE.search(text.strip()):
        text = text.replace("\n", "\n\n")  # cells often have their paragraphs on lines of their own
    found.pop("id", None)
    date = found.pop("date", "")
    head = Head({key: value.strip() for key, value in found.items() if value.strip()}, 0)
    return [
        Document(name, text, head, made, (("column " + columns["date"], date),) if date else ())
    ]


def _csv_rows(text: str, name: str) -> Iterator[Row]:
    csv.field_size_limit(16 << 20)
    delimiter = "\t" if name.lower().endswith(".tsv") else delimiter_of(text)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for count, row in enumerate(reader):
            _bounded(count)
            yield {str(key): value for key, value in row.items() if isinstance(value, str)}
    except csv.Error as error:
        raise UnreadableRelease(
            f"it is not CSV: line {max(1, reader.line_num):,}: {error}",
            "mend that line, or export it anew",
        ) from None


def delimiter_of(text: str) -> str:
    """Give what separates the cells of a table, by its first line that is not blank.

    >>> delimiter_of("question;area"), delimiter_of("question")
    (';', ',')
    """
    first = _LINE.search(text)
    return max(",;\t|", key=(first[0] if first else "").count)


def _json_rows(text: str) -> Iterator[Row]:
    for count, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        _bounded(count)
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            said = getattr(error, "msg", type(error).__name__)
            raise UnreadableRelease(
                f"it is not JSON Lines: line {count:,}: {said}", "write one object on each line"
            ) from None
        if not isinstance(row, dict):
            raise UnreadableRelease(
                f"it is not JSON Lines: line {count:,}: no object", "write one object on each line"
            )
        yield row


def _bounded(count: int) -> None:
    if count > MAX_ROWS:
        raise UnreadableRelease(f"it has over {MAX_ROWS:,} rows", "split it")


def _columns(rows: list[Row], guide: bytes | None) -> dict[str, str]:
    """Tell which column holds which field."""
    names = list(dict.fromkeys(key for row in rows[:1000] for key in row))
    if guide is not None:
        return _told_columns(guide, names, rows)
    by_form = {_MARK.sub("", name).casefold(): name for name in reversed(names)}
    columns = {
        field: next(by_form[form] for form in forms if form in by_form)
        for field, forms in FIELDS.items()
        if any(form in by_form for form in forms)
    }
    if "text" not in columns:
        shown = ", ".join(repr(name[:40]) for name in names[:12])
        raise UnreadableRelease(
            f"none of its columns is known to hold the texts: {shown}",
            "name it in a file beside it that ends in .columns.yaml: text: NAME OF COLUMN",
        )
    return columns


def _told_columns(guide: bytes, names: list[str], rows: list[Row]) -> dict[str, str]:
    told = read_mapping(decode(guide).text)
    cure = f"write lines such as `text: Body copy`; known are: {', '.join(FIELDS)}"
    for field, column in told.items():
        if field not in FIELDS or not isinstance(column, str):
            raise UnreadableRelease(f"its map of columns has {field!r}", cure)
        if column not in names and not any(_value(row, column) for row in rows[:1000]):
            raise UnreadableRelease(f"it has no column {column!r}, which its map names", cure)
    if "text" not in told:
        raise UnreadableRelease("its map of columns does not name the texts", cure)
    return told


def _value(row: Row, column: str) -> str:
    value: Any = row.get(column)
    if value is None:
        value = row
        for step in column.split("."):
            value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return fit_text(str(value)) if isinstance(value, str) else format(value, "")


def _name(row: Row, columns: Mapping[str, str]) -> str:
    get: Callable[[str], str] = lambda field: (  # noqa: E731
        _value(row, columns[field]).strip() if field in columns else ""
    )
    key = get("id") or get("url") or f"{get('title')}\0{get('date')}"
    words = get("title") or get("id")
    if key == "\0":
        key = get("text")
    return inner_name(key, words)
