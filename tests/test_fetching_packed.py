"""What comes packed is unpacked to its last byte: a gzip file may have several members."""

import gzip
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import NotAdded
from qa.fetching.client import unpacked
from qa.releases.adding import Added
from tests.test_fetching import extraction, fetched, html, site  # noqa: F401

# ruff: noqa: F811

MOST = 1 << 20


@given(st.lists(st.binary(max_size=20_000), min_size=1, max_size=5), st.integers(0, 9000))
def test_every_member_is_unpacked_in_order(texts, zeros):
    packed = b"".join(map(gzip.compress, texts)) + bytes(zeros)

    assert unpacked(packed, MOST) == b"".join(texts)


def test_the_limit_holds_for_all_members_together():
    packed = gzip.compress(bytes(MOST // 2))

    assert len(unpacked(packed * 2, MOST)) == MOST
    with pytest.raises(NotAdded, match="over 1,048,576 bytes"):
        unpacked(packed * 2 + gzip.compress(b"x"), MOST)


@pytest.mark.parametrize("spoil", [lambda last: last[:-9], lambda last: b"\x1f\x8b" + last[3:]])
def test_a_later_member_that_is_cut_or_damaged_is_told_and_not_dropped(spoil):
    first, last = gzip.compress(b"first"), gzip.compress(b"last")

    with pytest.raises(NotAdded, match=r"ends too soon|is damaged"):
        unpacked(first + spoil(last), MOST)


def test_a_great_many_members_take_no_longer_than_their_number():
    packed = gzip.compress(b"") * 200_000
    begun = time.process_time()

    assert unpacked(packed, MOST) == b""
    assert time.process_time() - begun < 10  # in one piece they take a minute


def test_a_page_packed_in_several_runs_comes_whole(site, fetched):
    page = html("Packed").encode()
    # Long enough that the members do not end where the pieces that the connection gives do.
    page = page.replace(b"</body>", b"<!--" + random.Random(1).randbytes(90_000).hex().encode() +
                        b"--></body>")  # fmt: skip
    halves = page[: len(page) // 2], page[len(page) // 2 :]
    site.page("/runs", b"".join(map(gzip.compress, halves)), Content_Encoding="gzip")
    inner = f"<urlset><url><loc>{site.address}/runs</loc></url></urlset>".encode()
    site.page("/all.xml.gz", b"".join(map(gzip.compress, (inner[:30], inner[30:]))),
              Content_Type="application/gzip")  # fmt: skip

    (came,) = fetched(f"{site.address}/all.xml.gz")

    assert isinstance(came, Added)
    assert (fetched.folder / came.path).read_bytes().startswith(page)
