"""Multiplied releases are read as the originals are, and say something else."""

import pytest

from benchmarks.multiply import Rewrite, main, names_in, rewriting
from qa.releases import read_folder

TIMES = 3
REWRITE = Rewrite(
    names={"Alder": "Tenter", "Rowena": "Eglantine"},
    digits=str.maketrans("123456789", "234567891"),
    days={7: 21, 12: 3, 29: 29},
    years=2,
)


@pytest.fixture(scope="module")
def multiplied(seeds, tmp_path_factory):
    out = tmp_path_factory.mktemp("many")
    assert main(["--releases", str(seeds), "--times", str(TIMES), "--out", str(out)]) == 0
    return out


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rowena crossed the Alder.", "Eglantine crossed the Tenter."),
        ("Alderman and Alder's", "Alderman and Tenter's"),
        ("date: 15:00 07/12/2020", "date: 15:00 21/12/2018"),
        ("news/2020/december/07-12-2020/x", "news/2018/december/21-12-2018/x"),
        ("'2020-12-07T11:15:20+00:00'", "'2018-12-21T11:15:20+00:00'"),
        ("on 12th September 2020", "on 3rd September 2018"),
        ("(Tuesday 29 September)", "(Tuesday 29 September)"),
        ("of October 7 to", "of October 21 to"),
        ("£120,000 and 430g at 5.15am", "£230,000 and 540g at 5.15am"),
        ("ring 101 or 0800 555 111", "ring 101 or 0800 555 111"),
        ("aged 22 and 57", "aged 33 and 68"),
        ("ab12cd-v3.md", "ab12cd-v3.md"),
    ],
)
def test_a_rewrite(text, expected):
    assert REWRITE.text(text) == expected


def test_names_are_capital_in_mid_sentence_and_never_small():
    texts = ["By the Alder, Sergeant Askill met us in May.", "Tea at an alder tree. Police came"]

    assert names_in(texts) == ["Askill"]


def test_each_copy_draws_anew_and_alike_from_the_same_seed():
    names = [f"Name{letter}" for letter in "abcdefgh"]

    assert rewriting(names, 1, seed=0) == rewriting(names, 1, seed=0)
    drawn = [rewriting(names, number, seed) for number, seed in ((1, 0), (2, 0), (1, 1))]
    assert len({tuple(one.names.values()) for one in drawn}) == 3
    assert all(sorted(one.names) == sorted(one.names.values()) for one in drawn)


@pytest.mark.parametrize("number", range(TIMES))
def test_a_copy_is_read_as_the_originals_are(multiplied, seeds, number):
    original = read_folder(seeds).releases
    report = read_folder(multiplied / f"{number:02}")

    assert report.skipped == ()
    assert [release.id for release in report.releases] == [release.id for release in original]
    for one, other in zip(original, report.releases, strict=True):
        assert [p.kind for p in other.paragraphs] == [p.kind for p in one.paragraphs]
        assert other.published_source == one.published_source
        if one.published is not None:
            first, copied = one.published.first, other.published.first
            assert (copied.year, copied.month) == (first.year - number, first.month)


def test_all_copies_are_read_as_one_folder(multiplied, seeds):
    report = read_folder(multiplied)

    assert report.skipped == ()
    assert len(report.releases) == TIMES * len(read_folder(seeds).releases)


def test_the_first_copy_is_exact_and_no_other_text_is_met_twice(multiplied, seeds):
    original = [release.sha256 for release in read_folder(seeds).releases]
    copies = [release.sha256 for release in read_folder(multiplied).releases]

    assert copies[: len(original)] == original
    assert len(set(copies)) == TIMES * len(set(original))
