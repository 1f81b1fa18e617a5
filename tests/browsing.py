"""A real Chromium over a served chat, for the tests that drive it; fixtures to import."""

import shutil
from urllib.parse import urlsplit

import pytest

from tests.conftest import need
from tests.web_server import served_chat

# Chromium looks for its makers at every start unless told not to; --no-sandbox serves root.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser():
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    need(program, "Chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address():
    with served_chat() as (address, _):
        yield address


@pytest.fixture
def visit(browser, address):
    """Open the chat as a new visitor; at the end, nothing may have left or gone wrong."""
    visitors, requests, faults = [], [], []

    def open_page(address=address, ready="indexed", **options):
        visitor = browser.new_context(**options)
        visitor.set_default_timeout(20_000)
        visitors.append(visitor)
        page = visitor.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"dialog {dialog.message}"))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.goto(address)
        page.locator(".qa-corpus", has_text=ready).wait_for()
        return page

    yield open_page
    for visitor in visitors:
        visitor.close()
    hosts = {urlsplit(url).hostname for url in requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {"127.0.0.1"}
    assert faults == []


def ask(page, question):
    """Ask, and give the message that answers, once it is there."""
    answers = page.locator(".qa-answer, .qa-notice")
    before = answers.count()
    page.get_by_label("Question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    answers.nth(before).wait_for()
    return answers.nth(before)
