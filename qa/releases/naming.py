"""Names of files in the releases folder: readable, safe, and the same for the same name every time.

Reads    the name that a file had where it came from
Gives    a path below the releases folder, of letters, digits and hyphens
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from qa.errors import NotAdded
from qa.releases.formats.known_formats import ENDINGS, UNKNOWN
from qa.releases.slugs import short_digest, slug

_MOST = 80  # characters of one step
# Of 100, by which two names of files are near: a slip or two. "nope" is 75 to "open", and is not.
_NEAR = 80


def safe_name(name: str, above: Sequence[str] = ()) -> str:
    r"""Give a path for a file, with the ending of a format that is read.

    Args:
        name: As it was; only its last part is looked at.
        above: Names of the folders that it is to lie in, outermost first.

    >>> safe_name("../../etc/Big News!.MD"), safe_name("C:\\x\\Überfall.txt", ["Kent Police"])
    ('big-news.md', 'kent-police/uberfall.txt')

    Raises:
        NotAdded: It has another ending.
    """
    last = re.split(r"[/\\]", name)[-1]
    ending = next((one for one in ENDINGS if last.lower().endswith(one)), None)
    if ending is None:
        raise NotAdded(UNKNOWN, f"save it as one of: {', '.join(ENDINGS)}")
    words = step(last[: -len(ending)])
    if words == "readme" and not above:  # README.md at the top of the folder is no release
        words = f"readme-{short_digest(name)}"
    return "/".join([*map(step, above), words + ending])


def step(words: str) -> str:
    """Make one step of a path; what letters and digits cannot tell apart, a digest does.

    >>> step("Two men held"), step("新闻 7")
    ('two-men-held', '7-cbcfe517')
    """
    known, apart = slug(words), unicodedata.normalize("NFKD", words)
    lost = any(letter.isalnum() and not letter.isascii() for letter in apart)
    if known and len(known) <= _MOST and not lost:
        return known
    digest = short_digest(words)
    short = known[: _MOST - len(digest) - 1].strip("-")
    return "-".join(filter(None, (short, digest)))


def nearest_path(path: str, paths: Iterable[str]) -> str | None:
    """Give the path that may have been meant by one of no file; None if none is near.

    Names are compared without folders and endings, which are much alike for all; folders decide
    between names that are equally near.

    >>> nearest_path("kent/two-men-hel.md", ["essex/two-men-held.md", "kent/two-men-held.txt"])
    'kent/two-men-held.txt'
    """
    near = process.extract(
        path, paths, scorer=ratio, processor=_stem, score_cutoff=_NEAR, limit=None
    )
    best = max(near, key=lambda found: (found[1], ratio(path, found[0])), default=None)
    return best[0] if best else None


def _stem(path: str) -> str:
    return PurePosixPath(path).stem
