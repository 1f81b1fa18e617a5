"""Which files are read again though they are the same: what a limit refused may be read now.

Reads    the manifest of the generation before, and the limit that rules reading now
Gives    ids of files
"""

from collections.abc import Iterable

from qa.index.manifest import Manifest
from qa.releases.extraction import was_lost
from qa.releases.folder import file_of
from qa.releases.one_file import ReleaseFile


def same_limits(before: Manifest, max_file_bytes: int) -> bool:
    """Tell whether files were read within the limits of now; an index of before tells of none."""
    return before.max_file_bytes == max_file_bytes


def read_again(
    before: Manifest, files: Iterable[ReleaseFile], max_file_bytes: int
) -> frozenset[str]:
    """Give the files of which another reading may make another thing.

    Within other limits that is each whose text is extracted, since nothing but reading tells how
    long that is; a text file is itself as long. Within the same it is those of which a part took
    too long or too much memory: the machine may have been busy.

    Args:
        before: The manifest of the generation before.
        files: All files of the folder.
        max_file_bytes: Largest text file that is read now.
    """
    if not same_limits(before, max_file_bytes):
        return frozenset(file.id for file in files if not file.is_text)
    ids = {file.id for file in files}
    lost = (skip.path for skip in before.skipped if was_lost(skip.reason))
    return frozenset(file_of(path, ids.__contains__) for path in lost)
