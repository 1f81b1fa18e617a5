"""Bytes become text without a character changed, or are refused with the place of the fault."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UnreadableRelease
from qa.releases.decode import decode

texts = st.text().map(lambda text: text.replace("\0", ""))


@given(texts, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_text_comes_back_as_written(text, encoding):
    if encoding == "utf-8" and text.startswith(("\ufeff", "%PDF", "PK\x03\x04", "{\\rtf")):
        return
    decoded = decode(text.encode(encoding))

    assert decoded.text == text
    assert decoded.encoding == encoding


@given(texts)
def test_the_recorded_encoding_decodes_the_file_again(text):
    for mark, order in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        data = mark + text.encode(order)
        decoded = decode(data)
        assert data.decode(decoded.encoding) == decoded.text == text


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\u2028", "\x85", "\x0b"])
def test_newlines_are_left_alone(newline):
    assert decode(f"a{newline}b".encode()).text == f"a{newline}b"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"%PDF-1.7 text", "a PDF document", id="PDF"),
        pytest.param(b"PK\x03\x04rest", "a zip or Office file", id="zip"),
        pytest.param(b"\x1f\x8b\x08", "a gzip file", id="gzip"),
        pytest.param(b"\x89PNG\r\n", "a picture", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0", "a picture", id="JPEG"),
        pytest.param(b"{\\rtf1 text}", "a rich-text file", id="RTF"),
        pytest.param(b"ab\0cd", "a zero byte at character 2", id="zero byte"),
        pytest.param("abc".encode("utf-16-le"), "a zero byte at character 1", id="UTF-16, no mark"),
        pytest.param("abc".encode("utf-32"), "a zero byte at character 0", id="UTF-32"),
        pytest.param(b"caf\xe9", "not UTF-8: byte 0xe9 at offset 3", id="Latin-1"),
        pytest.param(b"\x93quoted\x94", "not UTF-8: byte 0x93 at offset 0", id="Windows quotes"),
        pytest.param(b"a" * 1234 + b"\xff", "byte 0xff at offset 1,234", id="far down"),
        pytest.param(b"\xef\xbb\xbfabc\xff", "not UTF-8: byte 0xff at offset 6", id="after a mark"),
        pytest.param(b"ab\xe2\x80", "not UTF-8: byte 0xe2 at offset 2", id="cut off"),
        pytest.param(b"\xed\xa0\x80", "not UTF-8: byte 0xed at offset 0", id="surrogate"),
        pytest.param(b"\xff\xfea\0b", "not UTF-16: byte 0x62 at offset 4", id="UTF-16 cut off"),
        pytest.param(
            b"\xff\xfea\0\0\xdcb\0", "not UTF-16: byte 0x00 at offset 4", id="half a pair"
        ),
    ],
)
def test_what_is_refused_and_why(data, reason):
    with pytest.raises(UnreadableRelease) as error:
        decode(data)

    assert reason in error.value.reason
    assert error.value.cure
    assert "\n" not in str(error.value)


@given(st.sampled_from([b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE]), st.binary(max_size=40))
def test_any_bytes_are_text_or_one_kind_of_error(mark, data):
    try:
        decoded = decode(mark + data)
    except UnreadableRelease:
        return
    assert (mark + data).decode(decoded.encoding) == decoded.text
