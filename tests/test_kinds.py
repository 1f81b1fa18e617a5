"""Kinds by form and place, and boilerplate by how many releases repeat it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.records import Kind
from qa.releases.boilerplate import mark_boilerplate, repeats_needed
from qa.releases.kinds import kinds
from qa.releases.reader import read_release


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("Two men were held.", Kind.BODY, id="body"),
        pytest.param("## Two men held", Kind.HEADING, id="heading"),
        pytest.param("**Two men held**", Kind.HEADING, id="a bold line"),
        pytest.param("**Two men were held.**", Kind.BODY, id="a bold sentence"),
        pytest.param("**More at www.marrow.example/news**", Kind.BODY, id="a bold address"),
        pytest.param("* one man,", Kind.LIST_ITEM, id="star"),
        pytest.param("- one man,", Kind.LIST_ITEM, id="dash"),
        pytest.param("\\- one man,", Kind.LIST_ITEM, id="escaped dash"),
        pytest.param("•one man,", Kind.LIST_ITEM, id="bullet"),
        pytest.param("3. One man,", Kind.LIST_ITEM, id="number"),
        pytest.param("**3** men were held.", Kind.BODY, id="bold is no list"),
        pytest.param("Published: 07/12/2020 15:00", Kind.DATE_LINE, id="date line"),
        pytest.param("**7 December 2020**", Kind.DATE_LINE, id="bold date line"),
        pytest.param("On 7 December 2020 he left.", Kind.BODY, id="a date in a sentence"),
        pytest.param("**JA**", Kind.SIGNATURE, id="initials"),
        pytest.param("- ENDS -", Kind.SIGNATURE, id="ends"),
        pytest.param("van-seen.jpg", Kind.CAPTION, id="picture"),
        pytest.param("[A van]", Kind.CAPTION, id="bracketed"),
    ],
)
def test_kind_of_a_paragraph_by_its_form(text, kind):
    assert kinds(["First.", text, "Last words."])[1] is kind


def test_unfinished_lines_after_the_last_sentence_are_captions():
    found = kinds(["Two men were held.", "A white van", "Jo Bloggs", "**JA**"])

    assert found == [Kind.BODY, Kind.CAPTION, Kind.CAPTION, Kind.SIGNATURE]


def test_the_first_paragraph_is_never_a_trailing_caption():
    assert kinds(["Two men held"]) == [Kind.BODY]


def test_notes_to_editors_run_to_the_end():
    found = kinds(
        ["Two men.", "**Notes to editors:**", "* Ring us.", "A picture is sent.", "**JA**"]
    )

    assert found[2:] == [Kind.NOTE, Kind.NOTE, Kind.SIGNATURE]


@given(st.lists(st.text(max_size=30) | st.sampled_from(["**JA**", "# ", "* a", "7 May 2020"])))
def test_every_paragraph_gets_a_kind(paragraphs):
    assert len(kinds(paragraphs)) == len(paragraphs)


@pytest.mark.parametrize(
    ("releases", "needed"),
    [(1, 3), (20, 3), (1999, 3), (2000, 4), (5000, 10), (6920, 10), (10**6, 10)],
)
def test_how_often_boilerplate_must_stand(releases, needed):
    assert repeats_needed(releases) == needed


def corpus(*bodies):
    return [read_release(body.encode(), f"{row}.md") for row, body in enumerate(bodies)]


def test_what_three_releases_repeat_is_boilerplate_numbers_and_case_aside():
    marked = mark_boilerplate(
        corpus(
            "One man was held.\n\nRing us, quoting 12/345.",
            "Two men were held.\n\n**RING**  us, quoting 99/9.",
            "Three men were held.\n\nRing us, quoting 7/1.",
            "Ring nobody.",
        )
    )

    for release in marked[:3]:
        assert [item.kind for item in release.paragraphs] == [Kind.BODY, Kind.BOILERPLATE]
    assert [item.kind for item in marked[3].paragraphs] == [Kind.BODY]


def test_a_paragraph_twice_in_one_release_counts_once():
    releases = corpus("Ring us.\n\nRing us.\n\nRing us.", "Ring us.\n\nMore.", "Other.")

    assert mark_boilerplate(releases) == releases


def test_repeated_headings_and_signatures_keep_their_kind():
    releases = corpus(*["# Appeal\n\nMen were held.\n\n7 May 2020\n\n**JA**"] * 3)

    assert [item.kind for item in mark_boilerplate(releases)[0].paragraphs] == [
        Kind.HEADING, Kind.BOILERPLATE, Kind.DATE_LINE, Kind.SIGNATURE
    ]  # fmt: skip


def test_nothing_but_the_kind_is_changed():
    releases = corpus(*["One man.\n\nRing us."] * 3)

    for before, after in zip(releases, mark_boilerplate(releases), strict=True):
        assert (before.id, before.text, before.sha256) == (after.id, after.text, after.sha256)
        assert [item.text for item in before.paragraphs] == [item.text for item in after.paragraphs]


def test_no_releases_no_boilerplate():
    assert mark_boilerplate([]) == []
