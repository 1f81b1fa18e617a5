"""Read a hostile file in this process: what comes of it, or why nothing does."""

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Source
from qa.releases.formats.known_formats import read_parts

MANY = 2048 * 1024
GOOD = b"Two men were held.\n"


def outcome(name, data, columns=None):
    """Give its documents and what is refused of it, or why all of it is."""
    try:
        return list(read_parts(Source(name, data, MANY, columns)))
    except UnreadableRelease as error:
        return f"{error.reason}; {error.cure}"


def texts(name, data, columns=None):
    """Give the texts of its documents; it has some."""
    return [one.text.strip() for one in outcome(name, data, columns)]
