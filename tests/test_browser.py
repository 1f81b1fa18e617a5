"""The chat in a real Chromium: what people type, read and click, and what the page must not do."""

import pytest

import qa
from qa.api import Builder
from qa.language.markup import plain
from qa.web.words import spoken_date
from tests.browsing import address, ask, browser, visit
from tests.web_samples import PLAIN_AFTER, PLAIN_BEFORE, PLAIN_SENTENCE
from tests.web_server import APP, served_chat

__all__ = ["address", "browser", "visit"]

pytestmark = pytest.mark.browser

QUESTION = "How much cash was seized in the week of action against county lines in October?"
HOSTILE = (
    "<script>window.hurt=1</script>",
    "<img src=//evil.example/a.png onerror=window.hurt=1>",
    "![a](http://evil.example/b.png) **bold** 2*3*4 `code`",
    "${window.hurt=1} {{window.hurt=1}} $$x^2$$ &lt;b&gt; \\(y\\)",
    "<form action=//evil.example><input></form><style>*{display:none}</style>",
    '"><svg onload=window.hurt=1> [a](javascript:window.hurt=1)',
)


def test_the_quote_reads_as_in_the_release_with_its_sentence_marked(visit):
    answer = ask(visit(), "How much cash?")

    assert answer.locator("mark").text_content() == PLAIN_SENTENCE
    assert answer.locator("blockquote").text_content() == (
        PLAIN_BEFORE + PLAIN_SENTENCE + PLAIN_AFTER
    )
    link = answer.locator("figcaption a")
    assert link.get_attribute("href") == "https://www.example.org/news/vans?a=1&b=2"
    assert set(link.get_attribute("rel").split()) == {"noopener", "noreferrer"}
    assert answer.locator("time").text_content() == "7 December 2020"


def test_a_refusal_marks_nothing(visit):
    answer = ask(visit(), "Who went to the moon?")

    assert answer.locator(".qa-refusal").text_content().startswith("None of the 1,204 releases")
    assert answer.locator("blockquote").count() == 1
    assert answer.locator("mark").count() == 0


def test_hostile_questions_are_shown_as_text(visit):
    page = visit()
    for text in HOSTILE:
        ask(page, text)

    assert page.locator(".qa-text").all_text_contents() == list(HOSTILE)
    assert page.evaluate("window.hurt") is None
    assert page.locator(".qa-text *").count() == 0


def test_filters_reach_the_answer(visit):
    page = visit()
    page.get_by_role("button", name="Filters").click()
    choices = (("Areas", "South Shore (404)"), ("From", "2020 (12)"), ("To", "2020 (12)"))
    for label, choice in choices:
        page.get_by_label(label, exact=True).click()
        # The list before this one may still be fading out.
        page.get_by_role("option", name=choice).last.click()
        page.keyboard.press("Tab")
    answer = ask(page, "How much cash?")

    chips = answer.locator(".qa-chip")
    assert [chip.split(" ×")[0] for chip in chips.all_text_contents()] == [
        "releases of South Shore",
        "published in 2020",
    ]
    chips.first.click()
    page.locator(".qa-answer").nth(1).wait_for()
    assert page.locator(".qa-answer").last.locator(".qa-chip").count() == 1
    assert page.locator(".qa-note").text_content() == "Asked again without: areas"


def test_an_example_of_the_releases_is_asked_and_offered_again(visit):
    page = visit()
    example = page.get_by_role("button", name="Who was jailed after pursuit?")
    example.click()
    page.locator("mark").wait_for()
    assert page.locator(".qa-text").text_content() == "Who was jailed after pursuit?"
    assert not example.is_visible()

    page.get_by_role("button", name="New conversation").click()
    example.wait_for()
    assert page.locator(".qa-answer").count() == 0


def test_after_a_fault_the_next_question_is_answered_and_the_box_keeps_the_keyboard(visit):
    page = visit()
    assert "(fault " in ask(page, "a fault, please").text_content()

    page.get_by_label("Question").fill("How much cash?")
    page.keyboard.press("Enter")
    page.locator("mark").wait_for()
    page.keyboard.type("And who?")
    assert page.get_by_label("Question").input_value() == "And who?"


def test_visitors_do_not_see_each_other(visit):
    first, second = visit(), visit()
    ask(first, "What did the first one ask?")
    ask(second, "What did the second one ask?")

    assert first.locator(".qa-text").all_text_contents() == ["What did the first one ask?"]
    assert second.locator(".qa-text").all_text_contents() == ["What did the second one ask?"]


def test_a_long_conversation_shows_the_last_question_first(visit):
    page = visit()
    for _ in range(4):
        ask(page, "How much cash?")
    page.wait_for_function(
        """() => {
            const log = document.querySelector("#qa-chat [role=log]").getBoundingClientRect();
            const rows = document.querySelectorAll("#qa-chat .user-row");
            const last = rows[rows.length - 1].getBoundingClientRect();
            return last.top >= log.top - 1 && last.bottom <= log.bottom;
        }"""
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_all_of_it_in_its_width_and_nothing_jumps(visit, scheme):
    page = visit(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    jumps = page.evaluate(
        """() => new Promise(done => new PerformanceObserver(list => done(
            list.getEntries().reduce((sum, entry) => sum + entry.value, 0)
        )).observe({type: "layout-shift", buffered: true}) || setTimeout(() => done(0), 500))"""
    )
    ask(page, "How much cash?" + " cash" * 60)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert jumps < 0.25  # above it web.dev calls a page poor; a busy machine was seen at 0.13
    assert page.evaluate("document.body.classList.contains('dark')") is (scheme == "dark")
    assert page.evaluate("document.fonts.check('700 16px \"Source Sans Pro\"')")


@pytest.mark.model
def test_the_real_assistant_quotes_a_sample_release(visit, seed_index):
    (quote, *_) = qa.ask(QUESTION, index=seed_index).quotes
    with served_chat("--index", str(seed_index), program=APP) as (address, _):
        page = visit(address)
        answer = ask(page, QUESTION)
        figure = answer.locator("figure").first

        assert "over £120,000 of cash" in figure.locator("mark").text_content()
        assert figure.locator("mark").text_content() == plain(quote.sentence.text).text
        assert figure.locator("blockquote").text_content() == plain(quote.text).text
        assert quote.title in figure.locator("cite").text_content()
        assert figure.locator("a").count() == (quote.url is not None)
        assert (
            figure.locator(".qa-facts")
            .text_content()
            .count(spoken_date(quote.published) if quote.published else "undated")
        )

        refusal = ask(page, "Which planet does the chief constable's grandmother teach ballet on?")
        assert refusal.locator(".qa-refusal").count() == 1
        assert refusal.locator("mark").count() == 0
        page.close()  # it asks what is indexed, and would miss its server


@pytest.mark.model
def test_an_open_page_follows_a_build_and_answers_from_it(visit, write, tmp_path):
    folder = write({"a.md": "# Bees\n\nBees swarmed in the park at noon on Saturday.\n"})
    index, question = tmp_path / "index", "Who painted the bench on the green?"
    builder = Builder(qa.load_settings())
    builder.build(folder, index)
    with served_chat("--index", str(index), program=APP) as (address, _):
        page = visit(address)
        assert ask(page, question).locator(".qa-refusal").count() == 1

        text = "# Bench\n\nThe bench on the green was painted by Joan Marsh.\n"
        write({"b.md": f"---\narea: Northshire\ndate: 2021-02-03\n---\n\n{text}"})
        builder.build(folder, index)

        page.locator(".qa-corpus", has_text="2 releases indexed").wait_for()
        assert "3 February 2021" in page.locator(".qa-corpus").text_content()
        answer = ask(page, question)
        assert "Joan Marsh" in answer.locator("mark").first.text_content()
        page.close()  # it asks what is indexed, and would miss its server
