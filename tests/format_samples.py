"""Our sample releases, rendered to each format in which people have releases."""

import csv
import html
import io
import json
import tarfile
import zipfile
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from markdown_it import MarkdownIt

from qa.language.markup import plain
from qa.records import Kind
from qa.releases.reader import read_release

# ruff: noqa: E501
DAY = "2020-12-07"


def bodies(release):
    """Each paragraph as people read it, with its form: "heading", "bold", "items" or "words"."""
    for one in release.paragraphs:
        text = one.text
        form = "words"
        if text.lstrip().startswith("#"):
            form = "heading"
        elif text.startswith("**") and text.endswith("**"):
            form = "bold"
        elif one.kind is Kind.LIST_ITEM and text.startswith("* "):
            form = "items"
        yield form, plain(text).text.strip()


def html_body(release):
    return MarkdownIt("commonmark").render(release.text[release.paragraphs[0].start :])


def page(release):
    title = html.escape(release.title)
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<title>{title} | Marrowdale Police</title>
<meta property="og:site_name" content="Marrowdale Police"><meta property="og:title" content="{title}">
<link rel="canonical" href="https://www.marrowdale.example.org/news/a-release">
<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{DAY}T21:35:00+00:00"}}
</script></head><body><nav><ul><li><a href="/">Home</a></li><li><a href="/news">News</a></li></ul></nav>
<main><article><h1>{title}</h1>{html_body(release)}</article></main>
<footer><p>Copyright Marrowdale Police 2020. All rights reserved.</p></footer></body></html>""".encode()


def mail(release):
    from datetime import UTC, datetime

    message = EmailMessage()
    message["Subject"] = release.title
    message["From"] = "Marrowdale Police <news@marrowdale.example.org>"
    message["Date"] = format_datetime(datetime(2020, 12, 7, 9, tzinfo=UTC))
    message["Message-ID"] = f"<{release.sha256[:12]}@marrowdale.example.org>"
    message.set_content(release.text[release.paragraphs[0].start :])
    return message.as_bytes()


def page_mail(release):
    """Mail that has no plain text."""
    message = EmailMessage()
    message["Subject"] = release.title
    message.set_content(f"<html><body>{html_body(release)}</body></html>", subtype="html")
    return message.as_bytes()


def mailbox(releases):
    return b"\n".join(b"From news Mon Dec  7 09:00:00 2020\n" + mail(one) for one in releases)


def feed(releases):
    items = "".join(
        f"<item><title>{html.escape(one.title)}</title><guid>{one.sha256[:12]}</guid>"
        f"<link>https://www.marrowdale.example.org/news/{one.sha256[:8]}</link>"
        f"<pubDate>Mon, 07 Dec 2020 09:00:00 GMT</pubDate>"
        f"<description>{html.escape(html_body(one))}</description></item>"
        for one in releases
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>Marrowdale Police</title>{items}</channel></rss>"
    ).encode()


def atom(releases):
    entries = "".join(
        f"<entry><title>{html.escape(one.title)}</title><id>{one.sha256[:12]}</id>"
        f'<updated>{DAY}T09:00:00Z</updated><content type="html">{html.escape(html_body(one))}</content></entry>'
        for one in releases
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Marrowdale Police</title>{entries}</feed>'.encode()


def page_lines(releases):
    """JSON Lines whose texts are HTML."""
    rows = ({"id": one.sha256[:12], "title": one.title, "body": html_body(one)} for one in releases)
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def rows(releases):
    for one in releases:
        yield {
            "id": one.sha256[:12],
            "headline": one.title,
            "Publish Date": "07/12/2020",
            "area": one.area,
            "body": one.text[one.paragraphs[0].start :],
        }


def comma_table(releases):
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, ["id", "headline", "Publish Date", "area", "body"])
    table.writeheader()
    table.writerows(rows(releases))
    return written.getvalue().encode()


def json_lines(releases):
    return "".join(json.dumps(row) + "\n" for row in rows(releases)).encode()


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def tarred(files, packing=""):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=f"w:{packing}") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def word(release):
    import docx

    document = docx.Document()
    document.core_properties.title = ""
    document.add_paragraph(release.title, style="Title")
    for form, text in bodies(release):
        if form == "items":
            for line in text.split("\n"):
                document.add_paragraph(line.strip(), style="List Bullet")
        elif form == "heading":
            document.add_heading(text, level=2)
        else:
            run = document.add_paragraph().add_run(" ".join(text.split("\n")))
            run.bold = form == "bold" or None
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def pdf(release):
    import matplotlib
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    for name, file in (("Sans", "DejaVuSans.ttf"), ("Sans-Bold", "DejaVuSans-Bold.ttf")):
        pdfmetrics.registerFont(TTFont(name, str(fonts / file)))
    words = ParagraphStyle("words", fontName="Sans", fontSize=10, leading=13, spaceAfter=9)
    bold = ParagraphStyle("bold", words, fontName="Sans-Bold")
    heading = ParagraphStyle("heading", bold, fontSize=14, leading=18)
    story = []
    for form, text in bodies(release):
        style = {"bold": bold, "heading": heading}.get(form, words)
        lines = [f"• {line.strip()}" for line in text.split("\n")] if form == "items" else [text]
        story += [Paragraph(html.escape(line), style) for line in lines]
    written = io.BytesIO()
    SimpleDocTemplate(written, title=release.title).build(story)
    return written.getvalue()


def samples(seeds):
    """The sample releases, read as text."""
    files = sorted(file for file in seeds.glob("*/*.*"))
    return [read_release(file.read_bytes(), f"{file.parent.name}/{file.name}") for file in files]


def plain_word(release):
    """A Word file of no more parts than it must have."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f"<w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p>" for _, text in bodies(release)
    )
    return zipped({
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="a" Type="{office}" Target="word/document.xml"/></Relationships>'.encode(),
        "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode(),
    })  # fmt: skip


def plain_pdf(release):
    """A PDF file in a font that every reader has."""
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    style, written = getSampleStyleSheet()["BodyText"], io.BytesIO()
    story = [Paragraph(html.escape(text), style) for _, text in bodies(release)]
    SimpleDocTemplate(written).build(story)
    return written.getvalue()
