"""`qa add`, `check`, `remove` and `fetch` as a shell runs them."""

import json
import os
import pty
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.conftest import ROOT, write_below
from tests.loopback_server import serving
from tests.shell import called
from tests.test_fetching import html

HELD = "---\ntitle: Two men held\narea: Wexmoor\ndate: 2020-12-07\n---\n\nTwo men were held.\n"


@pytest.fixture
def shelf(tmp_path):
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    return shelf


def test_files_are_added_and_what_was_understood_is_told(shelf, write):
    source = write({"Two men.md": HELD, "void.md": "", "x.png": b"\x89PNG"})

    done = called("add", source / "Two men.md", source / "void.md", "--releases", shelf)

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"added two-men.md, from {source}/Two men.md",
        "    Two men held",
        "        7 December 2020 (told by date); Wexmoor; 1 paragraph",
        "1 added, 1 refused",
        f"answers know of it after: qa build --releases {shelf}",
    ]
    assert f"not added: {source}/void.md: it is empty; give a file with text" in done.stderr
    assert called("add", source / "Two men.md", "--releases", shelf).returncode == 1
    (source / "new.md").write_text("Another text.")
    assert called("add", source / "new.md", "--releases", shelf).returncode == 0


@pytest.fixture
def anybody():
    """Take from root, for one test, the rights of root: those of the real user too."""
    user = os.getuid()
    if user == 0:
        os.setresuid(65534, 65534, 0)
    yield
    os.setresuid(user, user, user)


@pytest.fixture
def open_folder():
    """A folder that every user may enter and write to, by its whole path."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_what_may_not_be_read_is_refused_and_all_others_are_added(open_folder, shelf, request):
    write_below(open_folder, {"kite.md": HELD, "shut/a.md": HELD, "page.md": "A text."})
    called("add", open_folder / "page.md", "--releases", shelf)  # loads what nobody could
    for shut in ("kite.md", "shut"):
        (open_folder / shut).chmod(0)
    (open_folder / "shelf").mkdir()
    (open_folder / "shelf").chmod(0o777)
    paths = [open_folder / name for name in ("kite.md", "shut", "shut/a.md", "page.md")]
    request.getfixturevalue("anybody")

    done = called("add", *paths, "--releases", open_folder / "shelf")

    assert done.returncode == 1
    assert "1 added, 3 refused" in done.stdout
    assert [line.partition(": ")[2] for line in done.stderr.splitlines()] == [
        f"{open_folder}/kite.md: it cannot be read: Permission denied; give read rights",
        f"{open_folder}/shut: '{open_folder}/shut' cannot be listed: Permission denied; "
        "give read rights",
        f"{open_folder}/shut/a.md: it cannot be looked at: Permission denied; give read rights",
    ]


def test_json_has_all_that_the_lines_have(shelf, write):
    source = write({"in/a.md": HELD, "in/void.md": ""})

    done = called("add", source / "in", "--releases", shelf, "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert [one["path"] for one in told["added"]] == ["in/a.md"]
    assert told["added"][0]["releases"][0]["published_source"] == "date"
    assert told["refused"][0]["reason"] == "it is empty"
    assert told["build"] is None


def test_control_characters_do_not_reach_the_terminal(shelf, write):
    source = write({"a.md": '---\ntitle: "a\\e[31mred"\n---\n\nA text.\n', "b\x1b[2J.exe": "x"})

    done = called("add", source, "--releases", shelf)

    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[31mred" in done.stdout


@pytest.mark.model
def test_adding_with_build_is_answered_from(shelf, write, tmp_path, without_reader):
    source = write({"a.md": HELD})
    index = tmp_path / "index"

    done = called("add", source / "a.md", "--releases", shelf, "--build", "--index", index)

    assert done.returncode == 0
    assert "1 release" in done.stdout.splitlines()[-1]
    answer = called("retrieve", "Who was held?", "--index", index)
    assert "Two men were held." in answer.stdout


def test_a_folder_is_checked_and_the_exit_code_tells(shelf):
    (shelf / "a.md").write_text(HELD)
    assert called("check", "--releases", shelf).returncode == 0

    (shelf / "b.md").write_text("A parrot was found.")
    done = called("check", "--releases", shelf)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "undated    b.md: it states no date; add a head with a line such as 'date: 2021-01-31'",
        "2 files, 2 releases, 2 paragraphs, 1 with a date: 1 undated",
    ]
    told = json.loads(called("check", "--releases", shelf, "--json").stdout)
    assert [one["fault"] for one in told["findings"]] == ["undated"]
    assert called("check", "--releases", shelf, "--only", "unreadable").returncode == 0
    assert called("check", "--releases", shelf, "--only", "odd").returncode == 2


def test_releases_are_removed_once_that_is_confirmed(shelf):
    for name in ("a.md", "b.md"):
        (shelf / name).write_text(HELD)

    done = called("remove", "a.md", "--releases", shelf, "--yes")

    assert done.returncode == 0
    assert done.stdout == "removed a.md\n"
    assert "qa build" in done.stderr
    assert "qa purge" in done.stderr
    assert [path.name for path in shelf.iterdir()] == ["b.md"]
    assert called("remove", "b.md", "none.md", "--releases", shelf, "--yes").returncode == 2
    assert (shelf / "b.md").exists()
    told = json.loads(called("remove", "b.md", "--releases", shelf, "-y", "--json").stdout)
    assert told == {"removed": [{"path": "b.md", "is_link": False}]}


@pytest.mark.parametrize(
    ("typed", "code", "left"), [(b"y\n", 0, []), (b"n\n", 2, ["a.md"]), (None, 2, ["a.md"])]
)
def test_without_yes_a_person_is_asked(shelf, typed, code, left):
    (shelf / "a.md").write_text(HELD)
    command = [sys.executable, "-m", "qa", "remove", "a.md", "--releases", str(shelf)]
    ours, theirs = pty.openpty()
    try:
        if typed is not None:
            os.write(ours, typed)
        done = subprocess.run(
            command,
            stdin=theirs if typed is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    finally:
        os.close(ours)
        os.close(theirs)

    assert done.returncode == code, done.stderr
    assert f"remove a.md from {shelf}?" in done.stderr
    assert [path.name for path in shelf.iterdir()] == left


def test_pages_are_fetched_and_link_to_their_address(shelf):
    with serving() as site:
        site.page("/held", html("Two men held"))
        options = ("--releases", shelf, "--pause", 0, "--allow-private")

        private = called("fetch", f"{site.address}/held", "--releases", shelf)
        done = called("fetch", f"{site.address}/held", f"{site.address}/none", *options)
        again = called("fetch", f"{site.address}/held", *options, "--json")

        assert (private.returncode, done.returncode, again.returncode) == (1, 1, 0)
        assert "no public address" in private.stderr
        assert f"{site.address}/held" in done.stdout
        assert "1 added, 1 refused" in done.stdout
        assert f"not added: {site.address}/none: its server says 404" in done.stderr
        told = json.loads(again.stdout)
        assert [one["from"] for one in told["held"]] == [f"{site.address}/held"]
        assert told["added"] == told["refused"] == []


def test_what_is_left_by_a_limit_is_counted_and_is_no_fault(shelf):
    with serving() as site:
        places = "".join(f"<url><loc>/{n}</loc></url>" for n in (0, 1, 1, 2, 3))
        site.page("/sitemap.xml", f"<urlset>{places}</urlset>", Content_Type="text/xml")
        for n in range(4):
            site.page(f"/{n}", html(f"Release number {n}"))
        command = ("fetch", f"{site.address}/sitemap.xml", "--releases", shelf, "--most", 1)
        options = ("--pause", 0, "--allow-private")

        first = called(*command, *options)
        second = called(*command, *options, "--json")
        asked = [path for path, _ in site.asked if path in {"/0", "/1", "/2", "/3"}]

    assert (first.returncode, second.returncode) == (0, 0)
    assert "1 added, 0 refused\n3 left: run it again" in first.stdout
    told = json.loads(second.stdout)
    assert [len(told["added"]), len(told["held"]), told["refused"], told["left"]] == [1, 1, [], 2]
    assert asked == ["/0", "/1"]


def test_fetching_without_its_libraries_names_the_extra(shelf, monkeypatch):
    from qa.fetching import libraries

    monkeypatch.setattr(libraries, "library_version", lambda name: None)

    done = called("fetch", "https://example.org/", "--releases", shelf)

    assert done.returncode == 2
    assert "pip install 'release-qa[fetch]'" in done.stderr


@pytest.mark.parametrize(("command", "extra"), [("fetch", "fetch"), ("mcp", "mcp")])
def test_help_names_the_extra_that_is_needed(command, extra):
    assert f"release-qa[{extra}]" in called(command, "--help").stdout


def test_nothing_but_fetching_opens_a_connection():
    """What could connect is imported by the room of fetching alone."""
    users = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "qa").rglob("*.py")
        for line in file.read_text("utf-8").splitlines()
        if line.strip().startswith(("import ", "from "))
        and line.split()[1].split(".")[0] in {"httpx", "httpx2", "httpcore2", "requests", "urllib3"}
    }

    assert users
    assert all(user.startswith("qa/fetching/") for user in users)
