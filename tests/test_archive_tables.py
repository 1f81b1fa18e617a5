"""Tables in archives: each is read by the map of its columns, wherever in it that stands."""

import io
import random
import tarfile

import pytest

from qa.errors import UnreadableRelease
from qa.releases import read_folder
from qa.releases.formats.document import Document, Source
from qa.releases.formats.known_formats import read_parts
from tests.format_samples import tarred, zipped

# Without its map the second column would be taken for the text, by its name.
TABLE = b"Body copy,text\nA parrot was found.,internal note\n"
MAP = b"text: Body copy\n"
GOOD = b"Two men were held.\n"
MANY = 2048 * 1024
PACKINGS = {
    "a.zip": zipped, "a.tar": tarred, "a.tar.gz": lambda files: tarred(files, "gz"),
    "a.tar.bz2": lambda files: tarred(files, "bz2"), "a.tar.xz": lambda files: tarred(files, "xz"),
}  # fmt: skip


def read(name, data, most=MANY):
    """Read an archive: the texts in it by the file they are from, and what is refused of it."""
    texts, refused = {}, {}
    try:
        for one in read_parts(Source(name, data, most)):
            if isinstance(one, Document):
                texts[one.inner.split("!/")[0]] = one.text
            else:
                refused[one.inner] = f"{one.reason}; {one.cure}"
    except UnreadableRelease as error:
        refused[""] = error.reason
    return texts, refused


@pytest.mark.parametrize("name", PACKINGS)
@pytest.mark.parametrize("first", ["t.csv", "t.csv.columns.yaml"])
def test_a_table_is_read_by_its_map_whichever_stands_first(name, first):
    files = {"t.csv": TABLE, "t.csv.columns.yaml": MAP, "z.md": GOOD}
    packed = PACKINGS[name]({first: files[first], **files})

    assert read(name, packed) == ({"t.csv": "A parrot was found.", "z.md": GOOD.decode()}, {})


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_map_that_is_too_long_is_refused_and_so_is_its_table(name):
    long = MAP + b"# " + b"x" * 200
    packed = PACKINGS[name]({"t.csv": TABLE, "t.csv.columns.yaml": long, "z.md": GOOD})

    reason = "it has over 100 bytes; shorten it, or raise max_file_kb in qa.yaml"
    assert read(name, packed, most=100) == (
        {"z.md": GOOD.decode()},
        {"t.csv.columns.yaml": reason, "t.csv": f"its map of columns cannot be read: {reason}"},
    )


def test_a_map_that_is_a_link_or_leads_out_is_refused_and_so_is_its_table():
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, data in {"t.csv": TABLE, "u.csv": TABLE, "../t.csv.columns.yaml": MAP}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("u.csv.columns.yaml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    texts, refused = read("a.tar", packed.getvalue())

    # What leads out of the archive is the map of no table in it.
    assert texts == {"t.csv": "internal note"}
    cured = "it is a link or a device; pack the file itself"
    assert refused == {
        "../t.csv.columns.yaml": "its path leads out of the archive; pack it under a plain path",
        "u.csv.columns.yaml": cured,
        "u.csv": f"its map of columns cannot be read: {cured}",
    }


def test_a_table_is_not_read_where_its_map_may_be_behind_the_damage():
    noise = random.Random(7).randbytes(60_000)  # a tar is read in blocks, of which one is lost
    files = {"a.md": GOOD, "t.csv": TABLE, "x.png": noise, "t.csv.columns.yaml": MAP}

    texts, refused = read("a.tar.gz", tarred(files, "gz")[:30_000])

    assert texts == {"a.md": GOOD.decode()}, "what stands before the damage is read"
    assert refused["t.csv"].startswith("its map of columns cannot be read: it is no whole tar file")
    assert refused[""].startswith("it is no whole tar file")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_maps_that_unfold_without_end_are_a_bomb_as_all_else_is(name):
    maps = {f"{number}.csv.columns.yaml": bytes(MANY) for number in range(40)}
    packed = PACKINGS[name]({"a.md": GOOD, **maps})

    assert len(packed) < 200_000
    texts, refused = read(name, packed)
    assert texts == {"a.md": GOOD.decode()}
    assert refused[""] == "it unpacks to over 200 times its size"
    assert len(refused) < 3, "it ends at the map at which that is noticed"


def test_the_first_look_at_a_tar_takes_nothing_from_what_it_may_unpack_to():
    text = GOOD * 100_000  # twelve of them are more than half of what is always unpacked
    packed = tarred({f"{number}.md": text for number in range(12)}, "gz")

    texts, refused = read("a.tar.gz", packed)

    assert (len(texts), refused) == (12, {})


def test_a_folder_reads_a_packed_table_as_the_table_itself(write):
    files = {"t.csv": TABLE, "t.csv.columns.yaml": MAP}
    report = read_folder(write({**files, "a.tar": tarred(files)}))

    texts = {one.id.split("!/")[0]: one.text for one in report.releases}
    assert texts == {"t.csv": "A parrot was found.", "a.tar": "A parrot was found."}
    assert report.skipped == ()
