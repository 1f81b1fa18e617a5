"""Put a release into the folder: whole or not at all, under a safe name, never over another.

Reads    bytes with the name they were sent under, or a pasted text with its title
Gives    the name that the file has now
"""

import hashlib
import os
import re
import secrets
import unicodedata
from collections.abc import Collection
from pathlib import Path

from qa.errors import UsageError
from qa.releases.formats.known_formats import ENDINGS

_MOST_NAME = 80


def add_release(folder: Path, name: str, data: bytes, known: Collection[str] = ()) -> str:
    """Write one release.

    Args:
        folder: Folder of the releases.
        name: As it was sent; only its last part is looked at.
        data: Content.
        known: SHA-256 of files that are in the index.

    Raises:
        UsageError: It is empty, of another format, or there already.
    """
    if not data.strip():
        raise UsageError(f"{name!r} is empty; send a file with text")
    target = folder / safe_name(name)
    digest = hashlib.sha256(data).hexdigest()
    if digest in known or _same(folder, data):
        raise UsageError(f"{target.name!r}: a release with the very same text is there already")
    # Names that begin with a dot are no releases: nobody reads it half written.
    draft = folder / f".{secrets.token_hex(8)}.part"
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, target)  # unlike a rename it refuses a name that is taken
    except FileExistsError:
        raise UsageError(
            f"{target.name!r} is there already; give the release another name"
        ) from None
    except OSError as error:
        raise UsageError(f"{target.name!r} could not be written: {error.strerror}") from None
    finally:
        draft.unlink(missing_ok=True)
    return target.name


def safe_name(name: str) -> str:
    r"""Give a file name of letters, digits and hyphens, with the ending of a format that is read.

    >>> safe_name("../../etc/Big News!.MD"), safe_name("C:\\x\\Überfall.txt")
    ('big-news.md', 'uberfall.txt')

    Raises:
        UsageError: It has another ending.
    """
    last = re.split(r"[/\\]", name)[-1]
    suffix = next((ending for ending in ENDINGS if last.lower().endswith(ending)), None)
    if suffix is None:
        raise UsageError(f"{last!r} is not of a format that is read: {', '.join(ENDINGS)}")
    stem = last[: -len(suffix)]
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_MOST_NAME].strip("-")
    if words in ("", "readme"):  # README.md at the top of the folder is none
        words = f"release-{secrets.token_hex(4)}"
    return words + suffix


def _same(folder: Path, data: bytes) -> bool:
    """Tell whether a file of the folder itself has this content, built or not."""
    for path in folder.iterdir():
        try:
            if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
                continue
            if path.read_bytes() == data:
                return True
        except OSError:
            continue
    return False
