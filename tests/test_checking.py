"""Checking a folder without an index: what is reported, with which words, and what is not."""

import os
from datetime import date

import pytest

from qa.records import Period
from qa.releases.checking import Fault, check_folder
from qa.releases.doubts import doubts
from qa.releases.similar import LEAST, Similarity
from tests import format_samples

TODAY = date(2021, 6, 1)
PROSE = "The parrot of the market hall in Wexmoor was found on Friday by a man who heard it sing. "


def release(day, text="A parrot was found.", url=None):
    address = f"url: {url}\n" if url else ""
    return f"---\ntitle: Found\ndate: {day}\n{address}---\n\n{text}\n"


def found(folder, **options):
    checked = check_folder(folder, today=TODAY, **options)
    return {(str(one.fault), one.path, one.said) for one in checked.findings}


def day(text):
    return Period(date.fromisoformat(text), date.fromisoformat(text))


def test_a_folder_where_all_is_well(write):
    folder = write({"a.md": release("2020-12-07"), "b.md": release("2021-05-31", "Another one.")})

    checked = check_folder(folder, today=TODAY)

    assert checked.to_dict() == {
        "well": True,
        "files": 2,
        "releases": 2,
        "paragraphs": 2,
        "dated": 2,
        "findings": [],
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (release("2021-06-03"), "date says 2021-06-03, which is in the future"),
        (release("1989-12-31"), "date says 1989-12-31, which is before 1990"),
        (release("1970-01-01"), "date says 1970-01-01, which is before 1990 (a date of zero)"),
        (
            release("2020-12-07", url="https://x.example/2020/07/12/a"),
            "date says 2020-12-07 and url says 2020-07-12: day and month may be swapped",
        ),
        (
            release("2020-12-07", url="https://x.example/2021/march/a"),
            "date says 2020-12-07 and url.month says 2021-03",
        ),
        (
            release("2020-12-07", "18 November 2020\n\nA parrot was found."),
            "date says 2020-12-07 and top line says 2020-11-18",
        ),
    ],
)
def test_a_doubtful_date_is_told_with_the_reason(write, text, said):
    assert found(write({"a.md": text})) == {("doubtful", "a.md", said)}


@pytest.mark.parametrize(
    "text",
    [
        release("2021-06-02"),  # tomorrow, somewhere
        release("1990-01-01"),
        release("2020-12-07", url="https://x.example/2020/12/14/a"),  # put up a week later
        release("2020-12-07", url="https://x.example/2021/january/a"),  # filed under the next month
    ],
)
def test_a_date_is_not_doubted_without_reason(write, text):
    assert found(write({"a.md": text})) == set()


def test_a_doubt_of_an_address_is_told_once():
    stated = [(day("2020-12-07"), "date"), (day("2021-03-07"), "url")]
    month = (Period.of_month(2021, 3), "url.month")

    assert list(doubts([*stated, month], TODAY)) == list(doubts(stated, TODAY))
    assert len(list(doubts([stated[0], month], TODAY))) == 1
    assert list(doubts([], TODAY)) == []


def test_every_kind_of_fault_is_told_and_only_those_asked_for(write):
    folder = write(
        {
            "a.md": release("2020-12-07"),
            "b/same.md": release("2020-12-07"),
            "undated.md": "A tortoise was found.\n",
            "void.md": b"",
            "head.md": "---\ntitle: x\n---\n",
            "latin.txt": b"caf\xe9",
            "photo.png": b"\x89PNG",
            "all.zip": format_samples.zipped({"a.md": release("2020-12-08").encode(), "v.md": b""}),
            "t.csv.columns.yaml": "text: x",
        }
    )
    os.mkfifo(folder / "pipe.md")

    told = found(folder)

    assert {(fault, path) for fault, path, _ in told} == {
        ("duplicate", "all.zip!/a.md"),
        ("duplicate", "b/same.md"),
        ("undated", "undated.md"),
        ("empty", "void.md"),
        ("empty", "head.md"),
        ("empty", "all.zip!/v.md"),
        ("unreadable", "latin.txt"),
        ("unreadable", "pipe.md"),
        ("unknown", "photo.png"),
    }
    assert ("duplicate", "b/same.md", "the very same as a.md") in told
    only = {fault for fault, *_ in found(folder, only=[Fault.EMPTY, Fault.UNKNOWN])}
    assert only == {"empty", "unknown"}


def test_the_same_text_in_another_form_is_a_duplicate(write):
    text = "\n\n".join([PROSE * 2, "It is well.", PROSE * 3])
    folder = write(
        {"a.md": release("2020-12-07", text), "b.txt": text.replace("\n", "\r\n").upper()}
    )

    assert found(folder, only=[Fault.DUPLICATE]) == {
        ("duplicate", "b.txt", "its text is the same as that of a.md")
    }


def test_nearly_the_same_is_told_with_its_share(write):
    kept = [f"Paragraph {n}. {PROSE}" for n in range(9)]
    folder = write(
        {
            "a.md": release("2020-12-07", "\n\n".join([*kept, "One was held."])),
            "b.md": release("2020-12-08", "\n\n".join([*kept, "Two were held."])),
            "c.md": release(
                "2020-12-09", "\n\n".join([*kept[:4], *[PROSE * n for n in range(5, 9)]])
            ),
        }
    )

    both = sum(len(one.strip()) for one in kept)
    share = both / (both + len("Two were held."))
    assert found(folder) == {("similar", "b.md", f"{share:.0%} of its text is that of a.md")}


def test_what_many_repeat_and_little_words_are_no_sign():
    short, note = "One was held.", "Notes to editors: " + PROSE * 9
    assert len(short) < LEAST
    similarity = Similarity()
    for number in range(12):
        similarity.note([f"Release {number}: {PROSE}", note])
    similarity.note([short, "A"])
    similarity.note([short, "B"])

    assert list(similarity.alike()) == []


def test_many_of_the_same_text_are_all_told():
    similarity = Similarity()
    for _ in range(15):
        similarity.note([PROSE, PROSE * 2])

    pairs = list(similarity.alike())

    assert [(one.later, one.earlier, one.share) for one in pairs] == [
        (later, 0, 1.0) for later in range(1, 15)
    ]


def test_progress_counts_the_files_that_the_summary_counts(write):
    table = {"t.csv": "text\nA parrot.\n", "t.csv.columns.yaml": "text: text\n"}
    folder = write({"a.md": release("2020-12-07"), "b.png": b"\x89PNG", **table})
    told = []

    checked = check_folder(folder, progress=lambda done, total: told.append((done, total)))

    assert checked.files == 3
    assert told == [(2, 3), (3, 3)]  # b.png is known before any is read
