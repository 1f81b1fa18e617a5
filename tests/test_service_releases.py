"""A whole release by address: it takes a turn, and a page shows no more of it than can be read."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from qa.limits import Limits
from qa.service.api import build_service
from qa.service.desk import Counter
from qa.service.fairness import Turnstile
from qa.web.desk import Opening
from qa.web.panel import MAX_AROUND
from qa.web.plain.routes import plain_routes
from tests.service.samples import OPEN, open_desk

SENTENCE = "A heron was found at Wexmoor on Monday."
FILLING = "Nothing else was said of it by anybody there.\n\n" * 2000


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    (folder / "releases").mkdir()
    (folder / "releases" / "long.md").write_text(f"{FILLING}{SENTENCE}\n\n{FILLING}")
    (folder / "releases" / "short.md").write_text(f"# Heron\n\n{SENTENCE}\n")
    with open_desk(folder / "releases", folder / "index") as desk:
        yield desk


def client_of(desk, limits=OPEN):
    counter = Counter(lambda: desk, Turnstile(limits))
    app = build_service(counter)
    app.include_router(plain_routes(counter, Opening(lambda: desk)))
    return TestClient(app, raise_server_exceptions=False)


def text_of(page):
    """Give what is before, in and after the text of a release."""
    before, text, after = re.fullmatch(
        r".*<main>(.*)<pre[^>]*>(.*)</pre>(.*)</main>.*", page, re.DOTALL
    ).groups()
    return [html.unescape(re.sub("<[^>]*>", "", part)) for part in (before, text, after)]


@pytest.mark.parametrize("address", ["/api/releases/short.md", "/plain/release?path=short.md"])
def test_a_release_takes_a_turn_and_counts_as_a_fifth_of_a_question(desk, address):
    with client_of(desk, Limits(per_minute=2)) as client:
        asked = client.post("/api/ask", json={"question": "Where was the heron found?"})
        *read, refused = (client.get(address) for _ in range(6))

    assert [one.status_code for one in (asked, *read, refused)] == [200] * 6 + [429]
    told = html.unescape(refused.text)
    assert "More than 2 questions a minute came from your address. Ask again in" in told


def test_a_release_is_looked_up_while_it_has_a_turn(desk):
    turnstile, seen = Turnstile(Limits()), []

    class Watched:
        generation = desk.generation

        def release(self, path):
            seen.append(turnstile._inside)
            return desk.release(path)

    Counter(Watched, turnstile).release("short.md", None)

    assert (seen, turnstile._inside) == ([1], 0)


def test_a_page_shows_a_cut_around_the_mark_of_a_very_long_release(desk):
    start = len(FILLING)
    place = {"path": "long.md", "start": start, "end": start + len(SENTENCE)}
    with client_of(desk) as client:
        page = client.get("/plain/release", params=place).text
    before, text, after = text_of(page)

    left_out = len(FILLING) - MAX_AROUND
    assert before == f"{left_out:,} characters here are not shown."
    assert after == f"{left_out + 2:,} characters here are not shown."
    assert text == FILLING[-MAX_AROUND:] + SENTENCE + ("\n\n" + FILLING)[:MAX_AROUND]


@pytest.mark.parametrize("place", [{}, {"start": 0, "end": 2 * len(FILLING)}])
def test_a_page_without_a_mark_or_with_a_huge_one_is_cut_as_well(desk, place):
    with client_of(desk) as client:
        page = client.get("/plain/release", params={"path": "long.md"} | place).text
    before, text, after = text_of(page)

    assert before == ""
    assert FILLING.startswith(text)
    assert MAX_AROUND <= len(text) <= 2 * MAX_AROUND
    assert after.endswith(" characters here are not shown.")


def test_a_short_release_is_shown_whole(desk):
    with client_of(desk) as client:
        page = client.get("/plain/release", params={"path": "short.md"}).text

    assert text_of(page) == ["", f"# Heron\n\n{SENTENCE}\n", ""]
