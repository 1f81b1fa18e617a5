# ruff: noqa: E501
"""Feeds, mail and tables that mean harm: one odd part costs only itself."""

import pytest

from tests.hostile_reading import GOOD, outcome, texts

LAUGHS = '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "%s">]><rss><channel><item><description>&b;</description></item></channel></rss>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7"])
def test_entities_of_a_feed_are_never_unfolded(encoding):
    laughs = LAUGHS % ("&a;" * 1000)
    opening = f'<?xml version="1.0" encoding="{encoding}"?><!-- <rss> -->'
    data = (
        opening.encode() + laughs.encode(encoding)
        if encoding == "utf-7"
        else laughs.encode(encoding)
    )

    found = outcome("a.rss", data)

    assert isinstance(found, str) or all(len(one.text) < 100 for one in found)


def test_one_title_costs_no_feed():
    items = b"".join(
        b"<item><title>%b</title><description>Two men were held.</description></item>" % title
        for title in (b"&lt;b&gt;" * 250, b"&lt;!-- none --&gt;", b"Held")
    )

    assert texts("a.rss", b"<rss><channel>%b</channel></rss>" % items) == ["Two men were held."] * 3


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: =?utf-8?b?a?=", b"Subject: =?no-such?q?a?=", b"Subject: =?punycode?q?a?=",
        b"From: " + b"(" * 3900, b"Date: Mon, 99 Foo 9999999999 99:99:99 +9999",
        b"Subject: " + b"a" * 100_000, b"Subject: \xff\xfe",
    ],
)  # fmt: skip
def test_one_header_costs_no_mailbox(header):
    message = b"From a\n%b\n\nTwo men were held.\n\n"

    assert texts("a.mbox", message % header + message % b"Subject: b") == ["Two men were held."] * 2


def test_attachments_of_any_size_are_passed_over():
    attached = (
        b"From a\nSubject: a\nContent-Type: multipart/mixed; boundary=X\n\n--X\n\nTwo men were held.\n--X\n"
        b"Content-Type: application/pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n"
        + b"QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n" * 120_000
        + b"--X--\n\n"
    )

    assert texts("a.mbox", attached * 3) == ["Two men were held."] * 3


def test_parts_in_parts_without_end_are_refused():
    nested = b"".join(
        b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (number, number + 1)
        for number in range(2000)
    )
    data = b"Subject: a\nContent-Type: multipart/mixed; boundary=0\n\n" + nested + GOOD

    assert isinstance(outcome("a.eml", data), str)


def test_fields_of_a_table_have_a_largest_size():
    row = b'1,"%b"\n'
    small = b"id,text\n" + row % (b"Two men were held. " * 1000) + row % GOOD
    large = b"id,text\n" + row % (b"a" * (17 << 20))

    assert [len(text) > 100 for text in texts("a.csv", small)] == [True, False]
    assert outcome("a.csv", large).startswith(
        "it is not CSV: line 1: field larger than field limit"
    )


@pytest.mark.parametrize(
    ("data", "columns", "told"),
    [
        (b"text\nTwo\0men\n", None, "it is not text: a zero byte at character 8"),
        (b"Copy\nTwo men\n", b"text: Body", "it has no column 'Body', which its map names"),
        (b"Copy\nTwo men\n", b"body: Copy", "its map of columns has 'body'"),
        (b"Copy\nTwo men\n", b"title: Copy", "its map of columns does not name the texts"),
        (b"Copy\nTwo men\n", b"text: [Copy]", "its map of columns has 'text'"),
        (b"Copy\nTwo men\n", b"text: *x", "its head has an alias or anchor"),
        (b"Copy\nTwo men\n", b"text: \xff", "it is not UTF-8: byte 0xff at offset 6"),
        (b"", b"text: Copy", "it has no rows"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_reason(data, columns, told):
    assert outcome("a.csv", data, columns).startswith(told)


def test_ragged_rows_are_read():
    assert texts("a.csv", b"text,date\nTwo men\nTwo vans,2020-12-07,more\n\n") == [
        "Two men", "Two vans",
    ]  # fmt: skip
