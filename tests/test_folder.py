"""Whatever lies in the folder, reading goes on, and each skip is one line with its cure."""

import os
import socket
import threading

import pytest

from qa.errors import ReleasesError
from qa.releases import read_folder
from qa.releases.walk import MAX_DEPTH

GOOD = "Two men were held.\n"


def ids(report):
    return [release.id for release in report.releases]


def skip_lines(folder, **options):
    """Read the folder; the good release must be among what was read."""
    report = read_folder(folder, **options)
    assert "good.md" in ids(report)
    for skip in report.skipped:
        assert str(skip) == f"{skip.path}: {skip.reason}; {skip.cure}"
        assert skip.reason
        assert skip.cure
        assert len(str(skip).splitlines()) == 1
    return [(skip.path, skip.reason) for skip in report.skipped]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param(
            "x.md", "---\ntitle: A: b\n---\nText", "its head is not YAML: line 2", id="YAML"
        ),
        pytest.param("x.md", "```yaml\ntitle: A\n", "never closed", id="an open fence"),
        pytest.param(
            "x.md", b"ab\0cd", "it is not text: a zero byte at character 2", id="zero byte"
        ),
        pytest.param("x.txt", b"%PDF-1.7", "it is a PDF document, not text", id="PDF as text"),
        pytest.param("x.md", b"PK\x03\x04", "it is a zip or Office file", id="zip as text"),
        pytest.param("x.md", b"caf\xe9", "not UTF-8: byte 0xe9 at offset 3", id="encoding"),
        pytest.param("x.md", "a" * 101, "it has 101 bytes; at most 100 are read", id="too large"),
        pytest.param("x.md", "", "it has no text to quote", id="empty"),
        pytest.param("x.odt", b"PK", "its format is not one that is read", id="another format"),
        pytest.param("x", GOOD, "its format is not one that is read", id="no ending"),
    ],
)
def test_a_file_that_cannot_be_read_is_skipped(write, name, content, reason):
    folder = write({"good.md": GOOD, f"sub/{name}": content})

    [(path, why)] = skip_lines(folder, max_file_bytes=100)

    assert path == f"sub/{name}"
    assert reason in why


def test_a_file_of_the_largest_size_is_read(write):
    folder = write({"good.md": "a" * 100})

    assert skip_lines(folder, max_file_bytes=100) == []


def test_links_are_followed_only_to_files_of_the_folder(write, tmp_path):
    folder = write({"good.md": GOOD, "sub/real.md": GOOD})
    (tmp_path / "outside.md").write_text(GOOD)
    (tmp_path / "releases-too").mkdir()
    (folder / "inside.md").symlink_to("sub/real.md")
    (folder / "a-out.md").symlink_to(tmp_path / "outside.md")
    (folder / "b-up.md").symlink_to("../outside.md")
    (folder / "c-sibling.md").symlink_to(tmp_path / "releases-too")
    (folder / "d-device.md").symlink_to("/dev/zero")
    (folder / "e-dangling.md").symlink_to("nowhere.md")
    (folder / "f-loop.md").symlink_to("f-loop.md")
    (folder / "g-folder.md").symlink_to("sub")
    (folder / "h-two-steps.md").symlink_to("b-up.md")

    skipped = dict(skip_lines(folder))

    out, nothing = "it is a link out of the releases folder", "it is a link to no file"
    assert skipped == {
        "a-out.md": out, "b-up.md": out, "c-sibling.md": out, "d-device.md": out,
        "e-dangling.md": nothing, "f-loop.md": nothing, "g-folder.md": nothing,
        "h-two-steps.md": out,
    }  # fmt: skip
    assert ids(read_folder(folder)) == ["good.md", "inside.md", "sub/real.md"]


def test_links_are_read_when_the_folder_itself_is_a_link(write, tmp_path):
    folder = write({"good.md": GOOD})
    (folder / "inside.md").symlink_to(folder / "good.md")
    (tmp_path / "named").symlink_to(folder)

    assert ids(read_folder(tmp_path / "named")) == ["good.md", "inside.md"]


def test_a_pipe_is_never_waited_on(write):
    folder = write({"good.md": GOOD})
    os.mkfifo(folder / "pipe.md")
    os.mkfifo(folder / "pipe")
    (folder / "to-pipe.md").symlink_to("pipe")
    found = []

    reading = threading.Thread(target=lambda: found.extend(skip_lines(folder)), daemon=True)
    reading.start()
    reading.join(timeout=20)

    assert not reading.is_alive()
    assert dict(found) == {
        "pipe": "it is a named pipe, not a file",
        "pipe.md": "it is a named pipe, not a file",
        "to-pipe.md": "it is a link to no file",
    }


def test_a_socket_is_skipped(write, monkeypatch):
    folder = write({"good.md": GOOD})
    monkeypatch.chdir(folder)  # the path of a socket must be short

    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        assert skip_lines(folder) == [("socket.md", "it is a socket, not a file")]


def test_a_device_is_skipped(write):
    folder = write({"good.md": GOOD})
    try:
        os.mknod(folder / "zero.md", 0o600 | 0o020000, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("only root makes devices; a link to one is tested above")

    assert skip_lines(folder) == [("zero.md", "it is a device, not a file")]


@pytest.fixture
def anybody():
    """Take from root the right to read everything, for one test."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield
    os.seteuid(user)


def test_what_may_not_be_read_is_skipped(write, monkeypatch, request):
    folder = write({"good.md": GOOD, "shut.md": GOOD, "shut/a.md": GOOD})
    (folder / "shut.md").chmod(0)
    (folder / "shut").chmod(0)
    monkeypatch.chdir(folder)  # the folders above may be shut to others
    request.getfixturevalue("anybody")

    assert skip_lines(".") == [
        ("shut", "it cannot be listed: Permission denied"),
        ("shut.md", "it cannot be read: Permission denied"),
    ]


def test_a_folder_with_the_name_of_a_file_is_a_folder(write):
    folder = write({"good.md": GOOD, "x.md/inner.md": GOOD})

    assert skip_lines(folder) == []
    assert ids(read_folder(folder)) == ["good.md", "x.md/inner.md"]


def test_folders_without_end_are_left(write):
    deepest = "/".join(["d"] * MAX_DEPTH)
    folder = write({"good.md": GOOD, f"{deepest}/in.md": GOOD, f"{deepest}/d/out.md": GOOD})

    assert skip_lines(folder) == [(f"{deepest}/d", f"it lies over {MAX_DEPTH} folders deep")]
    assert f"{deepest}/in.md" in ids(read_folder(folder))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param(b"caf\xe9.md", "caf\\xe9.md", id="bytes that are no UTF-8"),
        pytest.param(b"a\nb.md", "a\\x0ab.md", id="new line"),
        pytest.param(b"a\x1b[31m.md", "a\\x1b[31m.md", id="terminal command"),
        pytest.param("a\u2028b.md".encode(), "a\\x2028b.md", id="line separator"),
        pytest.param("café “a”.md".encode(), "café “a”.md", id="other letters"),
    ],
)
def test_any_name_can_be_shown_on_one_line(write, name, shown):
    folder = write({"good.md": GOOD})
    for place, content in ((b"1", GOOD.encode()), (b"2", b"\0")):
        (folder / os.fsdecode(place + name)).write_bytes(content)

    assert skip_lines(folder) == [(f"2{shown}", "it is not text: a zero byte at character 0")]
    report = read_folder(folder)
    assert f"1{shown}" in ids(report)
    assert f"1{shown}".encode()  # can be stored


def test_hidden_files_and_backups_are_passed_over(write):
    names = (".hidden.md", ".git/x.md", "old.md~", "~lock.md", "sub/.DS_Store", "README.md")
    folder = write({"good.md": GOOD} | dict.fromkeys(names, GOOD))

    assert skip_lines(folder) == []
    assert ids(read_folder(folder)) == ["good.md"]


def test_a_readme_is_passed_over_only_at_the_top(write):
    folder = write({"good.md": GOOD, "ReadMe.MD": GOOD, "sub/README.md": GOOD})

    assert ids(read_folder(folder)) == ["good.md", "sub/README.md"]


def test_every_format_is_read_whatever_its_case(write):
    folder = write(dict.fromkeys(("a.md", "b.TXT", "c.Markdown"), GOOD))

    assert ids(read_folder(folder)) == ["a.md", "b.TXT", "c.Markdown"]


def test_releases_and_skips_stand_in_order_of_their_paths(write):
    folder = write(
        dict.fromkeys(("b.md", "a/z.md", "a.md", "a-b.md"), GOOD)
        | dict.fromkeys(("c.pdf", "a/c.md", "C.md"), "")
    )
    report = read_folder(folder)

    assert ids(report) == ["a-b.md", "a.md", "a/z.md", "b.md"]
    assert [skip.path for skip in report.skipped] == ["C.md", "a/c.md", "c.pdf"]


def test_progress_is_told_file_by_file(write):
    folder = write({"a.md": GOOD, "b.md": "", "c.md": GOOD, "d.odt": ""})
    told = []

    read_folder(folder, progress=lambda done, all_files: told.append((done, all_files)))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_folder_holds_nothing(tmp_path):
    report = read_folder(tmp_path)

    assert report.releases == report.skipped == ()


@pytest.mark.parametrize(
    ("name", "found"), [("absent", "does not exist"), ("file.md", "is not a folder")]
)
def test_no_folder_is_an_error_that_names_it(tmp_path, name, found):
    (tmp_path / "file.md").write_text(GOOD)

    with pytest.raises(ReleasesError, match=f"{name}' {found}; name it with --releases"):
        read_folder(tmp_path / name)


def test_what_three_releases_repeat_is_marked(write):
    folder = write({f"{row}.md": f"Man {word}.\n\nRing us." for row, word in enumerate("abc")})

    for release in read_folder(folder).releases:
        assert [item.kind.value for item in release.paragraphs] == ["body", "boilerplate"]


def test_the_samples_of_the_project_are_all_read(seeds):
    report = read_folder(seeds)

    assert report.skipped == ()
    assert report.releases
