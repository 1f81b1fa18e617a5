# ruff: noqa: E501, PT017, SIM117
"""Files that mean harm, or are just damaged: each is one line with its cure, and reading goes on."""

import gzip
import io
import zipfile
import zlib

import pytest

import qa
from qa.errors import UnreadableRelease
from qa.index.verify import verify_index
from qa.releases import read_folder
from qa.releases.extraction import Extraction, Limits
from qa.releases.formats import known_formats
from qa.releases.formats.document import Document, Refused, Source
from qa.releases.formats.known_formats import read_parts
from tests import format_samples as made
from tests.index_samples import HashedWords, build

MANY = 2048 * 1024
CHILD = Extraction(Limits(seconds=20))


@pytest.fixture(scope="module", autouse=True)
def _ended():
    yield
    CHILD.close()


GOOD = b"Two men were held.\n"
PAGE = b"<html><body><article><p>%s</p></article></body></html>"


def outcome(name, data):
    """Read a file in a child: its documents, or why it is refused."""
    try:
        return list(CHILD.documents(Source(name, data, MANY)))
    except UnreadableRelease as error:
        assert error.cure
        return error.reason


def bomb_pdf():
    """A page of 1 GB of blanks, packed."""
    packed = zlib.compress(zlib.compress(b" " * (1 << 28), 9), 9)
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj\n"
        b"4 0 obj<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%b\nendstream endobj\n"
        b"trailer<</Root 1 0 R>>" % (len(packed), packed)
    )


LOOP = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>"
)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        pytest.param("a.pdf", bomb_pdf(), id="PDF bomb"),
        pytest.param("a.pdf", LOOP, id="PDF page loop"),
        pytest.param("a.pdf", b"%PDF-1.7\n" + b"0" * 500, id="broken xref"),
        pytest.param("a.pdf", PAGE % b"x", id="page named PDF"),
        pytest.param("a.docx", GOOD, id="text named Word"),
        pytest.param("a.docx", made.zipped({"a.md": GOOD}), id="zip named Word"),
        pytest.param(
            "a.docx", made.zipped({"word/document.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
            id="entities in Word",
        ),
        pytest.param("a.html", b"<div>" * 5000 + GOOD + b"</div>" * 5000, id="nested HTML"),
        pytest.param("a.html", b"<meta charset=utf-8><p>caf\xe9</p>", id="wrong charset"),
        pytest.param("a.html", b"<meta charset=no-such><p>cafe</p>", id="unknown charset"),
        pytest.param("a.html", b"", id="empty page"),
        pytest.param("a.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><rss>&a;</rss>", id="entity bomb"),
        pytest.param("a.xml", b"<note>hello</note>", id="XML that is no feed"),
        pytest.param("a.eml", b"\n\n", id="no mail"),
        pytest.param("a.mbox", GOOD, id="no mailbox"),
        pytest.param("a.csv", b"colour,size\nred,2\n", id="no column of texts"),
        pytest.param("a.csv", b'text\n"abc', id="open quotation mark"),
        pytest.param("a.jsonl", b'{"text": "a"}\n' + b"[" * 100_000, id="deep JSON"),
        pytest.param("a.jsonl", b"[1]\n", id="no object"),
        pytest.param("a.zip", GOOD, id="text named zip"),
        pytest.param("a.tar.gz", gzip.compress(GOOD), id="no tar"),
        pytest.param("a.tar.xz", b"\xfd7zXZ\0" + GOOD, id="broken xz"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(name, data):
    assert isinstance(outcome(name, data), str)


@pytest.mark.parametrize("opening", [b"<!--", b"<a x=", b"<p", b"<![CDATA[", b"&", b"<script>"])
def test_html_that_is_slow_for_other_parsers_is_not(opening):
    found = outcome("a.html", PAGE % (GOOD + opening * 50_000))

    # A child that took its 20 s, or fell over, would be the reason.
    if isinstance(found, str):
        assert found == "its elements are nested over 200 deep"
    else:
        assert "Two men were held" in found[0].text


@pytest.mark.parametrize("unshown", [
    b"<script>alert(1)</script>", b"<style>p{}</style>", b"<template>HIDDEN</template>",
    b"<!-- HIDDEN -->", b"<p hidden>HIDDEN</p>", b"<p style='display:none'>HIDDEN</p>",
])  # fmt: skip
def test_what_a_page_does_not_show_is_no_text(unshown):
    [document] = outcome("a.html", PAGE % (GOOD + b"</p>" + unshown + b"<p>Both were charged."))

    assert "Two men were held" in document.text
    assert not any(word in document.text for word in ("HIDDEN", "alert", "{}"))


def test_an_archive_refuses_each_bad_file_and_reads_the_others():
    files = {
        "a.md": GOOD, "../up.md": GOOD, "/root.md": GOOD, "b.exe": b"MZ", "c.zip": b"PK",
        "big.md": b"a" * (MANY + 1), "__MACOSX/a.md": GOOD, ".hidden.md": GOOD, "e.md": b"",
    }  # fmt: skip
    found = outcome("a.zip", made.zipped(files))

    assert [one.inner for one in found if isinstance(one, Document)] == ["a.md", "e.md"]
    reasons = {one.inner: one.reason for one in found if isinstance(one, Refused)}
    assert set(reasons) == {"../up.md", "/root.md", "b.exe", "c.zip", "big.md"}
    assert reasons["../up.md"] == "its path leads out of the archive"
    assert reasons["c.zip"] == "it is an archive inside an archive"
    assert "over 2,097,152 bytes" in reasons["big.md"]


def test_a_bomb_is_refused_before_it_is_unpacked():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(60):
            archive.writestr(f"{number}.md", b"a" * MANY)

    assert outcome("a.zip", packed.getvalue()) == "it unpacks to over 200 times its size"


def test_a_file_that_takes_too_long_is_ended():
    with Extraction(Limits(seconds=0.0)) as extraction:
        with pytest.raises(UnreadableRelease, match="takes over 0 s"):
            list(extraction.documents(Source("a.html", PAGE % GOOD, MANY)))


def test_too_little_memory_is_a_reason():
    with Extraction(Limits(memory=300 << 20)) as extraction:
        with pytest.raises(UnreadableRelease):
            list(extraction.documents(Source("a.html", PAGE % (b"<b>a</b>" * 2_000_000), 1 << 30)))


def test_one_child_reads_on_after_it_was_lost():
    with Extraction(Limits(memory=600 << 20)) as extraction:
        with pytest.raises(UnreadableRelease):
            list(extraction.documents(Source("a.pdf", bomb_pdf(), MANY)))
        [document] = extraction.documents(Source("a.html", PAGE % GOOD, MANY))

    assert "Two men were held" in document.text


def test_without_the_library_the_cure_installs_it(monkeypatch):
    monkeypatch.setattr(known_formats, "library_version", lambda name: None)
    known_formats.known.cache_clear()

    with pytest.raises(UnreadableRelease) as error:
        list(read_parts(Source("a.pdf", b"%PDF-1.7", MANY)))

    known_formats.known.cache_clear()
    assert error.value.cure == "pip install 'release-qa[pdf]'"


def test_an_index_of_many_formats_is_built_verified_and_built_on(write, tmp_path, seeds):
    samples = made.samples(seeds)[:4]
    folder = write({
        "a.md": GOOD, "b.html": made.page(samples[0]), "c.rss": made.feed(samples[1:3]),
        "d.zip": made.zipped({"x.md": GOOD, "y.exe": b""}), "e.csv": b"Copy\nTwo vans were found.\n",
        "e.csv.columns.yaml": b"text: Copy\n", "f.pdf": made.pdf(samples[3]), "g.pdf": b"%PDF-1.7",
    })  # fmt: skip

    first = build(folder, tmp_path / "index", HashedWords())
    found = verify_index(tmp_path / "index", folder)

    assert first.releases == 7
    assert [skip.path for skip in first.skipped] == ["d.zip!/y.exe", "g.pdf"]
    assert (found.faults, found.changed) == ((), ())

    (folder / "h.md").write_bytes(b"A third man was held.\n")
    again = build(folder, tmp_path / "index", HashedWords())
    fresh = read_folder(folder)

    assert again.skipped == first.skipped == fresh.skipped
    assert again.releases == len(fresh.releases) == 8
    (folder / "e.csv.columns.yaml").write_bytes(b"text: Copy\ntitle: Copy\n")
    assert build(folder, tmp_path / "index", HashedWords()).changed
    assert qa.releases.read_folder(folder).releases
