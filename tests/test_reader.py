"""One file read: exact offsets for any text, and the title, areas and address it shows."""

import hashlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import UnreadableRelease
from qa.language.markup import plain
from qa.releases.reader import MAX_TITLE, read_release

PARTS = (
    "We came. ", "“We saw,” said PC Jo Bloggs.", "‘It’s’ ", "\u00a0", "\r\n", "\r\n\r\n", "\r",
    "\n", "\n\n",
    "\u2028", "\u2029", "\x85", "\ufeff", "🚓", "👩‍✈️", "e\u0301", "**", "* one", "_two_",
    "## ", "\\-", "[label](https://a.example)", "&amp;", "&#163;", "&nbsp;", "---", "```", "\t",
    "7 May 2020", " ",
)  # fmt: skip
HEADS = (
    "",
    "---\ntitle: Two men\n---\n",
    "```yaml\r\narea: Marrow\r\n```\r\n",
    "--- yaml ---\r---\r",
)
bodies = st.lists(st.sampled_from(PARTS) | st.text(max_size=8), max_size=30).map(
    lambda parts: "".join(parts).replace("\0", "")
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def read(text):
    return read_release(text.encode(), "marrow/a.md")


@given(st.sampled_from(HEADS), bodies, encodings)
@settings(deadline=None)
def test_every_paragraph_and_sentence_is_a_slice_of_the_file(head, body, encoding):
    data = f"{head}Begin {body}\n\nThe end.\n".encode(encoding)

    release = read_release(data, "a.md")

    file = data.decode(release.encoding)
    assert release.text == file
    assert [item.number for item in release.paragraphs] == [*range(1, len(release.paragraphs) + 1)]
    for paragraph in release.paragraphs:
        assert file[paragraph.start : paragraph.end] == paragraph.text
        for sentence in paragraph.sentences:
            assert file[sentence.start : sentence.end] == sentence.text
            assert paragraph.start <= sentence.start < sentence.end <= paragraph.end


@given(st.sampled_from(HEADS), bodies)
@settings(deadline=None)
def test_every_word_of_the_body_stands_in_a_paragraph(head, body):
    release = read(f"{head}Begin {body}\n\nThe end.\n")
    edges = [len(head), *(e for item in release.paragraphs for e in (item.start, item.end))]
    edges.append(len(release.text))

    for start, end in zip(edges[::2], edges[1::2], strict=True):
        assert re.search(r"[^\W_]", plain(release.text[start:end]).text) is None


@given(st.binary(max_size=60) | bodies.map(str.encode))
@settings(deadline=None)
def test_any_bytes_are_a_release_or_one_kind_of_error(data):
    try:
        release = read_release(data, "a.md")
    except UnreadableRelease:
        return
    assert release.paragraphs
    assert release.title.strip()


def test_a_release_knows_its_file():
    data = "---\narea: Marrow\n---\r\nCafé “open”.\r\n".encode("utf-8-sig")

    release = read_release(data, "marrow/a.md")

    assert release.id == "marrow/a.md"
    assert release.encoding == "utf-8-sig"
    assert release.size == len(data)
    assert release.sha256 == hashlib.sha256(data).hexdigest()
    assert [item.text for item in release.paragraphs] == ["Café “open”."]
    assert release.published is None
    assert release.published_source is None


LONG = "A white van was seen " * 6 + "again."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("og: {title: A}\ntitle: B | Police", "A", id="og.title first"),
        pytest.param("og.title: A", "A", id="dotted"),
        pytest.param("og: {title: ''}\ntitle: B", "B", id="an empty one is passed"),
        pytest.param("title: Two men held | Marrow Police", "Two men held", id="tail after a bar"),
        pytest.param("title: Two men held - Marrow Police", "Two men held", id="tail after a dash"),
        pytest.param("title: Two – Marrow Vale Constabulary", "Two", id="tail, constabulary"),
        pytest.param("title: Men held - appeal", "Men held - appeal", id="a dash that is no tail"),
        pytest.param("title: Anti-Police", "Anti-Police", id="a hyphen"),
        pytest.param("title: '| Marrow Police'", "Head of text", id="nothing but a tail"),
        pytest.param("title: Smith &amp; Co &#8217;20", "Smith & Co ’20", id="entities"),
        pytest.param("title: '**Two**  \\- men'", "Two - men", id="markup and blanks"),
        pytest.param("title: |\n  Two\n  men", "Two men", id="several lines"),
        pytest.param("title: [a, b]", "Head of text", id="a list is no title"),
        pytest.param("area: A", "Head of text", id="first heading"),
    ],
)
def test_titles_of_a_head(text, title):
    release = read(f"---\n{text}\n---\n\nTwo men were held.\n\n### Head of text\n\nMore.\n")

    assert release.title == title


@pytest.mark.parametrize(
    ("body", "title"),
    [
        pytest.param("Two **men** were held. More.", "Two men were held.", id="first sentence"),
        pytest.param(
            "7 May 2020\n\nTwo men were held.", "Two men were held.", id="date line passed"
        ),
        pytest.param("7 May 2020", "7 May 2020", id="nothing but a date line"),
        pytest.param("Smith &amp; Co\u00a0closed.", "Smith & Co closed.", id="entities"),
        pytest.param("**Two men held**\n\nMore.", "Two men held", id="a bold line"),
        pytest.param("a" * 150, "a" * MAX_TITLE + "…", id="one long word"),
    ],
)
def test_titles_without_a_head(body, title):
    assert read(body).title == title


def test_a_long_first_sentence_is_shortened_at_a_word():
    title = read(LONG).title

    assert title.endswith("…")
    assert len(title) <= MAX_TITLE + 1
    assert LONG.startswith(title[:-1] + " ")  # the next character is the end of a word


def test_shortening_leaves_no_comma_before_the_dots():
    assert read("a" * 95 + ", and so on it went").title == "a" * 95 + "…"


@pytest.mark.parametrize(
    ("head", "areas"),
    [
        pytest.param("area: Marrow", ("Marrow",), id="one"),
        pytest.param("areas: [Marrow, Leaden]", ("Marrow", "Leaden"), id="several"),
        pytest.param("area: [Marrow, Marrow, '']", ("Marrow",), id="repeats and blanks"),
        pytest.param("area: Marrow &amp; Vale", ("Marrow & Vale",), id="entities"),
        pytest.param("area: NO", ("NO",), id="not a truth value"),
        pytest.param("area: {name: Marrow}", (), id="a mapping is none"),
        pytest.param("title: A", (), id="none"),
    ],
)
def test_areas(head, areas):
    assert read(f"---\n{head}\n---\nText.").areas == areas


@pytest.mark.parametrize(
    ("head", "url"),
    [
        ("url: https://a.example/b", "https://a.example/b"),
        ("og: {url: 'http://a.example/b'}", "http://a.example/b"),
        ("url: https://a.example/a__b_c*d*e?f=1&copy=2", "https://a.example/a__b_c*d*e?f=1&copy=2"),
        ("url: https://a.example/?b=1&amp;c=2", "https://a.example/?b=1&c=2"),
        ("url: javascript:alert(1)", None),
        ("url: 'https://a.example/ b'", None),
        ("url: 'https://a.example/\"onclick'", None),
        ("url: /b", None),
        ("url: [https://a.example]", None),
    ],
)
def test_addresses(head, url):
    assert read(f"---\n{head}\n---\nText.").url == url


@pytest.mark.parametrize(
    "data", [b"", b" \r\n\r\n", b"***\n\n---\n", b"---\ntitle: A\n---\n", b"\xef\xbb\xbf"]
)
def test_a_file_without_words_is_refused(data):
    with pytest.raises(UnreadableRelease, match="no text to quote; write the release"):
        read_release(data, "a.md")


def test_a_title_of_endless_blanks_takes_no_time():
    begun = time.process_time()
    release = read('---\ntitle: "a' + " " * 60_000 + 'b"\n---\nText.\n')

    assert release.title == "a b"
    assert time.process_time() - begun < 5  # a quadratic search takes over 30 seconds
