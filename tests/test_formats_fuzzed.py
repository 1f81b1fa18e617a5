"""Any bytes under any name: documents whose spans are exact, or a reason with its cure."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import UnreadableRelease
from qa.releases.formats.document import Document, Refused, Source
from qa.releases.formats.known_formats import read_parts
from qa.releases.reader import read_document
from tests import format_samples as made
from tests.conftest import ROOT

MOST = 1 << 16
SAMPLE = made.samples(ROOT / "seeds")[0]
WHOLE = {
    "a.md": SAMPLE.text.encode(),
    "a.html": made.page(SAMPLE),
    "a.pdf": made.pdf(SAMPLE),
    "a.docx": made.word(SAMPLE),
    "a.rss": made.feed([SAMPLE]),
    "a.eml": made.mail(SAMPLE),
    "a.mbox": made.mailbox([SAMPLE]),
    "a.csv": made.comma_table([SAMPLE]),
    "a.jsonl": made.json_lines([SAMPLE]),
    "a.zip": made.zipped({"north/a.md": SAMPLE.text.encode()}),
}
# Of all formats together: a share in the suite, 100,000 where it is proved.
TRIES = (100_000 if os.environ.get("QA_PROOF") == "full" else 250) // len(WHOLE)


@st.composite
def damaged(draw, whole):
    """A file in which stretches are gone, doubled or other bytes; or bytes that never were one."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = start + draw(st.integers(0, 40))
        data[start:end] = draw(st.one_of(st.binary(max_size=20), st.just(data[start:end] * 2)))
    return bytes(data)


@pytest.mark.parametrize("name", WHOLE)
def test_whatever_is_in_a_file_is_exact_or_refused(name):
    @settings(max_examples=TRIES, deadline=None, database=None)
    @given(damaged(WHOLE[name]))
    def holds(data):
        try:
            found = list(read_parts(Source(name, data, MOST)))
        except UnreadableRelease as refused:
            found = [Refused("", refused.reason, refused.cure)]
        for one in found:
            assert not one.inner.startswith("/")
            assert ".." not in one.inner.split("/")
            if isinstance(one, Document):
                assert_exact(one)
            else:
                assert all((one.reason, one.cure))

    holds()


def assert_exact(document):
    try:
        release = read_document(document, "a", size=0, sha256="").release
    except UnreadableRelease:
        return  # with nothing to quote
    assert release.text == document.text
    assert release.text.encode()  # no half of a character
    for one in release.paragraphs:
        assert release.text[one.start : one.end] == one.text
        for sentence in one.sentences:
            assert release.text[sentence.start : sentence.end] == sentence.text
