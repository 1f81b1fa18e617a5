"""Is a quote still true? Its offsets and the hash of its release are checked again, now.

Reads    a `Hit`, the release as the index has it, and its file where the folder is at hand
Gives    `Checked`
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from qa.records import Hit, Release, Span
from qa.releases.folder import file_of


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
        still: Whether a file that has changed still holds the words; None if it has not.
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
        name = file_of(hit.release, lambda path: (folder / path).is_file())
        data = (folder / name).read_bytes()
    except OSError:
        return Checked(Standing.GONE, now)
    if hashlib.sha256(data).hexdigest() == hit.sha256:
        return Checked(Standing.SAME, now)
    return Checked(Standing.CHANGED, now, hit.text in _decoded(data, release.encoding))


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
