"""Adding releases to their folder: names, doubles, what is understood, and what is refused."""

import os
import re
import socket
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import AlreadyThere, NotAdded, ReleasesError
from qa.records import Skipped
from qa.releases.adding import Added, Adding, Offered
from qa.releases.folder import read_folder
from qa.releases.naming import safe_name
from qa.releases.offering import offered
from qa.releases.placing import put, take_away
from tests import format_samples

HELD = b"---\ntitle: Two men held\narea: Wexmoor\ndate: 2020-12-07\n---\n\nTwo men were held.\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def add(folder, *paths, **options):
    """What came of each file at some paths."""
    with Adding(folder, **options) as adding:
        return [adding.added(one) for path in paths for one in offered(path, 2048 * 1024)]


def names(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/news.md", "news.md"),
        ("C:\\temp\\News 7.TXT", "news-7.txt"),
        (".hidden.md", "hidden.md"),
        ("a\nb\x00<b>.markdown", "a-b-b.markdown"),
        ("all.Tar.GZ", "all.tar.gz"),
        ("caf\udce9.md", "caf.md"),
    ],
)
def test_names_are_made_safe(sent, name):
    assert safe_name(sent) == name
    assert safe_name(sent) == name, "the same again"


@settings(deadline=None)
@given(st.text(max_size=120), st.lists(st.text(max_size=20), max_size=3))
def test_no_name_leads_anywhere_else(name, above):
    path = safe_name(f"{name}.md", above)

    assert re.fullmatch(r"([a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9-]*\.md", path)
    assert path != "readme.md"
    assert path.count("/") == len(above)


@pytest.mark.parametrize("sent", ["news.exe", "news", "news.md.gz", "", ".."])
def test_other_formats_are_refused(sent):
    with pytest.raises(NotAdded, match="not one that is read"):
        safe_name(sent)


def test_names_that_letters_cannot_tell_apart_are_told_apart():
    long = "a very long name of a release " * 5
    apart = {safe_name(f"{name}.md") for name in ("新闻", "旧闻", "新闻 1", long, f"{long}b")}

    assert len(apart) == 5
    assert max(map(len, apart)) <= 83
    assert safe_name("README.md") not in ("readme.md", "release.md")
    assert safe_name("README.md", ["kent"]) == "kent/readme.md"


def test_what_is_understood_is_told(folder, tmp_path):
    (tmp_path / "Two men held!.md").write_bytes(HELD)

    (added,) = add(folder, tmp_path / "Two men held!.md")

    (release,) = added.to_dict()["releases"]
    assert release == {
        "path": "two-men-held.md",
        "title": "Two men held",
        "areas": ["Wexmoor"],
        "url": None,
        "published": "2020-12-07",
        "published_source": "date",
        "doubts": [],
        "paragraphs": 1,
    }
    assert (folder / "two-men-held.md").read_bytes() == HELD


def test_a_double_is_refused_and_named_wherever_it_lies(folder, tmp_path, write):
    put(folder, "kent/2020/held.md", HELD)
    (tmp_path / "other.md").write_bytes(HELD)

    with Adding(folder) as adding, pytest.raises(AlreadyThere, match=r"kent/2020/held\.md"):
        adding.add(Offered("other.md", "other.md", HELD))
    (refused,) = add(folder, tmp_path / "other.md", replace=True)

    assert isinstance(refused, Skipped)
    assert names(folder) == ["kent/2020/held.md"]


def test_the_second_of_two_doubles_is_refused_in_the_same_run(folder, write):
    source = write({"a.md": HELD, "b.md": HELD})

    added, refused = add(folder, source / "a.md", source / "b.md")

    assert isinstance(added, Added)
    assert refused.reason == "it is the very same as 'a.md'"


def test_a_taken_name_is_refused_and_replaced_only_when_that_is_said(folder, write):
    put(folder, "news.md", HELD)
    source = write({"in/News.MD": "Another text."})

    (refused,) = add(folder, source / "in" / "News.MD")
    assert "is there already, with another text" in refused.reason
    assert (folder / "news.md").read_bytes() == HELD

    (added,) = add(folder, source / "in" / "News.MD", replace=True)
    assert added.path == "news.md"
    assert (folder / "news.md").read_bytes() == b"Another text."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("void.md", b" \n", "it is empty"),
        ("head.md", b"---\ntitle: x\n---\n", "no text to quote"),
        ("latin.txt", b"caf\xe9", "not UTF-8"),
        ("pdf.md", b"%PDF-1.7", "a PDF document"),
        ("broken.zip", b"PK\x03\x04 and no more", "no whole zip file"),
        ("a.exe", b"x", "not one that is read"),
        ("large.md", b"x" * (2048 * 1024 + 1), "at most 2,097,152 are read"),
    ],
)
def test_what_cannot_be_read_is_not_added(folder, write, name, data, reason):
    source = write({f"in/{name}": data, "in/good.md": HELD})

    refused, added = add(folder, source / "in" / name, source / "in" / "good.md")

    assert reason in refused.reason
    assert isinstance(added, Added)
    assert names(folder) == ["good.md"]


def test_a_folder_keeps_its_places_and_nothing_is_followed_out_of_it(folder, tmp_path, write):
    source = write({"In 1/2020/A b.md": HELD, "In 1/top.md": "One.", "In 1/.git/x.md": "Two."})
    (tmp_path / "secret.md").write_text("Secret.")
    (source / "In 1" / "link.md").symlink_to(tmp_path / "secret.md")
    (source / "In 1" / "away").symlink_to(tmp_path)
    os.mkfifo(source / "In 1" / "pipe.md")

    came = add(folder, source / "In 1")

    assert names(folder) == ["in-1/2020/a-b.md", "in-1/top.md"]
    reasons = {Path(one.path).name: one.reason for one in came if isinstance(one, Skipped)}
    assert reasons == {
        "away": "it is a link out of the releases folder",
        "link.md": "it is a link out of the releases folder",
        "pipe.md": "it is a named pipe, not a file",
    }


def test_odd_paths_are_told_and_a_link_that_is_named_is_followed(folder, tmp_path, write):
    source = write({"held.md": HELD, "t.csv.columns.yaml": "text: Body"})
    (tmp_path / "link.md").symlink_to(source / "held.md")
    (tmp_path / "dangling.md").symlink_to(source / "gone.md")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s.md"))
        came = add(
            folder,
            *(tmp_path / name for name in ("link.md", "dangling.md", "none.md", "s.md")),
            source / "t.csv.columns.yaml",
        )

    assert [type(one) for one in came] == [Added] + [Skipped] * 4
    assert came[0].path == "link.md"
    assert stat.S_ISREG(os.lstat(folder / "link.md").st_mode)
    assert [one.reason for one in came[2:]] == [
        "there is no such file",
        "it is a socket, not a file",
        "it is a map of columns",
    ]


def test_the_map_of_a_table_goes_along(folder, write):
    table = "Body copy,Kop\nA parrot was found.,Found\n"
    columns = "text: Body copy\ntitle: Kop\n"
    source = write({"Export.csv": table, "Export.csv.columns.yaml": columns})

    (added,) = add(folder, source / "Export.csv")

    assert names(folder) == ["export.csv", "export.csv.columns.yaml"]
    assert added.understood[0].title == "Found"
    (release,) = read_folder(folder).releases
    assert release.id == added.understood[0].path


def test_an_archive_is_added_with_what_is_left_out_of_it_told(folder, write):
    packed = format_samples.zipped({"a.md": HELD, "b/void.md": b"\n", "x.png": b"\x89PNG"})
    source = write({"all.zip": packed})

    (added,) = add(folder, source / "all.zip")

    assert [one.path for one in added.understood] == ["all.zip!/a.md"]
    assert [one.path for one in added.left_out] == ["all.zip!/b/void.md", "all.zip!/x.png"]
    assert (folder / "all.zip").read_bytes() == packed


def test_nothing_is_written_through_a_link_in_the_folder(folder, tmp_path):
    (tmp_path / "outside").mkdir()
    (folder / "kent").symlink_to(tmp_path / "outside")
    (folder / "taken.md").symlink_to(tmp_path / "outside" / "a.md")

    for path in ("kent/a.md", "taken.md"):
        with pytest.raises(NotAdded):
            put(folder, path, HELD)
    with pytest.raises(NotADirectoryError):
        take_away(folder, "kent/a.md")
    put(folder, "taken.md", HELD, replace=True)

    assert names(tmp_path / "outside") == []
    assert not (folder / "taken.md").is_symlink()


def test_nothing_is_left_behind_where_it_cannot_be_written(folder, monkeypatch):
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))

    with pytest.raises(NotAdded, match="could not be written: No space left"):
        put(folder, "a.md", HELD)

    assert list(folder.iterdir()) == []


def test_without_a_releases_folder_nothing_is_made(tmp_path):
    with pytest.raises(ReleasesError, match="does not exist; name it with --releases"):
        Adding(tmp_path / "none")
    assert not (tmp_path / "none").exists()
