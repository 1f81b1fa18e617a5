"""Text into HTML such that a browser shows it character for character, and does nothing else.

The chat component puts its messages into the page as sanitised HTML, and some of it as
Markdown or TeX; the sanitiser lets images, forms and inline styles through, each of which
can call another host or cover the page. So nothing of a release, a question or an error
is left for any of those readers to find: all but ASCII letters, digits and the blank is
written as a numeric entity, newline and tab included.

Reads    any text, hostile ones too
Gives    HTML whose text content is `visible(text)`
"""

import unicodedata

_NEWLINES = {"\r\n": "\n", "\r": "\n"}
# U+2400 to U+241F are pictures of the control characters 0 to 31.
_PICTURES = 0x2400
_PICTURE_OF_DELETE = "\u2421"
# Marks, embeddings, overrides and isolates of writing direction: they reorder what is read.
_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CONTROL, _SURROGATE = "Cc", "Cs"


def escaped(text: str) -> str:
    """Write `text` as HTML that shows `visible(text)` and cannot be read as markup.

    >>> escaped("<b> 2*3")
    '&#60;b&#62; 2&#42;3'
    """
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character == " ")
        else f"&#{ord(character)};"
        for character in visible(text)
    )


def visible(text: str) -> str:
    r"""Show what would be invisible or would reorder the line; all newlines become "\n".

    >>> visible("a\x1b[0m")
    'a␛[0m'
    """
    for newline, plain in _NEWLINES.items():
        text = text.replace(newline, plain)
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    code = ord(character)
    if character in "\n\t" or not _is_treacherous(character):
        return character
    if code < 0x20:
        return chr(_PICTURES + code)
    if code == 0x7F:
        return _PICTURE_OF_DELETE
    return f"[U+{code:04X}]"


def _is_treacherous(character: str) -> bool:
    code = ord(character)
    # The 66 code points that Unicode promises never to use; HTML has no reference for them.
    is_no_character = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    category = unicodedata.category(character)
    return is_no_character or character in _DIRECTION or category in (_CONTROL, _SURROGATE)
