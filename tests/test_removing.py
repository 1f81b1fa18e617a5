"""Removing releases: only files of the folder, all or none, links and not what they lead to."""

import os

import pytest

from qa.errors import ReleasesError, UsageError
from qa.releases.removing import Removal, removals, remove

TABLE = {"t.csv": "text\nA parrot.\n", "t.csv.columns.yaml": "text: text\n"}


def take(folder, *names):
    going = removals(folder, names)
    for one in going:
        remove(folder, one)
    return [one.name for one in going]


def test_files_are_removed_and_the_map_of_a_table_with_it(write):
    folder = write({"a.md": "One.", "kent/b.md": "Two.", "kent/c.md": "Three.", **TABLE})

    assert take(folder, "kent/b.md", "t.csv", "t.csv") == ["kent/b.md", "t.csv", *list(TABLE)[1:]]

    assert sorted(path.name for path in folder.rglob("*.*")) == ["a.md", "c.md"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.md",
        "kent/../../secret.md",
        "/etc/passwd",
        "./a.md",
        "kent//b.md",
        "",
        ".",
        "a.md\0",
        "README.md",
        ".hidden.md",
        "away/secret.md",
        "kent",
        "all.zip!/a.md",
    ],
)
def test_what_is_no_release_of_the_folder_is_not_removed_nor_is_anything_else(
    write, tmp_path, name
):
    files = {"a.md": "One.", "kent/b.md": "Two.", "README.md": "x", ".hidden.md": "x"}
    folder = write(files | {"all.zip": b"PK"})
    outside = tmp_path / "outside"
    outside.mkdir()
    for place in (tmp_path, outside):
        (place / "secret.md").write_text("Secret.")
    (folder / "away").symlink_to(outside)

    with pytest.raises(UsageError):
        take(folder, "a.md", name)

    assert all((folder / file).exists() for file in files)
    assert (tmp_path / "secret.md").exists()
    assert (outside / "secret.md").exists()


def test_of_a_link_the_link_goes(write, tmp_path):
    folder = write({"a.md": "One."})
    (tmp_path / "secret.md").write_text("Secret.")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "away").symlink_to(tmp_path)

    assert take(folder, "link.md", "away") == ["link.md", "away"]

    assert (tmp_path / "secret.md").read_text() == "Secret."
    assert [path.name for path in folder.iterdir()] == ["a.md"]


def test_a_folder_that_became_a_link_meanwhile_is_not_gone_through(write, tmp_path):
    folder = write({"kent/a.md": "One."})
    (going,) = removals(folder, ["kent/a.md"])
    outside = tmp_path / "outside"
    (folder / "kent").rename(outside)
    (folder / "kent").symlink_to(outside)

    with pytest.raises(ReleasesError, match="cannot be removed"):
        remove(folder, going)

    assert (outside / "a.md").exists()


def test_a_name_is_given_as_it_is_shown(write):
    folder = write({"a.md": "One."})
    raw = os.fsencode(folder) + b"/new\nline-\xff.md"
    with open(raw, "wb") as file:  # noqa: PTH123 - a name of bytes
        file.write(b"Two.")

    assert take(folder, r"new\x0aline-\xff.md") == [r"new\x0aline-\xff.md"]
    assert [path.name for path in folder.iterdir()] == ["a.md"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("kent/two-men-hel.md", "did you mean 'kent/two-men-held.md'?"),
        ("kent", "'kent' is a folder"),
        ("all.zip!/a.md", "is a part of the file 'all.zip'"),
        ("kent/2-men-held.md", "did you mean 'kent/two-men-held.md'?"),
        ("two-men-held.html", "did you mean 'kent/two-men-held.md'?"),
        ("zzzz", "'qa check' and answers name releases"),
        ("nope.md", "'qa check' and answers name releases"),
        ("kent/none.md", "'qa check' and answers name releases"),
    ],
)
def test_an_unknown_name_comes_with_a_hint(write, name, hint):
    folder = write({"kent/two-men-held.md": "One.", "kent/open.md": "Two.", "all.zip": b"PK"})

    with pytest.raises(UsageError) as told:
        removals(folder, [name])

    assert hint in str(told.value)


def test_what_goes_is_told_as_json():
    assert Removal("a.md", "a.md", True).to_dict() == {"path": "a.md", "is_link": True}
