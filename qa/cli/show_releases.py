"""What was added, found and removed, as lines of text for a terminal."""

from collections.abc import Iterator

from qa.releases.adding import Added
from qa.releases.checking import Checked, Fault
from qa.visible import visible
from qa.web.words import counted, understood_words

MOST = 10  # releases of one file that are shown one by one; --json has all

_COUNTS = {
    Fault.UNREADABLE: "unreadable",
    Fault.EMPTY: "empty",
    Fault.UNKNOWN: "of unknown format",
    Fault.DUPLICATE: "duplicate",
    Fault.SIMILAR: "nearly the same",
    Fault.UNDATED: "undated",
    Fault.DOUBTFUL: "with a doubtful date",
}


def added_lines(added: Added) -> Iterator[str]:
    """Give a file that was added, and what was understood of each release in it."""
    yield f"added {visible(added.path)}, from {visible(added.origin)}"
    for one in added.understood[:MOST]:
        inner = one.path.removeprefix(added.path)
        yield f"    {visible(inner)}{': ' if inner else ''}{visible(one.title)}"
        yield f"        {visible(understood_words(one))}"
        for doubt in one.doubts:
            yield f"        doubtful: {visible(doubt)}"
    if len(added.understood) > MOST:
        rest = added.understood[MOST:]
        paragraphs = counted(sum(one.paragraphs for one in rest), "paragraph")
        yield f"    and {counted(len(rest), 'more release')} with {paragraphs}"


def checked_lines(checked: Checked) -> Iterator[str]:
    """Give what was found in a folder, and its counts."""
    for one in checked.findings:
        yield f"{one.fault:<11}{visible(f'{one.path}: {one.said}; {one.cure}')}"
    count = checked.count()
    found = ", ".join(
        f"{count[fault]:,} {words}" for fault, words in _COUNTS.items() if count[fault]
    )
    yield (
        f"{counted(checked.files, 'file')}, {counted(checked.releases, 'release')}, "
        f"{counted(checked.paragraphs, 'paragraph')}, {checked.dated:,} with a date: "
        f"{found or 'nothing to mend'}"
    )
