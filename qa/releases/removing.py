"""Remove releases from their folder: files that are found in it, and nothing else.

A name is looked up among the files of the folder, it is never made a path of: so none can lead
outside, whatever it is.

Reads    names as answers, `qa add` and `qa check` show them
Gives    the files that go
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import ReleasesError, UsageError
from qa.releases.folder import file_of, releases_folder
from qa.releases.formats.known_formats import COLUMNS_ENDING, is_columns
from qa.releases.naming import nearest_path
from qa.releases.placing import take_away
from qa.releases.walk import shown, walk


@dataclass(frozen=True, slots=True)
class Removal:
    """A file that is to go.

    Attributes:
        name: Its path below the folder, as it is shown.
        path: The same in the system's own spelling.
        is_link: Whether it is a link: what it leads to stays.
    """

    name: str
    path: str
    is_link: bool

    def to_dict(self) -> dict[str, Any]:
        """Give JSON values."""
        return {"path": self.name, "is_link": self.is_link}


def removals(folder: str | Path, names: Iterable[str]) -> list[Removal]:
    """Find the files that go with some names: each, and the map of its columns if it is a table.

    Raises:
        ReleasesError: There is no such folder.
        UsageError: A name is of no file; then none is to be removed.
    """
    root = releases_folder(folder)
    found = {shown(os.path.relpath(path, root)): path for path in walk(root, root, 0, []) if path}
    going: dict[str, Removal] = {}
    for name in names:
        if name not in found:
            raise UsageError(_unknown(name, found, root))
        for one in (name, name + COLUMNS_ENDING):
            if one in found:
                path = Path(found[one])
                going[one] = Removal(one, os.path.relpath(path, root), path.is_symlink())
    return list(going.values())


def remove(folder: str | Path, removal: Removal) -> None:
    """Remove one file.

    Raises:
        ReleasesError: It cannot be removed; it is still there.
    """
    try:
        take_away(releases_folder(folder), removal.path)
    except OSError as error:
        raise ReleasesError(
            f"{removal.name!r} cannot be removed: {error.strerror}; see to the rights of its folder"
        ) from None


def _unknown(name: str, found: dict[str, str], root: Path) -> str:
    file = file_of(name, found.__contains__)
    if file != name and file in found:
        return (
            f"{name!r} is a part of the file {file!r}; remove the whole file, or take the part out "
            f"of it and add it anew with --replace"
        )
    if any(path.startswith(f"{name.rstrip('/')}/") for path in found):
        return f"{name!r} is a folder of {str(root)!r}; name the files in it"
    near = nearest_path(name, [one for one in found if not is_columns(one)])
    hint = f"did you mean {near!r}?" if near else "'qa check' and answers name releases"
    return f"there is no release {name!r} in {str(root)!r}; {hint}"
