"""The fingerprint of reading: as long as it stays, the same bytes give the same reading.

It covers every line of the code that reads a release, and the versions of what that code calls:
the libraries that make texts of other formats too, or that they are absent.
So no one has to remember that a rule has changed: what was read before is then read again.

Gives    a digest; "" where the code cannot be seen, so that nothing may be taken for the same
"""

import hashlib
import platform
import unicodedata
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

import qa
from qa.releases.formats.known_formats import FORMATS, library_version

_PACKAGES = ("language", "records", "releases")
_LIBRARIES = ("nupunkt", "pyyaml")
# What the libraries named in `FORMATS` read with in their turn.
_BENEATH = ("courlan", "htmldate", "justext", "lxml-html-clean", "feedparser-sgmllib", "cobble")


@lru_cache(maxsize=1)
def reading_fingerprint() -> str:
    """Give the fingerprint of reading in this program."""
    root = Path(qa.__file__).parent
    files = sorted(file for name in _PACKAGES for file in (root / name).rglob("*.py"))
    files.append(root / "errors.py")  # by which names are shown, which are ids
    if not {file.parent.name for file in files} >= set(_PACKAGES):
        return ""
    total = hashlib.sha256()
    for file in files:
        code = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()} {code}\n".encode())
    libraries = [f"{name} {version(name)}" for name in _LIBRARIES]
    extracting = {name for one in FORMATS for name in one.libraries}.union(_BENEATH)
    libraries += [f"{name} {library_version(name) or 'absent'}" for name in sorted(extracting)]
    # Regular expressions and character classes come with Python.
    python = f"python {platform.python_version()} {unicodedata.unidata_version}"
    total.update("\n".join([*libraries, python]).encode())
    return total.hexdigest()
