"""A release is the same in every format: its paragraphs, title, day and area."""

import re
from datetime import date

import pytest

from qa.language.markup import plain
from qa.releases.formats.document import Document, Source
from qa.releases.formats.known_formats import FORMATS, TEXT, format_of, read_parts
from qa.releases.reader import read_document
from tests import format_samples as made
from tests.conftest import ROOT

SAMPLES = made.samples(ROOT / "seeds")
BY_ID = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.id)
MANY = 2048 * 1024
ONE_EACH = {
    "a.html": made.page,
    "a.eml": made.mail,
    "html.eml": made.page_mail,
    "a.mbox": lambda one: made.mailbox([one]),
    "a.atom": lambda one: made.atom([one]),
    "html.jsonl": lambda one: made.page_lines([one]),
    "a.docx": made.word,
    "a.rss": lambda one: made.feed([one]),
    "a.csv": lambda one: made.comma_table([one]),
    "a.jsonl": lambda one: made.json_lines([one]),
    "a.zip": lambda one: made.zipped({"north/a.md": one.text.encode(one.encoding)}),
    "a.tar": lambda one: made.tarred({"a.csv": made.comma_table([one])}),
    "a.tgz": lambda one: made.tarred({"a.md": one.text.encode(one.encoding)}, "gz"),
    "a.tar.bz2": lambda one: made.tarred({"a.jsonl": made.json_lines([one])}, "bz2"),
    "a.tar.xz": lambda one: made.tarred({"north/a.html": made.page(one)}, "xz"),
}


def read(name, data, columns=None):
    documents = list(read_parts(Source(name, data, MANY, columns)))
    assert all(isinstance(one, Document) for one in documents), documents
    return [read_document(one, f"{name}!/{one.inner}", size=0, sha256="").release
            for one in documents]  # fmt: skip


def words(release):
    """Each paragraph as people read it, its white space made alike."""
    return [" ".join(plain(one.text).text.split()) for one in release.paragraphs]


def assert_exact(release):
    for one in release.paragraphs:
        assert release.text[one.start : one.end] == one.text
        for sentence in one.sentences:
            assert release.text[sentence.start : sentence.end] == sentence.text


def test_every_format_and_every_sample_is_compared():
    assert {format_of(name) for name in (*ONE_EACH, "a.pdf")} == {*FORMATS} - {TEXT}
    assert len(SAMPLES) == len([*(ROOT / "seeds").glob("*/*.*")]) >= 24


@BY_ID
@pytest.mark.parametrize("name", ONE_EACH)
def test_each_format_gives_the_same_paragraphs(name, sample):
    [release] = read(name, ONE_EACH[name](sample))

    assert words(release) == words(sample)
    assert_exact(release)


@BY_ID
def test_a_pdf_gives_the_same_paragraphs(sample):
    [release] = read("a.pdf", made.pdf(sample))

    # The font has no emoji: reportlab draws another glyph in their place.
    def shown(text):
        return re.sub(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\0\ufffd]+", "", text)

    assert [shown(text).split() for text in words(release)] == [
        shown(text).split() for text in words(sample)
    ]
    assert_exact(release)


@pytest.mark.parametrize("name", ["a.html", "a.eml", "a.rss", "a.csv", "a.jsonl"])
def test_each_format_tells_title_and_day(name):
    sample = SAMPLES[0]

    [release] = read(name, ONE_EACH[name](sample))

    assert release.title == sample.title
    assert release.published.first == date(2020, 12, 7)
    told = {"a.html": "JSON-LD datePublished", "a.eml": "mail Date", "a.rss": "feed published"}
    assert release.published_source == told.get(name, "column Publish Date")
    if name in told:
        assert release.areas == ("Marrowdale Police",)


@pytest.mark.parametrize(
    ("name", "make"),
    [("a.rss", made.feed), ("a.mbox", made.mailbox), ("a.csv", made.comma_table)],
)
def test_a_file_of_many_releases_names_each_the_same_in_every_build(name, make):
    all_of_them, later = read(name, make(SAMPLES)), read(name, make(SAMPLES[5:]))

    assert [words(one) for one in all_of_them] == [words(one) for one in SAMPLES]
    ids = [one.id for one in all_of_them]
    assert len(set(ids)) == len(SAMPLES)
    assert [one.id for one in later] == ids[5:]


def test_a_map_names_the_columns():
    table = b'Ref,Copy,Line\n1,"Two men were held.",Held\n'
    told = b"text: Copy\ntitle: Line\nid: Ref\n"

    [release] = read("a.csv", table, told)

    assert (release.title, release.text) == ("Held", "Two men were held.")
    assert release.encoding.startswith("table by map ")
