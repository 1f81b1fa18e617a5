"""Adding tables: what is told of them is what a build makes of them, by whichever map rules it."""

from pathlib import Path

import pytest

from qa.records import Skipped
from qa.releases.adding import Added, Adding
from qa.releases.folder import read_folder
from qa.releases.offering import offered

# Without its map the second column would be taken for the text, by its name.
TABLE = "Body copy,text,Kop\nA parrot was found.,internal note,Found\n"
LATER = "Body copy,text,Kop\nA second parrot was found.,another note,Twice\n"
MAP = "text: Body copy\ntitle: Kop\n"


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


def add(folder, path, **options):
    """What came of a file."""
    with Adding(folder, **options) as adding:
        (came,) = [adding.added(one) for one in offered(path, 2048 * 1024)]
    return came


def assert_told_as_built(folder, came):
    assert isinstance(came, Added), came
    built = {one.id: one.title for one in read_folder(folder).releases}
    assert {one.path: one.title for one in came.understood} == built


def test_a_table_that_is_replaced_is_understood_by_the_map_that_stays(folder, write):
    (folder / "t.csv").write_text(TABLE)
    (folder / "t.csv.columns.yaml").write_text(MAP)

    came = add(folder, write({"in/t.csv": LATER}) / "in" / "t.csv", replace=True)

    assert_told_as_built(folder, came)
    assert came.understood[0].title == "Twice"


def test_a_table_is_understood_by_a_map_that_was_there_before_it(folder, write):
    (folder / "t.csv.columns.yaml").write_text(MAP)

    came = add(folder, write({"in/t.csv": TABLE}) / "in" / "t.csv")

    assert_told_as_built(folder, came)
    assert came.understood[0].title == "Found"


def test_a_map_that_comes_along_rules_over_the_one_it_replaces(folder, write):
    (folder / "t.csv.columns.yaml").write_text("text: text\n")

    source = write({"in/t.csv": TABLE, "in/t.csv.columns.yaml": MAP})
    came = add(folder, source / "in" / "t.csv", replace=True)

    assert_told_as_built(folder, came)
    assert came.understood[0].title == "Found"


def test_a_map_that_is_there_to_the_byte_is_no_reason_to_refuse_its_table(folder, write):
    (folder / "t.csv.columns.yaml").write_text(MAP)

    came = add(folder, write({"in/t.csv": TABLE, "in/t.csv.columns.yaml": MAP}) / "in" / "t.csv")

    assert_told_as_built(folder, came)
    assert (folder / "t.csv.columns.yaml").read_text() == MAP


def test_another_map_is_refused_and_so_is_its_table(folder, write):
    (folder / "t.csv.columns.yaml").write_text(MAP)

    source = write({"in/t.csv": TABLE, "in/t.csv.columns.yaml": "text: text\n"})
    came = add(folder, source / "in" / "t.csv")

    assert isinstance(came, Skipped)
    assert came.reason == "'t.csv.columns.yaml' is there already, with another text"
    assert sorted(path.name for path in folder.iterdir()) == ["t.csv.columns.yaml"]


def test_a_map_that_does_not_fit_the_new_table_refuses_it(folder, write):
    (folder / "t.csv").write_text(TABLE)
    (folder / "t.csv.columns.yaml").write_text(MAP)

    came = add(folder, write({"in/t.csv": "text\nA parrot.\n"}) / "in" / "t.csv", replace=True)

    assert isinstance(came, Skipped)
    assert came.reason == "it has no column 'Body copy', which its map names"
    assert (folder / "t.csv").read_text() == TABLE


def test_a_map_that_cannot_be_read_is_told_and_nothing_is_read_through_a_link(folder, write):
    (folder / "t.csv.columns.yaml").symlink_to(Path("/etc/hostname"))

    came = add(folder, write({"in/t.csv": TABLE}) / "in" / "t.csv")

    assert isinstance(came, Skipped)
    assert str(came).endswith(
        "'t.csv.columns.yaml' is its map of columns: it is a link out of the releases folder; "
        "put a copy of the file in its place"
    )
    assert not (folder / "t.csv").exists()


def test_a_table_that_is_there_takes_another_map_where_it_may_be_replaced(folder, write):
    (folder / "t.csv").write_text(TABLE)
    (folder / "t.csv.columns.yaml").write_text("text: text\n")
    source = write({"in/t.csv": TABLE, "in/t.csv.columns.yaml": MAP}) / "in" / "t.csv"

    refused, came = add(folder, source), add(folder, source, replace=True)
    again = add(folder, source, replace=True)

    assert isinstance(refused, Skipped)
    assert_told_as_built(folder, came)
    assert came.understood[0].title == "Found"
    assert isinstance(again, Skipped), "now it is there with this very map"
