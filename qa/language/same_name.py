"""Whether two names are of one person: with or without first name, by initials, or misspelt.

Reads    a name as somebody typed it, and one that a release has
Gives    yes or no
"""

import re

from rapidfuzz.distance import DamerauLevenshtein

_SURE = 0.75  # share of letters that agree, of two spellings of one name
_SHORT = 4  # letters up to which a name must be spelt right
_TITLES = frozenset("mr mrs ms miss dr sir lady dame rev judge cllr".split())


def same_person(asked: str, known: str) -> bool:
    """Tell whether a typed name is that of somebody known.

    The surname must agree, but for a slip of the fingers, and the first name as far as both have
    one: an initial agrees with any name that it begins.

    >>> same_person("J Blogs", "Jo Bloggs"), same_person("Al Bloggs", "Jo Bloggs")
    (True, False)
    """
    asked_names, known_names = _names(asked), _names(known)
    if not asked_names or not known_names or not _alike(asked_names[-1], known_names[-1]):
        # "Ada Quill" may be asked for by her first name alone.
        return len(asked_names) == 1 and len(known_names) > 1 and asked_names == known_names[:1]
    if len(asked_names) == 1 or len(known_names) == 1:
        return True
    first, other = asked_names[0], known_names[0]
    if len(first) == 1 or len(other) == 1:
        return first[0] == other[0]
    # "Rob" is Robert; any other first name is somebody else of that surname.
    return _alike(first, other) or first.startswith(other[:3]) or other.startswith(first[:3])


def _names(name: str) -> list[str]:
    words = re.findall(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*", name.casefold().replace("’", "'"))
    return [word for word in words if word not in _TITLES]


def _alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) <= _SHORT:
        return one == other
    return DamerauLevenshtein.normalized_similarity(one, other) >= _SURE
