"""From a tree of HTML elements to text: paragraphs, headings and lists as Markdown has them.

What a page shows as text is kept as it is; characters that would be read as markup are escaped,
so that people read of the text what they read on the page. A paragraph that is bold throughout
keeps its stars, since that makes it a heading or a signature.

Reads    trees of lxml
Gives    one text, its blocks apart by blank lines
"""

import re
from dataclasses import dataclass, field
from typing import Any

from qa.errors import UnreadableRelease
from qa.language.markup import plain
from qa.releases.formats.document import fit_text

MAX_WAITING = 200_000  # elements begun and not ended

_UNSHOWN = frozenset(
    "script style template noscript head title iframe object svg math form button select "
    "textarea input canvas audio video".split()
)
_BLOCKS = frozenset(
    "p div section article main body html blockquote figure figcaption center address "
    "header footer aside nav dl dt dd pre fieldset details summary table thead tbody "
    "tfoot hr h1 h2 h3 h4 h5 h6".split()
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS, _ITEMS = frozenset(("ul", "ol", "menu")), frozenset(("li",))
_ROWS, _CELLS = frozenset(("tr",)), frozenset(("td", "th"))
_BREAKS = frozenset(("br",))
_BOLD = frozenset(("b", "strong"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\r\f]+")
_MARKS = re.compile(r"([\\*_#>\[\]&+-])")


@dataclass(slots=True)
class _Writer:
    """Gathers blocks: `words` of the block at hand, then done ones."""

    blocks: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    plain_words: int = 0  # how many of them are not bold
    prefix: str = ""
    joined: bool = False  # whether the next block goes on in the lines of the one before

    def say(self, text: str | None, bold: bool) -> None:
        if text:
            self.words.append(text)
            self.plain_words += not bold and not text.isspace()

    def end(self) -> None:
        """End the block at hand, at a paragraph's end or a blank line."""
        for piece in re.split(r"\n[ \t]*\n", "".join(self.words)):
            lines = [line for line in map(str.strip, piece.split("\n")) if line]
            if lines:
                self.put(lines)
        self.words, self.plain_words = [], 0

    def put(self, lines: list[str]) -> None:
        text = "\n".join(map(_escaped, lines))
        if self.plain_words == 0 and not self.prefix and "*" not in text:
            text = f"**{text}**" if "\n" not in text else text
        if self.joined and self.blocks:
            self.blocks[-1] += f"\n{self.prefix}{text}"
        else:
            self.blocks.append(self.prefix + text)
        self.joined = False


def text_of(tree: Any) -> str:
    """Give the text that a tree shows.

    Raises:
        UnreadableRelease: It is wider or deeper than `MAX_WAITING`.
    """
    writer = _Writer()
    _walk(tree, writer)
    writer.end()
    return fit_text("\n\n".join(writer.blocks)) + "\n"


def _walk(tree: Any, writer: _Writer) -> None:
    """Visit every element in order, without recursion: pages may be nested as deep as they like."""
    todo: list[tuple[Any, str, bool, bool]] = [(tree, "open", False, False)]
    while todo:
        element, step, bold, in_item = todo.pop()
        if len(todo) > MAX_WAITING:
            raise UnreadableRelease("its elements are too many or too deep", "save it as text")
        if step == "close":
            _finish(_tag(element), writer)
            continue
        if step == "tail":
            writer.say(_one_space(element.tail, element), bold)
            continue
        tag = _tag(element)
        if tag is None or tag in _UNSHOWN or is_hidden(element):
            continue
        bold = bold or tag in _BOLD
        _begin(tag, writer, in_item=in_item)
        writer.say(_one_space(element.text, element), bold)
        todo.append((element, "close", bold, in_item))
        inside = in_item or tag in _ITEMS
        for child in reversed(element):
            todo.append((child, "tail", bold, inside))
            todo.append((child, "open", bold, inside))


def _begin(tag: str, writer: _Writer, *, in_item: bool) -> None:
    if tag in _BREAKS:
        writer.words.append("\n")
    elif tag in _CELLS:
        if "".join(writer.words).strip():
            writer.words.append(" | ")
    elif tag in _ROWS:
        if "".join(writer.words).strip():
            writer.words.append("\n")
    elif tag in _ITEMS:
        writer.end()
        writer.prefix = "* "
    elif tag in _HEADINGS:
        writer.end()
        writer.prefix, writer.joined = "#" * _HEADINGS[tag] + " ", False
    elif (tag in _BLOCKS or tag in _LISTS) and not (in_item and writer.prefix):
        writer.end()
        writer.prefix, writer.joined = "", False


def _finish(tag: str | None, writer: _Writer) -> None:
    if tag in _ITEMS:
        writer.end()
        writer.prefix, writer.joined = "", True
    elif tag in _LISTS:
        writer.end()
        writer.joined = False
    elif tag in _BLOCKS:
        writer.end()
        writer.prefix = ""


def _tag(element: Any) -> str | None:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else None


def is_hidden(element: Any) -> bool:
    """Tell whether a page hides an element: its text is no one's to quote."""
    if element.tag in ("template", "noscript"):
        return True
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    return bool(_HIDDEN.search(element.get("style") or ""))


def _one_space(text: str | None, element: Any) -> str | None:
    """Read white space as a browser does: a run of it is one blank."""
    if text is None or element.tag == "pre":
        return text
    return _SPACES.sub(" ", text)


def _escaped(line: str) -> str:
    """Escape what would be read as markup, if anything would."""
    if plain(line).text == line:
        return line
    return _MARKS.sub(r"\\\1", line)
