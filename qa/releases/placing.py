"""Put files into the releases folder and take them away: whole or not at all, and nowhere else.

Each folder on the way is opened from the one above it and never through a link, so that whatever
lies in the folder, and whoever changes it meanwhile, nothing outside of it is touched.

Reads    a path below the releases folder, and bytes
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.errors import NotAdded

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def put(root: Path, path: str, data: bytes, *, replace: bool = False) -> None:
    """Write a file: whoever reads the folder finds all of it or none.

    Args:
        root: The releases folder.
        path: Where below it, as `safe_name` gives it.
        data: Content.
        replace: Whether a file of this path may be replaced.

    Raises:
        NotAdded: The path is taken, or it cannot be written.
    """
    *above, name = path.split("/")
    # Names that begin with a dot are no releases: nobody reads it half written.
    draft = f".{secrets.token_hex(8)}.part"
    try:
        with _opened(root, above, make=True) as folder:
            try:
                _write(draft, folder, data)
                if replace:
                    os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
                else:  # unlike a rename, a link refuses a name that is taken
                    os.link(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            finally:
                with suppress(FileNotFoundError):
                    os.unlink(draft, dir_fd=folder)
            os.fsync(folder)
    except FileExistsError:
        raise taken(path) from None
    except OSError as error:
        raise NotAdded(
            f"{path!r} could not be written: {error.strerror}", "see to the folder and its disk"
        ) from None


def taken(path: str) -> NotAdded:
    """Make the error of a path that is taken."""
    return NotAdded(
        f"{path!r} is there already, with another text",
        "give the release another name; 'qa add --replace' lets it take that one's place",
    )


def take_away(root: Path, path: str) -> None:
    """Remove a file; of a link, the link and not what it leads to.

    Args:
        root: The releases folder.
        path: Where below it, in the system's own spelling.

    Raises:
        OSError: It cannot be removed.
    """
    *above, name = Path(path).parts
    with _opened(root, above, make=False) as folder:
        os.unlink(name, dir_fd=folder)
        os.fsync(folder)


@contextmanager
def _opened(root: Path, steps: Sequence[str], *, make: bool) -> Iterator[int]:
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for step in steps:
            if make:
                with suppress(FileExistsError):
                    os.mkdir(step, dir_fd=folder)
            deeper = os.open(step, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = deeper
        yield folder
    finally:
        os.close(folder)


def _write(name: str, folder: int, data: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(name, flags, 0o666, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
