"""What the owner may do: put releases into their folder, build, and see how things stand.

Reads    the folder of releases, the index, QA_ADMIN_PASSWORD or QA_ADMIN_PASSWORD_FILE
Gives    `Office`
"""

import os
import secrets
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from qa.errors import UsageError
from qa.web.admin.rebuild import Rebuild
from qa.web.desk import Opening

PASSWORD, PASSWORD_FILE = "QA_ADMIN_PASSWORD", "QA_ADMIN_PASSWORD_FILE"
MIN_PASSWORD = 12  # characters


@dataclass(frozen=True, slots=True)
class Office:
    """The owner's part of a server.

    Attributes:
        releases: Folder that releases are put into.
        index: Folder that is built.
        opening: Gives the desk, for counts and what was skipped.
        rebuild: The build that runs, or ran last.
        password: What the owner must give; None on loopback only.
        token: Stands in every form, so that no other page can send one.
        max_kb: Largest release file, in units of 1024 bytes.
    """

    releases: Path
    index: Path
    opening: Opening
    rebuild: Rebuild
    password: str | None = field(default=None, repr=False)
    token: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    max_kb: int = 2048

    def standing(self) -> dict[str, Any]:
        """Give counts, generation, when it was built, disk use, and files left out.

        Raises:
            QAError: There is no index.
        """
        desk: Any = self.opening.get()
        generation = desk.generation
        manifest = generation.manifest
        return {
            "generation": generation.name,
            "built": generation.pinned.published,
            "releases": manifest.counts.releases,
            "paragraphs": manifest.counts.paragraphs,
            "dated": manifest.counts.dated,
            "disk": disk_use(self.index),
            "skipped": manifest.skipped,
        }


def open_office(
    releases: Path, index: Path, opening: Opening, host: str, max_kb: int = 2048
) -> Office:
    """Give the owner's part of a server that listens on `host`.

    Raises:
        UsageError: The folder is missing, a password is too short, or none is set though others
            than this machine can reach the server.
    """
    if not releases.is_dir():
        raise UsageError(f"the releases folder {str(releases)!r} is missing; name it: --releases")
    password = _password()
    if password is None and not is_loopback(host):
        raise UsageError(
            f"--admin on {host} would let anyone in: set {PASSWORD} or {PASSWORD_FILE}, or leave "
            f"--host out"
        )
    # A server that is stopped and started elsewhere keeps the folders that were meant.
    place, target = releases.absolute(), index.absolute()
    return Office(place, target, opening, Rebuild(place, target), password, max_kb=max_kb)


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def disk_use(folder: Path) -> int:
    """Give the bytes of all files below a folder; what goes meanwhile is not counted."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).lstat().st_size
            except OSError:
                continue
    return total


def _password() -> str | None:
    given, file = os.environ.get(PASSWORD), os.environ.get(PASSWORD_FILE)
    if file:
        try:
            given = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{PASSWORD_FILE}: {file}: cannot be read ({error})") from None
    if given is None:
        return None
    if len(given) < MIN_PASSWORD:
        raise UsageError(f"the password of --admin needs {MIN_PASSWORD} characters or more")
    return given
