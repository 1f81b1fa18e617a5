"""Is a quote still true? Its offsets and the hash of its release are checked again, now.

Reads    a `Hit`, the release as the index has it, and its file where the folder is at hand
Gives    `Checked`
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from qa.errors import ReleasesError
from qa.records import Hit, Release, Span
from qa.releases.folder import MAX_FILE_BYTES, file_of, files_by_id


class Standing(StrEnum):
    """How a quote stands to its source, from best to worst; names are those of the texts."""

    SAME = "same"
    UNSEEN = "unseen"
    CHANGED = "changed"
    GONE = "gone"
    WITHDRAWN = "withdrawn"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found.

    Attributes:
        standing: How the quote stands.
        when: When it was looked at, in the time of this machine.
        still: Whether a file that has changed still holds the words; None if it has not changed,
            or was not looked into: what is taken out of a PDF or an archive, or is very large.
    """

    standing: Standing
    when: datetime
    still: bool | None = None


def check(hit: Hit, release: Release | None, folder: Path | None) -> Checked:
    """Check a quote against the text in the index, and against the file on disk.

    Args:
        hit: The quote.
        release: As the index has it now; None if it has it no more.
        folder: Of the release files; None if it is not at hand.
    """
    now = datetime.now()  # shown to people beside this machine
    if release is None or release.sha256 != hit.sha256:
        return Checked(Standing.WITHDRAWN, now)
    if not _stands(hit, release.text) or not _is_whole(release):
        return Checked(Standing.WRONG, now)
    if folder is None or not folder.is_dir():
        return Checked(Standing.UNSEEN, now)
    try:
        file = _file_of(release.id, folder)
        if file is None:
            return Checked(Standing.GONE, now)
        return _compared(hit, release, file, now)
    except (OSError, ReleasesError):
        return Checked(Standing.UNSEEN, now)  # it may be there, and cannot be read


def _file_of(release_id: str, folder: Path) -> Path | None:
    """Give the file that a release was read from; None if it is there no more."""
    place: Callable[[str], Path | None] = folder.__truediv__
    if "\\" in release_id:
        # A name that cannot be printed is shown with its bytes escaped; only a walk tells whose.
        place = files_by_id(folder).get

    def is_there(name: str) -> bool:
        file = place(name)
        return file is not None and file.is_file()

    name = file_of(release_id, is_there)
    return place(name) if is_there(name) else None


def _compared(hit: Hit, release: Release, path: Path, now: datetime) -> Checked:
    from qa.index.extracted import is_extracted  # which loads numpy

    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == hit.sha256:
            return Checked(Standing.SAME, now)
        if is_extracted(release) or file.tell() > MAX_FILE_BYTES:
            return Checked(Standing.CHANGED, now)
        file.seek(0)
        text = _decoded(file.read(MAX_FILE_BYTES), release.encoding)
    return Checked(Standing.CHANGED, now, hit.text in text)


def _stands(hit: Hit, text: str) -> bool:
    spans: list[Hit | Span] = [hit, hit.sentence]
    spans += [hit.answer] if hit.answer else []
    return all(text[span.start : span.end] == span.text for span in spans)


def _is_whole(release: Release) -> bool:
    from qa.index.extracted import is_extracted
    from qa.index.verify import is_text_of_its_file  # which loads numpy

    # Of a text taken out of another format only the file itself has a hash.
    return is_extracted(release) or is_text_of_its_file(release)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "replace")
    except LookupError:
        return ""
