"""The files that releases were read from: path, size, digest and encoding of each, by row.

They are apart from the catalogue, where they lie between the texts, and from the manifest, which
every reader has to parse: a build compares them with a folder at a glance.
"""

import json
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from qa.errors import IndexDamaged
from qa.index.files import CheckedFiles, Records, write_file
from qa.index.store import Pinned
from qa.records import Release
from qa.releases.formats.known_formats import of_this_map

SOURCES = "sources.json"


@dataclass(frozen=True, slots=True)
class Source:
    """The file that one release was read from."""

    path: str
    size: int
    sha256: str
    encoding: str

    def is_of(self, name: str, sha256: str | None, columns: bytes | None) -> bool:
        """Tell whether the release would be read from the same bytes in the same way now.

        Args:
            name: Of its file.
            sha256: Of that file as it is; None if it is gone.
            columns: The map of its columns as it is, if there is one.
        """
        return sha256 == self.sha256 and of_this_map(name, self.encoding, columns)


def alive_sources(pinned: Pinned) -> list[Source]:
    """Give the files of all releases of a generation that may be found, in the order of paths."""
    found = []
    for number, files in enumerate(pinned.segments):
        dead = set(pinned.manifest.dead) if number == 0 else set()
        found += [one for row, one in enumerate(load_sources(files)) if row not in dead]
    return sorted(found, key=lambda one: one.path)


def sources_of(releases: Sequence[Release]) -> tuple[Source, ...]:
    """Give the source of each release."""
    return tuple(Source(one.id, one.size, one.sha256, one.encoding) for one in releases)


def write_sources(sources: Sequence[Source], folder: Path) -> Records:
    """Write them; gives the record of the file."""
    rows = [astuple(source) for source in sources]
    return {SOURCES: write_file(folder / SOURCES, json.dumps(rows).encode())}


def load_sources(files: CheckedFiles) -> tuple[Source, ...]:
    """Read what `write_sources` wrote.

    Raises:
        IndexDamaged: It is other than recorded, or no list of sources.
    """
    try:
        return tuple(Source(*row) for row in json.loads(files.read(SOURCES)))
    except (ValueError, TypeError) as error:
        raise IndexDamaged(str(files.folder / SOURCES), f"cannot be read ({error})") from None
