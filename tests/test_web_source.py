"""“Show in the release”: what is said of the file that a quote was read from."""

import io
import os
import tracemalloc
import zipfile

import pytest

from qa.records import Hit
from qa.releases.folder import MAX_FILE_BYTES, read_folder
from qa.web.escape import escaped
from qa.web.panel import panel_html
from qa.web.source import Standing, check
from qa.web.texts import ENGLISH, GERMAN
from tests.web_samples import SOURCE, SampleDesk, quote

WORDS = "A heron was found at Wexmoor on Monday and taken to the vet."
TEXT = f"# Heron\n\n{WORDS}\n"
PAGE = f"<html><body><article><h1>Heron</h1><p>{WORDS}</p></article></body></html>"


def archive(text):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("north/heron.md", text)
    return held.getvalue()


def found_in(folder):
    """Give the only release of a folder, and a hit that is its last paragraph."""
    (release,) = read_folder(folder).releases
    one = release.paragraphs[-1]
    assert one.text == WORDS
    place = (release.id, release.title, "", None, None, one.number, one.start, one.end, one.text)
    return Hit(1, 0.5, *place, one.sentences[-1], None, release.sha256), release


def test_a_check_tells_what_became_of_the_file(tmp_path):
    hit, release = quote(), SampleDesk().release("north/1.md")
    assert check(hit, release, None).standing is Standing.UNSEEN
    assert check(hit, release, tmp_path).standing is Standing.GONE
    file = tmp_path / "north" / "1.md"
    file.parent.mkdir()
    file.write_text(SOURCE)
    assert check(hit, release, tmp_path).standing is Standing.SAME
    file.write_text("Added. " + SOURCE)
    assert (check(hit, release, tmp_path).standing, check(hit, release, tmp_path).still) == (
        Standing.CHANGED,
        True,
    )
    file.write_text("Nothing of it.")
    assert check(hit, release, tmp_path).still is False
    assert check(quote(sha256="1" * 64), release, None).standing is Standing.WITHDRAWN
    assert check(quote(start=101), release, None).standing is Standing.WRONG


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("heron.html", PAGE, PAGE.replace("<h1>", "<h1>A ")),
        ("herons.csv", f"title,text\nHeron,{WORDS}\n", f"title,text\nA heron,{WORDS}\n"),
        ("all.zip", archive(TEXT), archive(f"Added. {TEXT}")),
        ("heron.md", TEXT, TEXT + "x" * MAX_FILE_BYTES),
    ],
    ids=["HTML", "table", "archive", "large text"],
)
def test_what_was_not_looked_into_is_not_said_to_hold_the_words_or_not(write, name, before, after):
    folder = write({name: before})
    hit, release = found_in(folder)
    same = check(hit, release, folder)
    write({name: after})
    changed = check(hit, release, folder)

    assert same.standing is Standing.SAME
    assert (changed.standing, changed.still) == (Standing.CHANGED, None)
    for texts in (ENGLISH, GERMAN):
        shown = panel_html(hit, release, changed, "1 1", texts)
        assert escaped(f"{texts.changed} {texts.changed_unread}") in shown
        assert escaped(texts.changed_still) not in shown
        assert escaped(texts.changed_lost) not in shown


@pytest.mark.parametrize(("name", "held"), [(b"caf\xe9.md", TEXT), (b"caf\xe9.zip", archive(TEXT))])
def test_a_file_whose_name_is_shown_escaped_is_found(write, name, held):
    folder = write({"plain.md": ""})
    (folder / "plain.md").unlink()
    file = folder / os.fsdecode(name)
    file.write_bytes(held.encode() if isinstance(held, str) else held)
    hit, release = found_in(folder)

    assert release.id.startswith("caf\\xe9.")
    assert check(hit, release, folder).standing is Standing.SAME
    file.unlink()
    assert check(hit, release, folder).standing is Standing.GONE


def test_a_large_file_is_never_held_as_a_whole(write):
    folder = write({"all.zip": archive(TEXT)})
    hit, release = found_in(folder)
    (folder / "all.zip").write_bytes(bytes(64 << 20))

    tracemalloc.start()
    try:
        assert check(hit, release, folder).standing is Standing.CHANGED
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()
