"""Where a quote stands, in words and in one line of plain text.

Reads    a `Hit`
Gives    text, not escaped
"""

from urllib.parse import urlsplit

from qa.language.markup import plain
from qa.records import Hit
from qa.web.texts import Texts, say_date


def quoted_text(hit: Hit) -> str:
    """Give the paragraph for reading: its words without markup."""
    return plain(hit.text).text.strip()


def host_of(url: str | None) -> str:
    """Give the host that an address leads to; empty if it is none to make a link of."""
    if url is None or not url.isprintable() or " " in url or "\\" in url:
        return ""
    try:
        parts = urlsplit(url)
        return parts.hostname or "" if parts.scheme in ("http", "https") else ""
    except ValueError:
        return ""


def date_of(hit: Hit, texts: Texts) -> str:
    """Say when it was published, or that this is not known."""
    return texts.undated if hit.published is None else say_date(texts, hit.published)


def citation_line(hit: Hit, texts: Texts) -> str:
    """Give title, area, date, speaker, address and place in the file."""
    speaker = texts.said_by.format(speaker=hit.speaker) if hit.speaker is not None else ""
    url = hit.url if hit.url and host_of(hit.url) else ""
    place = f"{hit.release}, {hit.start}–{hit.end}"
    facts = (hit.title or hit.release, hit.area, date_of(hit, texts), speaker, url, place)
    return ", ".join(fact for fact in facts if fact)


def copied_text(hit: Hit, texts: Texts) -> str:
    """Give a quote with its citation, as it is copied: two lines of plain text."""
    return f"“{quoted_text(hit)}”\n— {citation_line(hit, texts)}"
