"""What fetching refuses: private addresses, floods, drips, bombs, and all that is no page."""

import gzip
import re
import socket
import time
from ipaddress import ip_address

import pytest

from qa.errors import NotAdded, Unreachable
from qa.fetching import connections
from qa.fetching.connections import Deadline, is_public, resolved
from qa.fetching.web_address import web_address
from qa.records import Skipped
from qa.releases.adding import Added
from tests.loopback_server import serving
from tests.test_fetching import extraction, fetched, html, site  # noqa: F401

# ruff: noqa: F811


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.0.8", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("2002:7f00:1::", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("64:ff9b::5db8:d70e", True),
        ("2001:0:7f00:1::", False),
    ],
)
def test_addresses_that_are_public(address, public):
    assert is_public(ip_address(address)) == public


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "[::1]", "[::ffff:7f00:1]"]
)
def test_private_addresses_are_not_connected_to_however_they_are_spelt(fetched, host, tmp_path):
    with serving() as site:
        port = site.address.rpartition(":")[2]
        (came,) = fetched(f"http://{host}:{port}/a", allow_private=False)

        assert isinstance(came, Skipped)
        assert "no public address" in came.reason or "no web address" in came.reason
        assert site.asked == []


def test_a_redirect_to_a_private_address_is_not_followed(site, fetched, monkeypatch):
    # The site stands for a public one: its own address is let through, and no other.
    monkeypatch.setattr(connections, "is_public", lambda address: str(address) == "127.0.0.1")
    with serving("127.0.0.2") as inner:
        inner.page("/secret", html("Secret"))
        site.redirect("/a", f"{inner.address}/secret")
        site.redirect("/b", "http://[::ffff:169.254.169.254]/latest")
        site.redirect("/c", "file:///etc/passwd")

        came = fetched(*(f"{site.address}/{path}" for path in "abc"), allow_private=False)

        assert ["no public address" in one.reason for one in came] == [True, True, False]
        assert "no address of the web" in came[2].reason
        assert inner.asked == []


def test_a_name_is_looked_up_once_and_connected_to_where_it_was_checked(site, fetched, monkeypatch):
    """A name that is public when it is checked, and private a moment later."""
    asked = []
    system = socket.getaddrinfo

    def changing(host, *options, **more):
        if host != "rebound.example":
            return system(host, *options, **more)
        asked.append(host)
        return system("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *options, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr(connections, "is_public", lambda address: str(address) == "127.0.0.1")
    site.page("/robots.txt", "")
    port = site.address.rpartition(":")[2]

    (came,) = fetched(f"http://rebound.example:{port}/a", allow_private=False)

    # robots.txt came from the address that was checked; the page was not asked for anywhere else.
    assert [path for path, _ in site.asked] == ["/robots.txt"]
    assert "no public address" in came.reason
    assert len(asked) == 2


def test_a_slow_drip_ends_after_the_time_for_all(site, fetched):
    site.drip("/body")
    site.drip("/head", head=b"HTTP/1.1 200 OK\r\nX-Long: ")
    site.drip("/hops/robots", piece=b"x")

    for path in ("/body", "/head"):
        begun = time.monotonic()
        (came,) = fetched(f"{site.address}{path}", seconds=0.6)

        assert "it takes over 0.6 s" in came.reason
        assert time.monotonic() - begun < 3


def test_redirects_share_the_time_and_are_few(site, fetched):
    def slowly(handler):
        time.sleep(0.25)
        handler.send_response(302)
        handler.send_header("Location", handler.path + "x")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    for n in range(7):
        site.pages["/a" + "x" * n] = slowly
    site.redirect("/loop", "/loop")

    slow, loop = fetched(f"{site.address}/a", f"{site.address}/loop", seconds=0.6)

    assert "it takes over" in slow.reason
    assert "redirects over 5 times" in loop.reason


def test_a_name_that_is_never_found_in_time_is_given_up(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(1) or [])
    begun = time.monotonic()

    with pytest.raises(Unreachable, match=r"over 0\.2 s"):
        resolved("slow.example", 80, Deadline(0.2))

    assert time.monotonic() - begun < 2


def test_floods_and_bombs_end_at_the_limit(site, fetched):
    bomb = gzip.compress(b"<p>" + b"a" * (16 << 20), 1)
    site.flood("/flood", b"x" * 65536)
    site.page("/bomb", bomb, Content_Encoding="gzip")
    site.page(
        "/bomb.xml.gz", gzip.compress(b"<urlset>" * (5 << 20), 1), Content_Type="application/gzip"
    )
    site.page("/cut", gzip.compress(html("Cut").encode())[:-20], Content_Encoding="gzip")
    site.page("/odd", b"x", Content_Encoding="br")
    site.page("/good", gzip.compress(html("Packed").encode()), Content_Encoding="gzip")

    flood, *bombs, cut, odd, good = fetched(
        *(f"{site.address}/{path}" for path in ("flood", "bomb", "bomb.xml.gz")),
        *(f"{site.address}/{path}" for path in ("cut", "odd", "good")),
    )

    assert "over 8,388,608 bytes" in flood.reason
    assert "over 8,388,608 bytes" in bombs[0].reason
    assert "over 33,554,432 bytes" in bombs[1].reason
    assert "ends too soon" in cut.reason
    assert "packed as 'br'" in odd.reason
    assert isinstance(good, Added)


@pytest.mark.parametrize(
    ("told", "data", "reason"),
    [
        ({"Content_Type": "application/pdf"}, b"%PDF-1.7", "it is application/pdf, not a page"),
        ({"Content_Type": "image/png"}, b"\x89PNG", "not a page"),
        ({"Content_Type": "application/octet-stream"}, b"\0\1", "neither a page nor a list"),
        ({"Content_Type": "text/xml"}, b"<urlset></urlset>", "lists no pages"),
        ({"Content_Type": "text/xml"}, b"<urlset><url><loc>", "no whole list|lists no pages"),
        (
            {"Content_Type": "text/xml"},
            b'<!DOCTYPE a [<!ENTITY b "c">]><urlset/>',
            "entities of its own",
        ),
        ({}, b"", "it is empty"),
        ({}, b"<html><body><script>1</script></body></html>", "no text to quote"),
        ({"status": 404}, b"gone", "its server says 404"),
        ({"status": 503}, b"busy", "its server is busy"),
    ],
)
def test_what_is_no_page_is_not_kept(site, fetched, told, data, reason):
    site.page("/a", data, **told)

    (came,) = fetched(f"{site.address}/a")

    assert isinstance(came, Skipped)
    assert re.search(reason, came.reason), came
    assert list(fetched.folder.rglob("*.html")) == []


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("example.org/news", "no address of the web"),
        ("ftp://example.org/a", "no address of the web"),
        ("file:///etc/passwd", "no address of the web"),
        ("https://", "names no server|no web address"),
        ("http://me:secret@example.org/", "name or password"),
        ("http://example.org:99999/", "names no server"),
        ("http://exa mple.org/", "names no server"),
        (f"http://example.org/{'a' * 3000}", "over 2,000 characters"),
    ],
)
def test_what_is_no_web_address_is_refused(typed, reason):
    with pytest.raises(NotAdded, match=reason):
        web_address(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "http://me:secret@example.org/",
        "http://me:secret@example.org:99999/a",
        "http://me:sec/secret@example.org/",
        "http://me:sec#secret@example.org/",
        "http://me@x:secret@example.org/",
        "http:/me:secret@example.org/",
        "http:\\\\me:secret@example.org/",
        "me:secret@example.org/",
        "ftp://me:secret@example.org/",
        "http://[secret@x]/",
    ],
)
def test_a_password_is_never_repeated(fetched, typed):
    (came,) = fetched(typed)

    assert isinstance(came, Skipped)
    assert "secret" not in f"{came} {came.to_dict()}"


def test_a_password_in_a_list_is_not_repeated(site, fetched):
    place = site.address.replace("//", "//me:secret@")
    listed = f"<urlset><url><loc>{place}/a</loc></url></urlset>"
    site.page("/sitemap.xml", listed, Content_Type="application/xml")

    (came,) = fetched(f"{site.address}/sitemap.xml")

    assert "name or password" in came.reason
    assert came.path == f"{site.address.replace('//', '//…@')}/a"


def test_without_a_network_it_says_what_to_do(fetched, monkeypatch):
    def offline(*_, **__):
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", offline)

    came = fetched("https://news.example.org/a", "https://news.example.org/b")

    assert [type(one) for one in came] == [Skipped, Skipped]
    assert came[0].reason == (
        "no address is found for news.example.org (Temporary failure in name resolution)"
    )
    assert "see to the network" in came[0].cure


def test_a_site_that_does_not_answer_is_left_alone_after_a_while(site, fetched):
    places = "".join(f"<url><loc>/{n}</loc></url>" for n in range(9))
    site.page("/sitemap.xml", f"<urlset>{places}</urlset>", Content_Type="application/xml")
    for n in range(9):
        site.page(f"/{n}", "", 503)

    came = fetched(f"{site.address}/sitemap.xml")

    assert len(came) == 9
    assert ["failed 3 times" in one.reason for one in came] == [False] * 3 + [True] * 6
    assert len(site.asked) == 2 + 3
