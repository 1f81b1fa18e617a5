"""Read one input, and measure what it took: seconds of the processor and bytes of memory."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UNSHOWN, UnreadableRelease
from qa.releases.formats.document import Document, Refused, Source
from qa.releases.formats.known_formats import TEXT, format_of, read_parts
from qa.releases.reader import read_alone, read_document

SECONDS = 1.0
MEMORY = 256 << 20
MOST = 2048 * 1024  # bytes of a text file, as where people build
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Took:
    """What reading took, and whether it gave a release."""

    seconds: float
    memory: int
    is_read: bool


class TookTooMuch(AssertionError):
    """An input that took longer or more memory than one may."""


def read(one):
    """Read an input as a build does; gives what it took.

    Raises:
        AssertionError: A span is not exact, a refusal gives no reason, or it took too much.
        Exception: Whatever a reader lets through.
    """
    took = _measured(one)
    # A busy machine makes a process look slower, never quicker.
    for _ in range(2):
        if took.seconds > SECONDS:
            took = min(took, _measured(one), key=lambda each: each.seconds)
    if took.seconds > SECONDS:
        raise TookTooMuch(f"{took.seconds:.1f} s of the processor")
    if took.memory > MEMORY:
        raise TookTooMuch(f"{took.memory >> 20} MB of memory")
    return took


def _measured(one):
    before = _forget_peak()
    begun = time.process_time()
    is_read = _checked(one)
    seconds = time.process_time() - begun
    return Took(seconds, max(0, _peak() - before), is_read)


def _forget_peak():
    """Have the system count the largest memory anew; gives how much there is."""
    Path("/proc/self/clear_refs").write_text("5")
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE


def _peak():
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    raise OSError("the system does not tell the largest memory of a process")


def _checked(one):
    is_read = False
    try:
        if format_of(one.name) is TEXT:
            _exact(read_alone(one.data, one.name).release)
            is_read = True
        for item in read_parts(Source(one.name, one.data, MOST, one.columns)):
            if isinstance(item, Document):
                assert not item.inner.startswith("/")
                assert ".." not in item.inner.split("/")
                is_read = _document(item) or is_read
            else:
                _told(item)
    except UnreadableRelease as refused:
        _told(Refused("", refused.reason, refused.cure))
    return is_read


def _told(refused):
    assert all((refused.reason, refused.cure))
    assert UNSHOWN.search(f"{refused.inner} {refused.reason} {refused.cure}") is None, refused


def _document(document):
    try:
        release = read_document(document, "a", size=0, sha256="").release
    except UnreadableRelease:
        return False  # with nothing to quote
    assert release.text == document.text
    assert Document.from_dict(document.to_dict()) == document
    _exact(release)
    return True


def _exact(release):
    for said in (release.title, release.text, *release.areas, release.url or ""):
        assert said.encode() is not None  # no half of a character
    for one in release.paragraphs:
        assert release.text[one.start : one.end] == one.text
        for sentence in one.sentences:
            assert release.text[sentence.start : sentence.end] == sentence.text
