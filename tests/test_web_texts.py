"""The words of the page: every language has all of them, and a visitor gets the one asked for."""

from dataclasses import fields, replace
from string import Formatter
from typing import get_args

import pytest

from qa.records import Reason, RefusalNote, Searched
from qa.web.asking import Asking
from qa.web.render import Frame, answer_html
from qa.web.texts import ENGLISH, GERMAN, choose_texts
from qa.web.texts.texts import Refusals
from tests.web_samples import read_html, refused


def test_both_languages_fill_in_the_same():
    for field in fields(ENGLISH):
        one, other = getattr(ENGLISH, field.name), getattr(GERMAN, field.name)
        assert one is None or other, field.name
        if isinstance(other, Refusals):
            assert set(other.reasons) == set(get_args(Reason))
            assert set(other.notes) == set(get_args(RefusalNote))
        if isinstance(one, str):
            assert _names(one) == _names(other), field.name


@pytest.mark.parametrize(
    ("wanted", "accepted", "code"),
    [
        (None, None, "en"),
        (None, "de-DE,de;q=0.9,en;q=0.8", "de"),
        (None, "fr, en;q=0.5, de;q=0.2", "en"),
        (None, "de;q=0, en", "en"),
        (None, "de;q=...", "en"),
        ("de", "en", "de"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_browsers(wanted, accepted, code):
    assert choose_texts(wanted, accepted).code == code


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize("note", get_args(RefusalNote))
def test_a_german_page_says_every_reason_and_every_note(reason, note):
    answer = refused("?")
    refusal = replace(answer.refusal, reason=reason).noting(note, "In English.")
    answer = replace(answer, refusal=refusal, searched=Searched(1204, 9000, 3))
    told = read_html(answer_html(answer, Frame(Asking("?"), texts=GERMAN)))[0]["p"][0]

    why = GERMAN.refusals.reasons[reason].format(releases="1.204 Mitteilungen")
    beside = GERMAN.refusals.notes[note].format(undated="3 undatierte Mitteilungen")
    assert told == f"{why} {beside}"


def _names(text):
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)
