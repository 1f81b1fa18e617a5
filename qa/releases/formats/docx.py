"""Word files: mammoth makes simple HTML of them, which is read like any other.

Reads    bytes of a .docx file
Gives    one `Document`; a first heading in the style "Title" is its title
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from qa.errors import UnreadableRelease
from qa.releases.formats.blocks import text_of
from qa.releases.formats.document import Document, Part, Source
from qa.releases.formats.html import parsed
from qa.releases.formats.known_formats import made_by
from qa.releases.formats.unpacking import Budget
from qa.releases.head import Head

_STYLES = """
p[style-name='Title'] => h1.title:fresh
p[style-name='Subtitle'] => h2:fresh
"""
_CORE = "docProps/core.xml"
_TITLE = re.compile(rb"<dc:title[^<>]*>([^<]{1,500})</dc:title>")
_MAX_ENTRY = 64 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_PICTURES = ("word/media/", "word/fonts/")
_ENTITIES = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T|E\0?N\0?T\0?I)")  # in UTF-16 too


def parts(source: Source) -> Iterator[Part]:
    """Give the one part of a Word file."""
    yield Part("", lambda: [_document(source.data)])


def _document(data: bytes) -> Document:
    import mammoth

    core = _checked(data)
    # Pictures are left out before they are decoded.
    made: Any = mammoth.convert_to_html(
        io.BytesIO(data),
        style_map=_STYLES,
        convert_image=lambda image: [],
        external_file_access=False,
    )
    if not made.value.strip():
        raise UnreadableRelease("it has no text to quote", "save the release as plain text")
    tree = parsed(f"<html><body>{made.value}</body></html>")
    title = _title(tree) or core
    head = Head({"title": title} if title else {}, 0)
    return Document("", text_of(tree), head, made_by("docx", "mammoth"))


def _checked(data: bytes) -> str | None:
    """See that a file is a Word file that unpacks to no more than it should; gives its title."""
    if data.startswith(_OLE):
        raise UnreadableRelease(
            "it is locked with a password, or of an older Word", "save it as .docx without one"
        )
    budget = Budget(len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise UnreadableRelease("it is no Word file", "save it as .docx, or as plain text")
            core = b""
            for info in archive.infolist():
                if not info.filename.startswith(_PICTURES):
                    text = _entry(archive, info, budget)
                    if _ENTITIES.search(text):
                        raise UnreadableRelease("it defines entities", "save it anew in Word")
                    core = text if info.filename == _CORE else core
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
        raise UnreadableRelease(f"it is no whole Word file: {error}", "save it anew") from None
    except RuntimeError:
        raise UnreadableRelease("it is locked with a password", "save it without one") from None
    found = _TITLE.search(core)
    if found is None:
        return None
    # Word writes "Word Document" and its like where nobody gave a title.
    title = " ".join("".join(parsed(found[1].decode("utf-8", "replace")).itertext()).split())
    return title if len(title.split()) > 2 else None


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> bytes:
    with archive.open(info) as file:
        data = budget.spend(file.read(_MAX_ENTRY + 1))
    if len(data) > _MAX_ENTRY:
        raise UnreadableRelease("a part of it unpacks to over 64 MB", "save it as plain text")
    return data


def _title(tree: Any) -> str | None:
    """Take the title out of a document, if it opens with one."""
    first = next(
        (element for element in tree.iter("h1", "p", "li") if element.text_content().strip()), None
    )
    if first is None or first.tag != "h1":
        return None
    title = " ".join(first.text_content().split())
    first.getparent().remove(first)
    return title
