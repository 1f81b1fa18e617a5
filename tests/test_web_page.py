"""The whole path of an asker in a real Chromium: ask, read, check, go on, take away."""

import csv
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from qa.language.markup import plain
from qa.web.conversation import MAX_EXCHANGES
from qa.web.escape import visible
from tests.browsing import address, ask, browser, visit
from tests.web_hostile import PASSAGES
from tests.web_samples import PLAIN_SENTENCE
from tests.web_server import served_chat

__all__ = ["address", "browser", "visit"]
pytestmark = pytest.mark.browser


def test_from_question_to_source_and_back_by_keyboard(visit):
    page = visit()
    ask(page, "How much cash?")
    assert page.locator("#qa-status").text_content().startswith("Answered, 1 passage. They found")

    opener = page.get_by_role("button", name="Show in the release")
    opener.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Release")
    panel.wait_for()
    assert panel.locator("mark").text_content() == PLAIN_SENTENCE
    assert "qa-good" in panel.locator(".qa-check").get_attribute("class")
    assert page.evaluate("document.activeElement.id") == "qa-panel-title"

    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")
    assert page.evaluate("document.activeElement.textContent") == "Show in the release"


def test_a_link_asks_the_same_again_and_tells_of_another_index(visit, address):
    query = "?q=How+much+cash%3F&area=North+Shore&from=2020&index=g0"
    page = visit(address + "/" + query)
    page.locator("mark").wait_for()

    assert page.locator(".qa-text").text_content() == "How much cash?"
    assert (
        page.locator(".qa-note").text_content().startswith("This link was made over the index g0")
    )
    assert page.locator(".qa-chip").count() == 2
    link = page.get_by_role("button", name="Copy link").get_attribute("value")
    assert link == query.replace("g0", "g1") + "&lang=en"


def test_a_quote_is_copied_with_its_citation(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, "How much cash?")
    page.get_by_role("button", name="Copy quote").click()
    page.locator("#qa-status", has_text="Copied.").wait_for(state="attached")

    copied = page.evaluate("navigator.clipboard.readText()")
    assert PLAIN_SENTENCE in copied
    assert "north/1.md, 100–" in copied


def test_the_conversation_is_saved_in_each_format(visit):
    page = visit()
    ask(page, "How much cash?")
    files = {}
    for name in ("Markdown", "CSV", "JSON", "Word"):
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        saved = download.value
        files[saved.suggested_filename] = Path(saved.path()).read_bytes()

    (row,) = csv.DictReader(io.StringIO(files["release-qa.csv"].decode("utf-8-sig")))
    (entry,) = json.loads(files["release-qa.json"])
    quote = entry["answer"]["quotes"][0]
    assert (row["start"], row["end"], row["citation"]) == (
        str(quote["start"]),
        str(quote["end"]),
        str(entry["citations"][0]),
    )
    assert row["sentence"] == quote["sentence"]["text"]
    assert b"\\[1\\]" in files["release-qa.md"]
    with zipfile.ZipFile(io.BytesIO(files["release-qa.docx"])) as document:
        assert "4,200" in document.read("word/document.xml").decode()


def test_several_questions_give_a_table(visit):
    page = visit()
    page.get_by_role("button", name="Several questions at once").click()
    page.locator("#qa-several textarea").fill("question\nHow much cash?\nWho went to the moon?")
    with page.expect_download() as download:
        page.get_by_role("button", name="Answer all, save as a table").click()
    text = Path(download.value.path()).read_text("utf-8-sig")

    assert [row["answered"] for row in csv.DictReader(io.StringIO(text))] == ["yes", "no"]


def test_the_page_speaks_the_language_of_the_browser(visit):
    page = visit(locale="de-DE", ready="im Index")
    page.get_by_role("button", name="Fragen", exact=True).wait_for()
    page.locator("#qa-question").get_by_label("Frage").fill("How much cash?")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="In der Mitteilung zeigen").wait_for()

    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.locator("time").text_content() == "7. Dezember 2020"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(visit, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(color_scheme=scheme)
    found = _violations(Axe().run(page))
    ask(page, "How much cash?")
    page.get_by_text("Releases by month").click()
    found += _violations(Axe().run(page))
    page.get_by_role("button", name="Show in the release").click()
    page.get_by_role("dialog").wait_for()
    page.wait_for_timeout(300)  # until it stands still
    found += _violations(Axe().run(page))

    assert found == []  # not even of Gradio's own


def _violations(results):
    return [
        (violation["id"], node["html"][:200])
        for violation in results.response["violations"]
        for node in violation["nodes"]
    ]


def test_hostile_passages_are_text_in_every_field(visit):
    whole = os.environ.get("QA_PROOF") == "full"
    answers = range(0, -(-len(PASSAGES) // 5), 1 if whole else 8)
    checked = 0
    with served_chat("--desk", "hostile") as (address, _):
        page = visit(address)
        for done, number in enumerate(answers, start=1):
            if done % MAX_EXCHANGES == 0:  # as many stay on a page
                page.close()
                page = visit(address)
            answer = ask(page, f"hostile {number}")
            here = PASSAGES[5 * number : 5 * number + 5]
            shown = [visible(plain(text).text) for text in here]
            assert answer.locator("blockquote").all_text_contents() == shown
            titles = answer.locator("cite").all_text_contents()
            assert titles == [visible(text) for text in here]
            answer.get_by_role("button", name="Show in the release").first.click()
            page.locator(f'#qa-source button[value="{number_of(page)} 1"]').wait_for()
            assert page.locator("#qa-source mark").text_content() == shown[0]
            page.keyboard.press("Escape")
            checked += len(here)
        assert page.evaluate("window.hurt") is None
        assert page.title() == "Release QA"
        page.close()  # it asks what is indexed, and would miss its server
    assert checked >= (200 if whole else 20)


def number_of(page):
    """The number of the last exchange."""
    buttons = page.locator("#qa-chat button[value^='open ']")
    return buttons.last.get_attribute("value").split()[1]


def test_who_comes_when_too_many_wait_is_told_so(browser):
    with served_chat("--desk", "slow") as (address, _):
        visitors = [browser.new_page() for _ in range(3)]
        for page in visitors:
            page.goto(address)
            page.locator(".qa-corpus", has_text="indexed").wait_for()
        for page in visitors:
            page.get_by_label("Question").fill("How much cash?")
            page.get_by_role("button", name="Ask", exact=True).click()
            page.wait_for_timeout(300)  # so that they come in this order

        told = visitors[-1].locator(".qa-toast")
        told.wait_for(timeout=5000)
        assert "ask again in a few seconds" in told.text_content()
        assert visitors[-1].get_by_label("Question").input_value() == "How much cash?"
        visitors[0].locator(".qa-answer").wait_for()
        for page in visitors:
            page.close()
