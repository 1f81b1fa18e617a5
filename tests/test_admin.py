"""The owner's pages: who may open them, what is added, and building while answers go on."""

import base64
import json
import re
import time

import pytest

from qa.errors import UsageError
from qa.web.admin.gate import Gate
from qa.web.admin.office import open_office
from qa.web.desk import Opening
from tests.service.live import call, served_site

PASSWORD = "correct horse battery"


def header(password):
    return "Basic " + base64.b64encode(f"owner:{password}".encode()).decode()


def test_the_right_password_opens_and_wrong_ones_slow_down():
    now = [0.0]
    gate = Gate(PASSWORD, lambda: now[0])

    assert gate.check(None) == 401
    assert gate.check(header(PASSWORD)) == 200
    assert [gate.check(header("wrong")) for _ in range(6)] == [401] * 6
    assert gate.check(header(PASSWORD)) == 429
    now[0] += 2
    assert gate.check(header(PASSWORD)) == 200
    assert gate.check("Basic %%%") == 401
    assert gate.check(f"Bearer {PASSWORD}") == 401
    assert Gate(None).check(None) == 200


def office(tmp_path, host):
    return open_office(tmp_path, tmp_path / "index", Opening(lambda: None), host)


def test_others_than_this_machine_need_a_password(tmp_path, monkeypatch):
    assert office(tmp_path, "127.0.0.1").password is None
    assert office(tmp_path, "localhost").password is None
    with pytest.raises(UsageError, match="QA_ADMIN_PASSWORD"):
        office(tmp_path, "0.0.0.0")
    monkeypatch.setenv("QA_ADMIN_PASSWORD", "short")
    with pytest.raises(UsageError, match="12 characters"):
        office(tmp_path, "127.0.0.1")
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    monkeypatch.setenv("QA_ADMIN_PASSWORD_FILE", str(tmp_path / "password"))
    opened = office(tmp_path, "0.0.0.0")
    assert opened.password == PASSWORD
    assert PASSWORD not in repr(opened)
    assert opened.token not in repr(opened)


def form(token, name, text):
    parts = "".join(
        f'--sep\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (("token", token), ("name", name), ("text", text))
    )
    file = (
        '--sep\r\nContent-Disposition: form-data; name="files"; filename="a/b.exe"\r\n'
        "Content-Type: text/plain\r\n\r\nx\r\n"
    )
    return f"{parts}{file}--sep--\r\n".encode()


@pytest.mark.model
def test_an_owner_adds_and_builds_while_visitors_are_answered(tmp_path, without_reader):
    import qa

    releases = tmp_path / "releases"
    releases.mkdir()
    (releases / "one.md").write_text("---\ntitle: One\n---\n\nA parrot was found in Wexmoor.\n")
    (releases / "bad.md").write_bytes(b"\x00\xff\x00")
    qa.build(releases, tmp_path / "index")
    options = ("--admin", "--releases", releases, "--per-minute", "1000")
    with served_site(tmp_path / "index", *options, QA_ADMIN_PASSWORD=PASSWORD) as address:
        owner = {"Authorization": header(PASSWORD), "Origin": address}
        multipart = {"Content-Type": "multipart/form-data; boundary=sep"}
        assert call(f"{address}/admin")[0] == 401
        status, _, page = call(f"{address}/admin", **owner)
        assert status == 200
        assert "bad&#46;md" in page
        token = re.search(r'name="token" value="([^"]+)"', page)[1]
        from html import unescape

        token = unescape(token)
        for wrong in (
            {"data": form("guess", "x", "y"), **owner},
            {"data": form(token, "x", "y"), "Authorization": header(PASSWORD)},
            {"data": form(token, "x", "y"), **owner, "Origin": "https://evil.example"},
        ):
            assert call(f"{address}/admin/add", **(multipart | wrong))[0] == 403
        assert sorted(path.name for path in releases.iterdir()) == ["bad.md", "one.md"]

        text = "---\r\ntitle: Two\r\n---\r\n\r\nA tortoise was found in Eastbury.\r\n"
        status, _, told = call(
            f"{address}/admin/add", form(token, "Two & more", text), **multipart, **owner
        )
        assert status == 200
        assert "two-more.md" in unescape(told)
        assert "'a/b.exe' was not added: its format is not one that is read" in unescape(told)
        assert "“Two”: no date; no area; 1 paragraph" in unescape(told)

        urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"token={token}".encode()
        assert call(f"{address}/admin/build", body, **urlencoded, **owner)[0] == 303
        asked, first = [], None
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            status, _, told = call(f"{address}/api/ask", {"question": "What was found?"})
            asked.append(status)
            answer = json.loads(told)
            first = first or answer["generation"]
            if answer["searched"]["releases"] == 2:
                break
        assert answer["searched"]["releases"] == 2
        assert answer["generation"] != first
        assert set(asked) == {200}
        page = unescape(call(f"{address}/admin", **owner)[2])
        assert "2 releases" in page or answer["generation"] in page
