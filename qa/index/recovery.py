"""What a build does first: make sure of what serves, and remove what broken-off builds left."""

from pathlib import Path

from qa.errors import IndexDamaged, IndexMissing
from qa.index.files import sync
from qa.index.garbage import remove_leftovers
from qa.index.pointer import read_pointer


def recover(root: Path) -> None:
    """Confirm what serves, and remove what broken-off builds left; only with the lock held.

    A build that was killed between its rename of CURRENT and the sync after it has published, but
    only in memory: what this build says or removes must not rest upon that.

    Raises:
        OSError: The disk is failing.
    """
    sync(root)
    current = None
    try:
        current = read_pointer(root).generation
    except IndexMissing:
        _sync_upwards(root)
    except IndexDamaged:
        pass  # the next publish mends it
    remove_leftovers(root, current)


def _sync_upwards(root: Path) -> None:
    """Sync the folders that hold a new index, each of which may be new too."""
    folder = root.absolute()
    while not folder.is_mount() and folder != folder.parent:
        folder = folder.parent
        try:
            sync(folder)
        except PermissionError:
            return  # not ours, so not new
