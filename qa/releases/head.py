"""The YAML head of a release file: what it says of itself, before its text.

Two forms open a file: a fence of ```` ```yaml ````, or a line `---` (also `--- yaml ---`).
Values are kept as the characters written: no `NO` becomes false, no `1.10` a number, no
date is guessed here. Heads come from strangers, so aliases, tags, deep nesting and size
are bounded, and every fault is one error that names its line.

Reads    the decoded text of a release file
Gives    `Head`: nested values, and where the body begins
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from qa.errors import UnreadableRelease

MAX_HEAD_BYTES = 64 * 1024
MAX_DEPTH = 16

_FENCED = re.compile(r"\s*```[ \t]*ya?ml[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_FENCE_END = re.compile(r"^```[ \t]*$", re.MULTILINE)
_DASHED = re.compile(r"\s*---(?:[ \t]*ya?ml(?:[ \t]*---)?)?[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
_DASHES_END = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
# Without such a line, what stands between two rules is prose.
_KEY = re.compile(r"^(?:[\"']?\w[\w.-]*[\"']?[ \t]*:(?:\s|$)|\{)", re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n|\r")
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

Value = str | list[Any] | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Head:
    """What a release file says of itself.

    Attributes:
        values: Nested as written; every leaf is text.
        body_start: Offset in the file where the text of the release begins.
    """

    values: dict[str, Any]
    body_start: int

    def text(self, *path: str) -> str | None:
        """Give the text at `path`, e.g. `text("publish", "date")`; None if absent or empty.

        A key with dots in it, such as `publish.date:`, is found as well.
        """
        value = self.at(*path)
        return value.strip() or None if isinstance(value, str) else None

    def at(self, *path: str) -> Any:
        """Give whatever stands at `path`, or None."""
        flat = self.values.get(".".join(path))
        if flat is not None:
            return flat
        value: Any = self.values
        for key in path:
            if not isinstance(value, dict):
                return None
            value = value.get(key)
        return value


def read_head(text: str) -> Head:
    """Find and read the head of a release file; a file without one has an empty head.

    Raises:
        UnreadableRelease: The head is not YAML, not closed, or outside the limits.
    """
    fenced = _FENCED.match(text)
    opening = fenced or _DASHED.match(text)
    if opening is None:
        return Head({}, 0)
    # Ends of lines are made alike one for one in length, so offsets stay those of the file.
    lines = _LINE_ENDS.sub(lambda match: "\n".rjust(len(match[0])), text)
    closing = (_FENCE_END if fenced else _DASHES_END).search(lines, opening.end())
    if closing is None:
        if not fenced:
            return Head({}, 0)  # a lone rule above the text, not a head
        raise UnreadableRelease(
            "the ```yaml head that opens it is never closed", "end the head with a line ```"
        )
    source = lines[opening.end() : closing.start()]
    if not fenced and not _KEY.search(source):
        return Head({}, 0)
    values = _read_values(source, lines.count("\n", 0, opening.end()))
    if values is None:
        return Head({}, 0)  # YAML, but no keys and values
    return Head(values, closing.end())


def read_mapping(source: str) -> dict[str, Any]:
    """Read a small YAML map by itself, within the limits of a head; empty if there is none.

    Raises:
        UnreadableRelease: It is not YAML, or outside the limits.
    """
    return _read_values(source, 0) or {}


def _read_values(source: str, lines_before: int) -> dict[str, Any] | None:
    size = len(source.encode("utf-8", "surrogatepass"))
    if size > MAX_HEAD_BYTES:
        raise UnreadableRelease(
            f"its head has {size:,} bytes; at most {MAX_HEAD_BYTES:,} are read",
            "move text out of the head",
        )
    reader = _Reader(lines_before)
    try:
        events = yaml.parse(source, Loader=_LOADER)
        return reader.document(iter(events))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = lines_before + (mark.line if mark else 0) + 1
        raise UnreadableRelease(
            f"its head is not YAML: line {line}: {error.problem}",
            "put the value of that line in quotes, or mend the line",
        ) from None
    except yaml.reader.ReaderError as error:
        line = lines_before + source.partition(chr(error.character))[0].count("\n") + 1
        raise UnreadableRelease(
            f"its head is not YAML: line {line}: the character U+{error.character:04X}",
            "remove the characters that YAML does not allow",
        ) from None


class _Reader:
    """Builds nested text values from YAML events, within the limits."""

    def __init__(self, lines_before: int) -> None:
        self.lines_before = lines_before

    def document(self, events: Iterator[Any]) -> dict[str, Any] | None:
        for event in events:
            if isinstance(event, yaml.MappingStartEvent):
                self.check(event)
                return self.mapping(events, depth=1)
            if isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent):
                return None
        return {}

    def mapping(self, events: Iterator[Any], depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "a key that is not plain text", "use words as keys")
            self.check(event)
            if event.value in values:
                self.refuse(event, f"the key {event.value!r} a second time", "keep one of the two")
            values[event.value] = self.value(next(events), events, depth)
        return values

    def value(self, event: Any, events: Iterator[Any], depth: int) -> Value:
        self.check(event)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if depth >= MAX_DEPTH:
            self.refuse(event, f"values nested more than {MAX_DEPTH} deep", "flatten them")
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(events, depth + 1)
        items: list[Any] = []
        for item in events:
            if isinstance(item, yaml.SequenceEndEvent):
                break
            items.append(self.value(item, events, depth + 1))
        return items

    def check(self, event: Any) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, "an alias or anchor (& or *)", "write the value out, or in quotes")
        if getattr(event, "tag", None):
            self.refuse(event, f"the tag {event.tag!r}", "remove it, or put the value in quotes")

    def refuse(self, event: Any, what: str, cure: str) -> None:
        line = self.lines_before + event.start_mark.line + 1
        raise UnreadableRelease(f"its head has {what}: line {line}", cure)
