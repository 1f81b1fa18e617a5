"""Words made fit for a path, and digests that tell names apart.

Of these `naming.py` makes the names of files, and `formats/document.py` those of releases in them.
"""

import hashlib
import re
import unicodedata

_DIGEST = 8  # hexadecimal digits: names are told apart within one folder, or one file


def slug(words: str) -> str:
    """Give the letters and digits of words, without accents, joined by hyphens; perhaps none.

    >>> slug("Café raid: 3 held in “Ōtara”")
    'cafe-raid-3-held-in-otara'
    """
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def short_digest(key: str) -> str:
    """Give a few digits that tell a text from others, whatever characters it has.

    >>> short_digest("https://x.example/1")
    '1f0aaa98'
    """
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
