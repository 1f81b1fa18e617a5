# ruff: noqa: E501
"""Files whose names or sizes mean harm: each is told on a line, none leads anywhere."""

import os
import unicodedata

import pytest

from qa.releases import read_folder
from qa.releases.folder import load_files
from tests import format_samples as made

GOOD = "Two men were held.\n"


@pytest.mark.parametrize(
    ("name", "most"), [("big.md", 2 << 20), ("big.pdf", 32 << 20), ("big.zip", 128 << 20)]
)
def test_a_file_of_20_gb_is_refused_before_it_is_read(write, name, most, monkeypatch):
    folder = write({"good.md": GOOD})
    with (folder / name).open("wb") as file:
        file.truncate(20 << 30)
    asked = []
    read = os.read
    monkeypatch.setattr(os, "read", lambda *args: asked.append(args[1]) or read(*args))

    files, [skip] = load_files(folder)

    assert [file.id for file in files] == ["good.md"]
    assert skip.reason == f"it has {20 << 30:,} bytes; at most {most:,} are read"
    assert max(asked) < 100_000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("a\u202edm.md", "a\\x202edm.md", id="letters turned round"),
        pytest.param("a\u2066b.md", "a\\x2066b.md", id="letters set apart"),
        pytest.param("<img src=x onerror=alert(1)>.md", None, id="HTML"),
        pytest.param("'; --\".md", None, id="quotes"),
        pytest.param("a\\..\\etc.md", None, id="a way out, elsewhere"),
        pytest.param("..a.md", "", id="dots are passed over"),
        pytest.param("C:\\a.md", None, id="a drive"),
        pytest.param("CON.md", None, id="reserved elsewhere"),
        pytest.param("%2e%2e%2fa.md", None, id="an escaped way out"),
        pytest.param("a!", "a!/x.md", id="like what is inside a file"),
        pytest.param("x" * 252 + ".md", None, id="255 bytes"),
        pytest.param("=1+1.md", None, id="a formula"),
    ],
)
def test_any_name_is_an_id_that_leads_to_its_own_text(write, name, shown):
    folder = write(
        {"good.md": GOOD, f"{name}/x.md" if name == "a!" else name: "A van was found.\n"}
    )

    report = read_folder(folder)

    ids = {one.id: one.text for one in report.releases}
    assert report.skipped == ()
    expected = {} if shown == "" else {shown or name: "A van was found.\n"}
    assert ids == {"good.md": GOOD, **expected}
    for one in ids:
        assert len(one.splitlines()) == 1


def test_names_that_are_alike_are_two_files(write):
    names = ["café.md", unicodedata.normalize("NFD", "café.md"), "A.md", "a.md", "ß.md", "ss.md"]
    folder = write({name: f"Van {number} was found.\n" for number, name in enumerate(names)})

    report = read_folder(folder)

    assert {one.id: one.text for one in report.releases} == {
        name: f"Van {number} was found.\n" for number, name in enumerate(names)
    }
    assert report.skipped == ()


def test_a_second_link_to_a_file_is_a_release_of_its_own(write):
    folder = write({"a.md": GOOD})
    (folder / "b.md").hardlink_to(folder / "a.md")

    report = read_folder(folder)

    assert [one.id for one in report.releases] == ["a.md", "b.md"]
    assert len({one.sha256 for one in report.releases}) == 1


def test_links_and_pipes_named_like_other_formats_are_never_opened(write, tmp_path):
    folder = write({"good.md": GOOD})
    (tmp_path / "out.zip").write_bytes(made.zipped({"a.md": GOOD.encode()}))
    (folder / "out.zip").symlink_to(tmp_path / "out.zip")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "x.csv.columns.yaml").symlink_to("/etc/hostname")
    (folder / "x.csv").write_text("text,title\nTwo men were held.,Held\n")

    report = read_folder(folder)

    assert [one.id for one in report.releases] == ["good.md"]
    assert {skip.path: skip.reason for skip in report.skipped} == {
        "out.zip": "it is a link out of the releases folder",
        "pipe.pdf": "it is a named pipe, not a file",
        "x.csv.columns.yaml": "it is a link out of the releases folder",
        # Without its map, other columns than were meant might be quoted.
        "x.csv": "its map of columns cannot be read: it is a link out of the releases folder",
    }


def test_a_file_that_is_of_another_format_than_its_name_is_told(write):
    packed = made.zipped({"a.md": GOOD.encode()})
    folder = write({"good.md": GOOD, "a.csv": packed, "b.rss": packed, "c.eml": b"\x1f\x8b\x08", "d.md": packed,
                    "e.jsonl": b"%PDF-1.7", "f.html": b"\x89PNG\r\n"})  # fmt: skip

    report = read_folder(folder)

    assert [one.id for one in report.releases] == ["good.md"]
    assert [skip.path for skip in report.skipped] == [
        "a.csv", "b.rss", "c.eml", "d.md", "e.jsonl", "f.html",
    ]  # fmt: skip
    assert all(skip.reason and skip.cure for skip in report.skipped)
