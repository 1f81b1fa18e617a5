# ruff: noqa: E501, UP031
"""Word, PDF, zip and tar, made anew by their structure and packed again, so that they open."""

import bz2
import gzip
import html
import io
import lzma
import tarfile
import warnings
import zipfile
import zlib

from tests.fuzzing import listed, marked
from tests.fuzzing.leaves import NAMES, damaged, number, run, words

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ' \
     'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'  # fmt: skip
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RUNS = (
    "<w:r><w:t>%s</w:t></w:r>", "<w:r><w:rPr><w:b/></w:rPr><w:t>%s</w:t></w:r>", "<w:r><w:t>%s</w:t><w:br/></w:r>",
    '<w:hyperlink r:id="rId9"><w:r><w:t>%s</w:t></w:r></w:hyperlink>', "<w:del><w:r><w:t>%s</w:t></w:r></w:del>",
    '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>HYPERLINK "%s"</w:instrText></w:r>',
    '<w:r><w:footnoteReference w:id="1"/><w:t>%s</w:t></w:r>', "<w:sdt><w:sdtContent><w:r><w:t>%s</w:t></w:r></w:sdtContent></w:sdt>",
    '<w:r><w:pict/><w:sym w:char="F0B7" w:font="Symbol"/><w:t>%s</w:t></w:r>',
)  # fmt: skip


def word(random):
    """A Word file: paragraphs, tables, links and notes, and the parts that tell where they are."""
    body = "".join(_block(random, 2) for _ in range(random.randint(0, 8)))
    if random.random() < 0.1:
        body = run(random, "<w:tbl><w:tr><w:tc>", 20_000) + body
    document = (
        f'<?xml version="1.0"?><w:document {_W}><w:body>{body}</w:body></w:document>'.encode()
    )
    link = random.choice(("http://x.example/", "file:///etc/passwd", "../up.xml", "document.xml"))
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}content-types"><Override PartName="/word/document.xml" ContentType="{_CONTENT}"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}relationships"><Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'.encode(),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}relationships"><Relationship Id="rId9" Type="{_OFFICE}/hyperlink" Target="{link}" TargetMode="External"/><Relationship Id="f" Type="{_OFFICE}/footnotes" Target="footnotes.xml"/></Relationships>'.encode(),
        "word/_rels/footnotes.xml.rels": f'<Relationships xmlns="{_PACKAGE}relationships"><Relationship Id="rId9" Type="{_OFFICE}/hyperlink" Target="{link}"/></Relationships>'.encode(),
        "word/document.xml": document,
        "word/footnotes.xml": f'<w:footnotes {_W}><w:footnote w:id="1">{_block(random, 0)}</w:footnote></w:footnotes>'.encode("utf-8", "ignore"),
        "docProps/core.xml": f"<a><dc:title>{html.escape(words(random)[:200])}</dc:title></a>".encode("utf-8", "ignore"),
    }  # fmt: skip
    files = {name: data for name, data in files.items() if random.random() > 0.02}
    if random.random() < 0.4 and files:
        name = random.choice(sorted(files))
        files[name] = damaged(random, files[name])
    data = _zipped(files.items())
    return damaged(random, data) if random.random() < 0.1 else data


def _block(random, room):
    said = html.escape(words(random).encode("utf-8", "ignore").decode()[:1500])
    said = "".join(one for one in said if one >= " " or one in "\t\n" or random.random() < 0.02)
    style = random.choice(("Title", "Heading1", "ListBullet", "Normal", "a"))
    runs = "".join(random.choice(_RUNS) % said for _ in range(random.randint(1, 2)))
    paragraph = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'
    if room and random.random() < 0.15:
        return f"<w:tbl><w:tr><w:tc>{_block(random, room - 1)}</w:tc></w:tr></w:tbl>"
    return paragraph


def pdf(random):
    """A PDF file of objects that fit together, or nearly."""
    stream = _operators(random)
    filters, packed = random.choice(
        (*[("", stream), ("/Filter/FlateDecode", zlib.compress(stream))] * 5,
         ("/Filter[/ASCIIHexDecode/FlateDecode]", zlib.compress(stream).hex().encode() + b">"),
         ("/Filter/LZWDecode", stream), ("/Filter/RunLengthDecode", b"\x00" + stream), ("/Filter/ASCII85Decode", stream),
         ("/Filter[" + "/FlateDecode" * 40 + "]", zlib.compress(stream)),
         ("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns %d>>" % number(random), zlib.compress(stream)))
    )  # fmt: skip
    cmap = run(random, f"<{random.randint(0, 255):02x}> <{random.randint(0, 0xFFFF):04x}>\n", 2000)
    kids = random.choice(("3 0 R",) * 8 + ("3 0 R 3 0 R", "2 0 R", "9 0 R", "3 0 R " * 40))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {1 if random.random() < 0.8 else number(random)}>>".encode(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X 4 0 R>>>>>>",
        f"<<{filters}/Length {len(packed) if random.random() < 0.8 else number(random)}>>stream\n".encode() + packed + b"\nendstream",
        f"<</Type/Font/Subtype/{random.choice(('Type1', 'TrueType', 'Type0', 'Type3'))}/BaseFont/{random.choice(('Helvetica', 'Times-Bold', 'A'))}"
        f"{random.choice(('', '/Encoding/WinAnsiEncoding', '/ToUnicode 6 0 R', '/Encoding<</Differences[1/a/b/gid1]>>', '/DescendantFonts[5 0 R]'))}>>".encode(),
        f"<</Length 9>>stream\nbegincmap 1 beginbfchar\n{cmap}endbfchar\nendstream".encode(),
        f"<</Title({words(random)[:100]})>>".encode("latin-1", "ignore"),
    ]  # fmt: skip
    written, places = bytearray(b"%PDF-1.7\n"), []
    for count, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (count, one)
    start = len(written)
    written += b"xref\n0 8\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % one for one in places
    )
    more = random.choice(
        ("",) * 20 + ("/Prev 0", f"/Prev {start}", "/Encrypt 3 0 R", f"/Prev {number(random)}")
    )
    written += f"trailer<</Size 8/Root 1 0 R/Info 7 0 R{more}>>\nstartxref\n{start}\n%%EOF".encode()
    return damaged(random, bytes(written)) if random.random() < 0.2 else bytes(written)


def _operators(random):
    """Text operators, with numbers and strings that no program writes."""
    lines = ["BT /F1 10 Tf 14 TL 50 800 Td"]
    for _ in range(random.randint(0, 30)):
        said = words(random)[:200].replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        size = random.choice((10, 10, 14, 0, -1, 1e30, number(random)))
        lines.append(random.choice((
            f"({said}) Tj T*", f"({said}) Tj T*", f"[({said[:40]}) {number(random)} (a)] TJ", f"0 -14 Td ({said}) '",
            f"/F1 {size} Tf", f"1 0 0 1 {random.randint(0, 600)} {random.randint(-900, 900)} Tm", "/X Do", "q", "Q", "ET BT",
            f"{size} 0 0 {size} 0 0 cm", f"<{said.encode('utf-16', 'ignore').hex()}> Tj", run(random, "q ", 2000), "/F9 9 Tf",
        )))  # fmt: skip
    return "\n".join([*lines, "ET"]).encode("latin-1", "replace")


def _inner(random):
    make = random.choice(
        (
            marked.text,
            marked.text,
            marked.page,
            marked.feed,
            listed.mail,
            listed.mailbox,
            listed.comma_table,
        )
    )
    return make(random)


def _files(random):
    for _ in range(random.randint(0, 6)):
        yield (
            random.choice(NAMES),
            _inner(random) if random.random() < 0.9 else random.randbytes(40),
        )


def _zipped(files):
    packed = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(packed, "w") as archive:
        warnings.simplefilter("ignore")  # of the same name twice
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def zip_file(random):
    """A zip file, and in its headers other numbers than those of what it holds."""
    data = bytearray(_zipped(_files(random)))
    for mark in (b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06"):
        place = data.find(mark)
        if place >= 0 and random.random() < 0.1:
            at = place + 4 + random.randint(0, 42)
            value = (number(random) & 0xFFFFFFFF).to_bytes(4, "little")
            data[at : at + 4] = value[: max(0, len(data) - at)][: random.choice((1, 2, 4))]
    return damaged(random, bytes(data)) if random.random() < 0.1 else bytes(data)


def tar_file(random):
    """A tar file, packed in any way, of members of every kind; gives its ending too."""
    packed = io.BytesIO()
    way = random.choice((tarfile.PAX_FORMAT, tarfile.GNU_FORMAT))
    with tarfile.open(fileobj=packed, mode="w", format=way) as archive:
        for name, data in _files(random):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            if random.random() < 0.2:
                info.type = random.choice(
                    (b"1", b"2", b"3", b"5", b"6", b"7", b"S", b"L", b"x", b"Z")
                )
                info.linkname = random.choice(NAMES)
            if way == tarfile.PAX_FORMAT and random.random() < 0.2:
                info.pax_headers = {random.choice(("size", "path", "GNU.sparse.map", "mtime", "hdrcharset")):
                                    random.choice(("9" * 30, "../a.md", "0,1,2", "-1", "a"))}  # fmt: skip
            archive.addfile(info, io.BytesIO(data))
    data = packed.getvalue()
    if random.random() < 0.3:
        data = damaged(random, data)
    ending, pack = random.choice(
        ((".tar", bytes), (".tar.gz", lambda one: gzip.compress(one, 1)), (".tar.bz2", bz2.compress),
         (".tar.xz", lambda one: lzma.compress(one, preset=0)))
    )  # fmt: skip
    data = pack(data)
    return ending, damaged(random, data) if random.random() < 0.1 else data
