"""Fetching from a real server on loopback: pages, lists of pages, robots.txt, addresses kept."""

import gzip

import pytest

from qa.fetching import fetch as fetching
from qa.fetching.fetch import Fetching, Plan
from qa.records import Skipped
from qa.releases.adding import Added, Adding, Held
from qa.releases.extraction import Extraction
from qa.releases.folder import read_folder
from tests.loopback_server import serving

WORDS = (
    "Two men were held in Wexmoor on Friday after a parrot was stolen from the market hall, "
    "where it had lived for eleven years and was known to every visitor by name."
)


def html(title, words=WORDS, head=""):
    return (
        f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body><main><article>"
        f"<h1>{title}</h1><p>{words}</p><p>Anyone who saw the parrot is asked to call 101, and to "
        f"say that it is about {title}.</p></article></main></body></html>"
    )


@pytest.fixture
def site():
    with serving() as site:
        yield site


@pytest.fixture(scope="module")
def extraction():
    """The child that reads pages, begun once: it takes longer to begin than to read."""
    with Extraction() as extraction:
        yield extraction


@pytest.fixture
def fetched(tmp_path, extraction):
    """Fetch addresses into a folder: fetched(site.address) gives what came of it."""
    folder = tmp_path / "releases"
    folder.mkdir()

    def fetch(*addresses, **plan):
        chosen = Plan(**{"allow_private": True, "pause": 0.0, "seconds": 20.0} | plan)
        with Adding(folder, replace=chosen.again, extraction=extraction) as adding:
            run = Fetching(adding, chosen)
            return [one for address in addresses for one in run.fetch(address)]

    fetch.folder = folder
    return fetch


def test_a_page_is_kept_with_its_address_and_quotes_link_to_it(site, fetched):
    page = html("Two men held")
    site.page("/news/two-men-held?id=7", page)
    address = f"{site.address}/news/two-men-held?id=7"

    (added,) = fetched(f"{address}#top")

    assert isinstance(added, Added)
    file = fetched.folder / added.path
    assert file.read_bytes().startswith(page.encode())
    assert added.path.rpartition("/")[2].startswith("two-men-held-")
    (release,) = read_folder(fetched.folder).releases
    assert (release.title, release.url) == ("Two men held", address)
    assert any(WORDS in paragraph.text for paragraph in release.paragraphs)
    (path, headers), *_ = [one for one in site.asked if one[0] != "/robots.txt"]
    assert path == "/news/two-men-held?id=7"
    assert headers["User-Agent"].startswith("ReleaseQA/")
    assert "Cookie" not in headers


def test_a_page_that_states_its_address_keeps_its_very_bytes(site, fetched):
    canonical = f'<link rel="canonical" href="{site.address}/held">'
    page = html("Two men held", head=canonical).encode()
    site.page("/a", page)

    (added,) = fetched(f"{site.address}/a")

    assert (fetched.folder / added.path).read_bytes() == page
    assert added.understood[0].url == f"{site.address}/held"


@pytest.mark.parametrize(
    "head",
    [
        '<link rel="canonical" href="https://elsewhere.example/held">',
        '<link rel="canonical" href="javascript:alert(1)">',
        "<!-- saved from url=(0029)https://elsewhere.example/hel -->",
    ],
)
def test_a_page_does_not_speak_for_another_site(site, fetched, head):
    site.page("/a", html("Two men held", head=head))

    (added,) = fetched(f"{site.address}/a")

    assert added.understood[0].url == f"{site.address}/a"


def test_a_relative_canonical_address_is_made_whole(site, fetched):
    site.page("/a", html("Two men held", head='<link rel="canonical" href="/held">'))

    (added,) = fetched(f"{site.address}/a")

    assert added.understood[0].url == f"{site.address}/held"


@pytest.mark.parametrize(
    ("said", "codec", "kept"),
    [
        ("iso-8859-1", "cp1252", False),
        ("utf-8", "utf-8", True),
        ("utf-16", "utf-16", True),
        ("klingon", "utf-8", True),
    ],
)
def test_the_charset_that_only_the_server_says_is_kept(site, fetched, said, codec, kept):
    page = html("Café raid – “Ōtara”" if codec != "cp1252" else "Café raid – “held”")
    site.page("/a", page.encode(codec), Content_Type=f"text/html; charset={said}")

    (added,) = fetched(f"{site.address}/a")

    assert added.understood[0].title.startswith("Café raid – “")
    assert added.understood[0].url == f"{site.address}/a"
    data = (fetched.folder / added.path).read_bytes()
    assert page.encode(codec) in data
    assert data.startswith(page.encode(codec)) == kept


def test_a_sitemap_gives_its_pages_once_and_goes_on_where_it_ended(site, fetched):
    places = "".join(
        f"<url><loc>{site.address}/news/{n}</loc><image:image xmlns:image='urn:i'><image:loc>"
        f"{site.address}/{n}.png</image:loc></image:image></url>"
        for n in (1, 2, 3, 3)
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    urls = f'<?xml version="1.0"?><urlset {space}>{places}</urlset>'
    site.page("/sitemap.xml", urls, Content_Type="application/xml")
    for n in (1, 2, 3):
        site.page(f"/news/{n}", html(f"Release number {n}"))

    first = fetched(f"{site.address}/sitemap.xml", most=2)
    second = fetched(f"{site.address}/sitemap.xml")

    assert [type(one) for one in first] == [Added, Added]
    assert [type(one) for one in second] == [Held, Held, Added]
    asked = [path for path, _ in site.asked if path.startswith("/news")]
    assert asked == ["/news/1", "/news/2", "/news/3"]
    assert len(read_folder(fetched.folder).releases) == 3


def test_an_index_of_packed_sitemaps_and_a_feed_are_followed_within_their_site(site, fetched):
    inner = f"<urlset><url><loc>{site.address}/1</loc></url></urlset>"
    site.page("/1.xml.gz", gzip.compress(inner.encode()), Content_Type="application/gzip")
    feed = (
        '<rss version="2.0"><channel><link>http://x.example</link>'
        f"<item><link>{site.address}/2</link></item>"
        "<item><link>https://elsewhere.example/3</link></item></channel></rss>"
    )
    site.page("/feed", feed, Content_Type="application/rss+xml")
    index = (
        f"<sitemapindex><sitemap><loc>{site.address}/1.xml.gz</loc></sitemap>"
        f"<sitemap><loc>/feed</loc></sitemap>"
        f"<sitemap><loc>{site.address}/index.xml</loc></sitemap></sitemapindex>"
    )
    site.page("/index.xml", index, Content_Type="text/xml")
    for n in (1, 2):
        site.page(f"/{n}", html(f"Release number {n}"))

    one, two, elsewhere = fetched(f"{site.address}/index.xml")

    assert [one.understood[0].title, two.understood[0].title] == [
        "Release number 1",
        "Release number 2",
    ]
    assert elsewhere.path == "https://elsewhere.example/3"
    assert "is not of" in elsewhere.reason


def test_an_atom_feed_gives_its_pages(site, fetched):
    entry = (
        f'<entry><link rel="self" href="{site.address}/x"/><link href="{site.address}/1"/></entry>'
    )
    space = 'xmlns="http://www.w3.org/2005/Atom"'
    site.page("/atom", f"<feed {space}>{entry}</feed>", Content_Type="application/atom+xml")
    site.page("/1", html("Release number 1"))

    (added,) = fetched(f"{site.address}/atom")

    assert added.understood[0].title == "Release number 1"


def test_robots_txt_is_kept_to(site, fetched):
    robots = (
        "User-agent: *\nDisallow: /\n\nUser-agent: ReleaseQA\n"
        "Disallow: /private\nDisallow: /*.php$\nAllow: /private/open\n"
    )
    site.page("/robots.txt", robots)
    for path in ("/news", "/private/a", "/private/open/a", "/a.php"):
        site.page(path, html(f"Of {path}"))
    site.redirect("/moved", "/private/a")

    came = fetched(
        *(f"{site.address}{path}" for path in ("/news", "/private/a", "/private/open/a")),
        *(f"{site.address}{path}" for path in ("/a.php", "/moved")),
    )

    assert [type(one) for one in came] == [Added, Skipped, Added, Skipped, Skipped]
    assert all("robots.txt of" in one.reason for one in came if isinstance(one, Skipped))
    paths = [path for path, _ in site.asked]
    assert paths.count("/robots.txt") == 1
    assert "/private/a" not in paths
    assert "/a.php" not in paths


@pytest.mark.parametrize(
    ("status", "data", "allowed"),
    [(404, "", True), (403, "", True), (500, "", False), (429, "", False), (200, "", True),
     (200, "#" * (501 * 1024), False)],
)  # fmt: skip
def test_without_a_robots_txt_all_is_allowed_and_with_a_broken_one_nothing(
    site, fetched, status, data, allowed
):
    site.page("/robots.txt", data, status)
    site.page("/a", html("A"))

    (came,) = fetched(f"{site.address}/a")

    assert isinstance(came, Added) == allowed
    assert ("/a" in [path for path, _ in site.asked]) == allowed


def test_there_is_a_pause_between_requests_and_the_site_may_ask_for_a_longer_one(site, fetched):
    site.page("/robots.txt", "User-agent: *\nCrawl-delay: 0.3\n")
    for n in (1, 2):
        site.page(f"/{n}", html(f"Release number {n}"))

    fetched(f"{site.address}/1", f"{site.address}/2", pause=0.1)

    gaps = [later - earlier for earlier, later in zip(site.times, site.times[1:], strict=False)]
    assert len(gaps) == 2
    assert min(gaps) >= 0.29


def test_what_is_there_is_not_asked_for_and_again_replaces_it(site, fetched):
    site.page("/a", html("First"))
    fetched(f"{site.address}/a")
    site.page("/a", html("Second"))

    (held,) = fetched(f"{site.address}/a")
    (added,) = fetched(f"{site.address}/a", again=True)
    (same,) = fetched(f"{site.address}/a", again=True)

    assert isinstance(held, Held)
    assert added.understood[0].title == "Second"
    assert isinstance(same, Held)
    (release,) = read_folder(fetched.folder).releases
    assert release.title == "Second"


def test_lists_of_lists_end(site, fetched, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_LISTS", 3)
    for n in range(9):
        text = f"<sitemapindex><sitemap><loc>/{n + 1}.xml</loc></sitemap></sitemapindex>"
        site.page(f"/{n}.xml", text, Content_Type="application/xml")

    (came,) = fetched(f"{site.address}/0.xml")

    assert "over 3 lists" in came.reason
    assert len(site.asked) == 5  # robots.txt, three lists, and the one too many
