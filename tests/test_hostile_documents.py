# ruff: noqa: E501
"""PDF, Word and pages that mean harm, are locked, or state what is not so; nothing is fetched."""

import io
import socket
import threading

import pytest

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Source
from qa.releases.formats.html import parsed
from qa.releases.formats.known_formats import read_parts
from tests import format_samples as made
from tests.hostile_reading import GOOD, outcome, texts

PAGE = b"<html><head>%b</head><body><article><p>%b</p></article></body></html>"


def drawn(*lines, fill=False):
    """A PDF page with these lines on it, or only a picture of some."""
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    canvas = Canvas(written)
    for number, line in enumerate(lines):
        canvas.drawString(70, 800 - 14 * number, line)
    if fill:
        canvas.rect(50, 50, 300, 300, fill=1)
    canvas.save()
    return written.getvalue()


def locked(data, user, way):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    writer.encrypt(user, "owner", algorithm=way)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.mark.parametrize("way", ["RC4-128", "AES-128", "AES-256"])
def test_a_locked_pdf_is_told_and_one_that_only_its_printing_is_locked_is_read(way):
    page = drawn("Two men were held.")

    assert outcome("a.pdf", locked(page, "secret", way)) == (
        "it is locked with a password; save it without one"
    )
    assert texts("a.pdf", locked(page, "", way)) == ["Two men were held."]


def test_a_lock_that_needs_another_package_is_told_with_the_cure(monkeypatch):
    from pypdf import _encryption
    from pypdf.errors import DependencyError

    def absent(*_):
        raise DependencyError("cryptography>=3.1 is required for AES algorithm")

    data = locked(drawn("Two men were held."), "", "AES-256")
    monkeypatch.setattr(_encryption, "aes_cbc_decrypt", absent)

    assert outcome("a.pdf", data).endswith("or pip install 'pypdf[crypto]'")


def test_a_pdf_of_pictures_is_told():
    assert outcome("a.pdf", drawn(fill=True)) == (
        "it has no text layer: its pages are pictures; run text recognition over it first"
    )


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["The detec-", "tives searched it."], "The detectives searched it."),
        (["A well-", "known man and a well-known van."], "A well-known man and a well-known van."),
        (["The Stratford-", "Upon bridge was shut."], "The Stratford-Upon bridge was shut."),
        (["It ran from 2019-", "20 on."], "It ran from 2019-20 on."),
        (["A van -", "it was red - stopped."], "A van - it was red - stopped."),
        (["The detec\u00ad", "tives searched it."], "The detectives searched it."),
    ],
)
def test_a_word_that_was_parted_at_the_end_of_a_line_is_whole_again(lines, text):
    assert texts("a.pdf", drawn(*lines)) == [text]


def test_a_pdf_of_pages_without_end_is_refused():
    from pypdf import PdfWriter

    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(2001):
        writer.add_blank_page(100, 100)
    writer.write(written)

    assert outcome("a.pdf", written.getvalue()) == "it has over 2,000 pages; split it"


def word(body, links="", **more):
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    names = (
        f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{office}"'
    )
    return made.zipped({
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>'.encode(),
        "word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>".encode(),
        **more,
    })  # fmt: skip


PARAGRAPH = "<w:p><w:r><w:t>Two men were held.</w:t></w:r></w:p>"


def test_a_locked_word_file_is_told():
    assert outcome("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)) == (
        "it is locked with a password, or of an older Word; save it as .docx without one"
    )


def test_a_word_file_that_unfolds_without_end_is_refused():
    assert texts("a.docx", word(PARAGRAPH)) == ["Two men were held."]
    for name in ("word/theme/theme1.xml", "customXml/item1.bin"):
        assert outcome("a.docx", word(PARAGRAPH, **{name: bytes(65 << 20)})).startswith(
            ("it unpacks to over 200 times its size", "a part of it unpacks to over 64 MB")
        )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_in_a_word_file_are_refused_in_any_encoding(encoding):
    laughs = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(encoding)

    assert outcome("a.docx", word(PARAGRAPH, **{"word/styles.xml": laughs})).startswith(
        "it defines entities"
    )


@pytest.mark.parametrize("charset", [b"punycode", b"idna", b"unicode_escape", b"zlib", b"rot13"])
def test_what_no_text_is_written_in_is_no_charset(charset):
    found = outcome("a.html", PAGE % (b"<meta charset=%b>" % charset, GOOD))

    assert found.startswith(f"it is not {charset.decode()}, as it says of itself")


def test_a_page_in_single_bytes_is_not_in_utf_16_whatever_it_says():
    page = PAGE % (b"<meta charset=utf-16>", "Two men were held at the café.".encode())

    assert texts("a.html", page) == ["Two men were held at the café."]


def test_characters_that_no_text_has_are_left_out():
    page = PAGE % (b"", b"Two&#1; men&#xFFFF; were&#0; held&#31;\x02\xef\xbf\xbf.")

    [document] = outcome("a.html", page)

    assert "".join(document.text.split()).replace("\ufffd", "") == "Twomenwereheld."


def test_no_text_ends_silently_because_it_is_long():
    tree = parsed(f"<p>{'word ' * 2_200_000}</p><p>The end.</p>")

    assert tree.text_content().endswith("The end.")


def test_a_text_longer_than_text_files_may_be_is_refused():
    source = Source("a.html", PAGE % (b"", GOOD * 100), 1000)

    with pytest.raises(UnreadableRelease, match=r"its text has 1,9\d\d characters; at most 1,000"):
        list(read_parts(source))


def test_a_head_that_is_long_is_bounded():
    page = PAGE % (
        b"<title>%b</title><link rel=canonical href='https://x.example/%b'>"
        % (b"Held " * 100_000, b"a" * 100_000),
        GOOD,
    )
    [document] = outcome("a.html", page)

    assert len(document.head.values["title"]) == 2000
    assert "url" not in document.head.values


@pytest.fixture
def listener():
    """A server that counts who comes."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def count():
            while True:
                try:
                    visitor, address = server.accept()
                    visitor.close()
                    came.append(address)
                except OSError:
                    return

        threading.Thread(target=count, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


def test_nothing_that_a_file_refers_to_is_fetched_or_opened(listener, tmp_path):
    port, came = listener
    (tmp_path / "secret.txt").write_text("SECRET")
    for place in (f"http://127.0.0.1:{port}/a", (tmp_path / "secret.txt").as_uri()):
        there = place.encode()
        picture = '<w:p><w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" r:link="b"/></w:drawing></w:r></w:p>'
        link = '<w:p><w:hyperlink r:id="c"><w:r><w:t>Read more.</w:t></w:r></w:hyperlink></w:p>'
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        links = "".join(
            f'<Relationship Id="{name}" Type="{kind}/{what}" Target="{place}" TargetMode="External"/>'
            for name, what in (("b", "image"), ("c", "hyperlink"), ("d", "attachedTemplate"))
        )
        files = {
            "a.html": PAGE % (
                b"<base href='%b'><meta http-equiv=refresh content='0; url=%b'>" % (there, there),
                b"Two men were held.<img src='%b'><iframe src='%b'></iframe>" % (there, there),
            ),
            "a.rss": b"<?xml-stylesheet href='%b'?><!DOCTYPE rss SYSTEM '%b'><rss><channel><item><link>%b</link><enclosure url='%b'/>"
            b"<description>Two men were held.</description></item></channel></rss>" % (there, there, there, there),
            "a.eml": b"Subject: a\nContent-Type: message/external-body; access-type=URL; URL=\"%b\"\n\n\n" % there,
            "a.docx": word(PARAGRAPH + picture + link, links),
        }  # fmt: skip
        for name, data in files.items():
            found = outcome(name, data)
            if name != "a.eml":
                assert any("Two men were held" in one.text for one in found)
            assert "SECRET" not in str(found)

    assert came == []
    with socket.create_connection(("127.0.0.1", port)):
        pass  # it would have been counted
