"""The real releases: all are read, quotes are exact, and no date is late or swapped."""

import re
from datetime import date

import pytest

from qa.language.dates import MONTHS
from qa.releases import read_folder

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def real_report(real_releases):
    return read_folder(real_releases)


def test_every_real_release_is_read(real_report):
    assert real_report.skipped == ()
    assert len(real_report.releases) == 6920


def test_most_real_releases_are_dated_and_none_too_late(real_report):
    dated = [release.published for release in real_report.releases if release.published]

    assert len(dated) >= 0.60 * len(real_report.releases)
    assert max(period.last for period in dated) <= date(2021, 12, 31)


def test_real_quotes_are_slices_of_their_files(real_report, real_releases):
    for release in real_report.releases[::7]:
        file = (real_releases / release.id).read_bytes().decode(release.encoding)
        for paragraph in release.paragraphs:
            for record in (paragraph, *paragraph.sentences):
                assert file[record.start : record.end] == record.text


# A head's `date: 15:00 07/12/2020`, and a line of the text that is nothing but such a date.
NUMBERS = {
    "publish.date": re.compile(r"^ *date: .*?\b(\d\d)/(\d\d)/(20\d\d)", re.MULTILINE),
    "top line": re.compile(r"^(?:[\d:]+ +)?(\d\d)/(\d\d)/(20\d\d)[ \r]*$", re.MULTILINE),
}


@pytest.mark.parametrize("source", NUMBERS)
def test_real_dates_written_in_numbers_are_read_day_first(real_report, source):
    checked = 0
    for release in real_report.releases:
        written = NUMBERS[source].search(release.text[:4000])
        if release.published_source == source and written:
            day, month, year = map(int, written.groups())
            assert release.published.first == date(year, month, day)
            checked += day <= 12 and day != month  # only these could be swapped

    assert checked >= 50


def test_real_dates_agree_with_the_month_of_their_address(real_report):
    """Some releases are filed a month early; a swap would show as another month, too."""
    agree, differ = [], []
    for release in real_report.releases:
        month = re.search(rf"/(20\d\d)/({'|'.join(MONTHS)})/", release.url or "")
        if month and release.published and release.published_source != "url.month":
            day = release.published.first
            filed = (int(month[1]), MONTHS.index(month[2]) + 1)
            (agree if (day.year, day.month) == filed else differ).append((day, filed))

    assert len(agree) >= 900
    assert len(agree) >= 0.95 * (len(agree) + len(differ))
    swapped = [
        (day, (year, month))
        for day, (year, month) in differ
        if day.year == year and day.day == month and abs(day.month - month) > 1
    ]
    assert swapped == []
