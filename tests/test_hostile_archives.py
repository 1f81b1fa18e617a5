"""Archives that mean harm, or are damaged: each file that is whole is read, the others are told."""

import base64
import io
import struct
import tarfile
import warnings
import zipfile

import pytest

from qa.errors import UnreadableRelease
from qa.releases import read_folder
from qa.releases.folder import load_files, read_files
from qa.releases.formats.document import Document, Source
from qa.releases.formats.known_formats import read_parts
from tests import format_samples as made

MANY = 2048 * 1024
GOOD = b"Two men were held.\n"
# Holds a.md with the password "secret".
LOCKED = base64.b85decode(
    "P)h>@6aWDL00000Apo-j<Fp?D000vJ000C4003bwZDh!a$y>DEtPWb8e$^C)FzUMysFI}ZD)86=ynR^dcTh_K0u%!j009610000X0"
    "J8(*v>yNf022TJ00aO400000000000Du7i0001CE^TB`O9ci1000010096p0000%0000000"
)


def outcome(name, data):
    """Read a file: which releases it gives, and why the others are refused, by name."""
    try:
        found = list(read_parts(Source(name, data, MANY)))
    except UnreadableRelease as error:
        return error.reason
    read = [one.inner for one in found if isinstance(one, Document)]
    return read, {one.inner: one.reason for one in found if not isinstance(one, Document)}


def tar_of(*members):
    """Pack members: each a name, a type, and where it links to."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, kind, link in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, link
            info.size = len(GOOD) if kind == tarfile.REGTYPE else 0
            archive.addfile(info, io.BytesIO(GOOD))
    return packed.getvalue()


def test_links_devices_and_ways_out_of_a_tar_are_refused_and_the_rest_is_read():
    data = tar_of(
        ("a.md", tarfile.REGTYPE, ""), ("link.md", tarfile.SYMTYPE, "/etc/passwd"),
        ("hard.md", tarfile.LNKTYPE, "../../etc/passwd"), ("device.md", tarfile.CHRTYPE, ""),
        ("block.md", tarfile.BLKTYPE, ""), ("pipe.md", tarfile.FIFOTYPE, ""),
        ("../up.md", tarfile.REGTYPE, ""), ("/root.md", tarfile.REGTYPE, ""),
        ("..\\up.md", tarfile.REGTYPE, ""), ("folder.md", tarfile.DIRTYPE, ""),
        ("holes.md", tarfile.GNUTYPE_SPARSE, ""), ("z.md", tarfile.REGTYPE, ""),
    )  # fmt: skip
    read, refused = outcome("a.tar", data)

    link, out = "it is a link or a device", "its path leads out of the archive"
    assert read == ["a.md", "z.md"]
    assert refused == {
        "link.md": link, "hard.md": link, "device.md": link, "block.md": link, "pipe.md": link,
        "../up.md": out, "/root.md": out, "holes.md": "it has holes",
    }  # fmt: skip


def test_links_in_a_zip_are_refused():
    info = zipfile.ZipInfo("link.md")
    info.external_attr = 0o120777 << 16
    packed = io.BytesIO(made.zipped({"a.md": GOOD}))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(info, "/etc/passwd")

    assert outcome("a.zip", packed.getvalue()) == (
        ["a.md"], {"link.md": "it is a link, not a file"}
    )  # fmt: skip


def test_a_locked_zip_is_told_file_by_file():
    with zipfile.ZipFile(io.BytesIO(LOCKED)) as archive:
        assert archive.read("a.md", pwd=b"secret") == GOOD

    assert outcome("a.zip", LOCKED) == ([], {"a.md": "it is locked with a password"})


@pytest.mark.parametrize("name", ["b.zip", "b.tar", "b.tar.gz", "b.tgz"])
def test_an_archive_in_an_archive_is_refused(name):
    nested = made.zipped({"a.md": GOOD, name: made.zipped({"c.md": GOOD})})

    assert outcome("a.zip", nested) == (["a.md"], {name: "it is an archive inside an archive"})


def test_a_gzip_of_one_file_is_no_format_whatever_it_is_called():
    import gzip

    packed = gzip.compress(GOOD)

    assert outcome("a.zip", made.zipped({"b.md": packed, "c.md.gz": packed})) == (
        [],
        {"b.md": "it is a gzip file, not text", "c.md.gz": "its format is not one that is read"},
    )


def test_a_packed_tar_that_unfolds_without_end_is_refused():
    big = made.tarred({f"{number}.md": bytes(MANY) for number in range(40)}, "gz")

    assert len(big) < 200_000
    assert outcome("a.tar.gz", big) == "it unpacks to over 200 times its size"


def test_files_of_a_zip_that_share_their_bytes_are_counted_each_time():
    """As in "A better zip bomb", Fifield 2019: many entries, one stretch of packed bytes."""
    data = bytearray(made.zipped({"a.md": b"a" * MANY}))
    place = data.find(b"PK\x01\x02")
    entry, end = bytes(data[place:-22]), bytearray(data[-22:])
    struct.pack_into("<HHII", end, 8, 60, 60, len(entry) * 60, place)

    assert outcome("a.zip", bytes(data[:place]) + entry * 60 + bytes(end)) == (
        "it unpacks to over 200 times its size"
    )


def test_a_size_in_a_header_is_not_believed():
    """The library would read on at the end of the file, for as long as the size says."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("a.md")
        info.size, info.pax_headers = len(GOOD), {"size": "9" * 30}
        archive.addfile(info, io.BytesIO(GOOD))

    assert outcome("a.tar", packed.getvalue()) == "it is no whole tar file: it ends too soon"


@pytest.mark.parametrize("named", ["", ".", "./", "\u202egpj.md", "a\nb.md"])
def test_any_name_in_an_archive_is_shown_on_one_line_and_costs_only_itself(named):
    read, refused = outcome("a.zip", made.zipped({"a.md": GOOD, named: GOOD, "z.md": GOOD}))

    assert {"a.md", "z.md"} <= {*read}
    for name in (*read, *refused):
        assert name.isprintable()
        assert name


def test_of_two_files_with_the_same_name_one_is_read_and_both_are_told(write):
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("a.md", "One man was held.\n")
        archive.writestr("a.md", "Two men were held.\n")
    report = read_folder(write({"a.zip": packed.getvalue()}))

    assert [one.id for one in report.releases] == ["a.zip!/a.md"]
    assert [str(skip) for skip in report.skipped] == [
        "a.zip!/a.md: another file's name is shown alike; rename it"
    ]


def test_a_damaged_file_of_an_archive_costs_only_itself():
    data = made.zipped({"a.md": GOOD * 20, "b.md": GOOD * 30, "c.md": GOOD * 40})
    place = data.find(b"b.md") + 8
    damaged = data[:place] + bytes(8) + data[place + 8 :]

    read, refused = outcome("a.zip", damaged)

    assert read == ["a.md", "c.md"]
    assert list(refused) == ["b.md"]


def test_an_archive_that_changed_while_it_was_read_is_told(write):
    folder = write({"a.zip": made.zipped({"a.md": GOOD}), "b.md": GOOD})
    files, skipped = load_files(folder)
    (folder / "a.zip").write_bytes(made.zipped({"a.md": b"Three men were held.\n"}))

    report = read_files(files, skipped)

    assert [one.id for one in report.releases] == ["b.md"]
    assert [str(skip) for skip in report.skipped] == [
        "a.zip: it changed while it was read; build again"
    ]


def test_an_archive_that_goes_while_it_is_read_is_told(write):
    folder = write({"a.zip": made.zipped({"a.md": GOOD}), "b.md": GOOD})
    files, skipped = load_files(folder)
    (folder / "a.zip").unlink()

    report = read_files(files, skipped)

    assert [one.id for one in report.releases] == ["b.md"]
    [skip] = report.skipped
    assert skip.reason == "it cannot be read: No such file or directory"
