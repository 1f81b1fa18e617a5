"""The address of a page that is a file: stated by itself, or noted by the browser that saved it."""

import pytest

from qa.releases.formats.page_address import page_address, saved_note

OURS, OTHER = "https://www.example.org/news/7", "https://elsewhere.example/7"


def test_a_page_that_a_browser_saved_links_to_where_it_was():
    # As Chromium writes it, behind the document type.
    page = f"<!DOCTYPE html>\n{saved_note(OURS)}\n<html lang='en'><body>A text.</body></html>"

    assert page_address(page, []) == OURS


@pytest.mark.parametrize(
    ("stated", "saved", "address"),
    [
        ([None, None], None, None),
        (["/news/7"], None, None),
        (["/news/7", OTHER], None, OTHER),
        ([OTHER], OURS, OURS),
        (["http://example.org/seven"], OURS, "http://example.org/seven"),
        (["../seven"], OURS, "https://www.example.org/seven"),
        (["javascript:alert(1)"], OURS, OURS),
        (["https://[broken"], OURS, OURS),
        (["https://exa mple.org/"], None, None),
        ([""], OURS, OURS),
    ],
)
def test_what_a_page_states_counts_for_its_own_site(stated, saved, address):
    page = f"<html></html>{saved_note(saved) if saved else ''}"

    assert page_address(page, stated) == address


def test_what_was_written_behind_a_page_counts_more_than_what_it_holds():
    forged = f"{saved_note(OTHER)}{'<p>A text.</p>' * 2000}{saved_note(OTHER)}"

    assert page_address(f"{forged}\n{saved_note(OURS)}\n", [OTHER]) == OURS


def test_a_note_in_the_middle_of_a_page_is_a_text_of_it():
    page = f"{'<p>A text.</p>' * 999}{saved_note(OTHER)}{'<p>A text.</p>' * 999}"

    assert page_address(page, []) is None
