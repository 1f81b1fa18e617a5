# ruff: noqa: E501
"""Text, pages and feeds, made anew by their structure."""

import html
import json

from tests.fuzzing.leaves import CHARSETS, DATES, damaged, number, run, samples, words

TAGS = (
    "p", "p", "div", "span", "b", "strong", "ul", "li", "ol", "table", "tr", "td", "h1", "h2", "blockquote",
    "pre", "br", "section", "article", "main", "nav", "script", "style", "template", "noscript", "svg", "math",
    "iframe", "form", "select", "textarea", "title", "head", "body", "html", "base", "img", "dl", "dt", "dd",
    "a", "time", "figure", "details", "!--", "![CDATA[", "?php", "x-y", "font", "center",
)  # fmt: skip
ATTRIBUTES = (
    "hidden", "style='display:none'", "aria-hidden=true", "class=comment", "href='http://x.example/'", "id=a",
    "src='file:///etc/passwd'", "datetime='2020-12-07'", "style='visibility : hidden'", "rend='#b'",
)  # fmt: skip
META = (
    "og:title", "og:site_name", "og:url", "article:published_time", "date", "dc.date", "pubdate", "refresh",
)  # fmt: skip
KEYS = (
    "title", "date", "area", "areas", "url", "og", "publish", "year", "month", "id", "a", "<<",
    "article.published.time", "publish.date",
)  # fmt: skip


def text(random):
    """A text file: a head of YAML or what looks like one, and paragraphs."""
    head = ""
    if random.random() < 0.7:
        opening, closing = random.choice(
            (("---\n", "---\n"), ("```yaml\n", "```\n"), ("--- yaml ---\n", "...\n"), ("---\n", ""))
        )
        head = opening + yaml(random) + closing
    body = "\n\n".join(words(random) for _ in range(random.randint(0, 8)))
    return encoded(random, head + body)


def yaml(random):
    """Lines of a head."""
    lines = []
    for _ in range(random.randint(0, 6)):
        value = random.choice(
            (words(random)[:200], random.choice(DATES), str(number(random)), "&a x", "*a", "!!set {a}",
             run(random, "["), run(random, "{a: "), "\n  b: c", "\n  - d", "| \n  e", "'f", "NO", "a: b")
        )  # fmt: skip
        lines.append(f"{random.choice(KEYS)}: {value}\n")
    return "".join(lines)


def encoded(random, text):
    """Encode: mostly UTF-8, else as it is written elsewhere."""
    name = random.choice(("utf-8",) * 8 + ("utf-8-sig", "utf-16", "latin-1", "utf-16-be"))
    wrong = "surrogatepass" if random.random() < 0.1 and name.startswith("utf") else "ignore"
    return text.encode(name, wrong)


def tree(random, room=12):
    """Elements in elements, closed or not, mostly with words of a release in them."""
    parts = []
    for _ in range(random.randint(1, 4)):
        tag = random.choice(TAGS)
        attribute = f" {random.choice(ATTRIBUTES)}" if random.random() < 0.3 else ""
        inner = tree(random, room - 3) if room > 0 and random.random() < 0.6 else _shown(random)
        closing = f"</{tag}>" if random.random() < 0.85 else ""
        parts.append(f"<{tag}{attribute}>{inner}{closing}")
    return "".join(parts)


def _shown(random):
    said = words(random)
    return html.escape(said, quote=False) if random.random() < 0.8 else said


def page(random):
    """A page with a head that states things, and a body of elements, one of them very deep."""
    charset = random.choice(CHARSETS)
    head = [f"<meta charset={charset}>", f"<title>{_shown(random)[:300]}</title>"]
    for _ in range(random.randint(0, 3)):
        value = html.escape(random.choice((words(random)[:300], random.choice(DATES))))
        head.append(f'<meta property="{random.choice(META)}" content="{value}">')
    if random.random() < 0.4:
        linked = {"@type": "NewsArticle", "headline": words(random)[:200], "datePublished":
                  random.choice((*DATES, 5, None, ["a"])), "author": [{"name": words(random)[:50]}]}  # fmt: skip
        head.append(f'<script type="application/ld+json">{json.dumps(linked)}</script>')
    body = tree(random)
    if random.random() < 0.2:
        body += run(random, f"<{random.choice(TAGS)}>") + body
    whole = f"<html><head>{''.join(head)}</head><body><article>{body}</article></body></html>"
    try:
        return whole.encode(charset or "utf-8", "ignore")
    except (LookupError, UnicodeError):
        return whole.encode("utf-8", "ignore")


def feed(random):
    """RSS or Atom with entries that lack, repeat and garble what they should have."""
    is_atom = random.random() < 0.3
    entries = "".join(_entry(random, is_atom) for _ in range(random.randint(0, 5)))
    opening = random.choice(
        ("",) * 4 + ('<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{random.choice(CHARSETS)}"?>',
                     "<!DOCTYPE rss [<!ENTITY a 'b'>]>", "<!DOCTYPE rss SYSTEM 'file:///etc/passwd'>")
    )  # fmt: skip
    root = ('<feed xmlns="http://www.w3.org/2005/Atom">', "</feed>") if is_atom else (
        '<rss version="2.0"><channel>', "</channel></rss>")  # fmt: skip
    title = f"<title>{_shown(random)[:200]}</title>"
    data = encoded(random, f"{opening}{root[0]}{title}{entries}{root[1]}")
    return damaged(random, data) if random.random() < 0.2 else data


def _entry(random, is_atom):
    body = random.choice(("description", "content:encoded", "summary", "content", "title"))
    said = tree(random, 3) if random.random() < 0.5 else words(random)
    said = f"<![CDATA[{said}]]>" if random.random() < 0.4 else html.escape(said)
    fields = [
        f"<title>{_shown(random)[:200]}</title>",
        f"<link>https://x.example/{random.randint(0, 3)}?a=1</link>",
        f"<{random.choice(('guid', 'id'))}>{random.randint(0, 3)}</guid>",
        f"<{random.choice(('pubDate', 'updated', 'dc:date'))}>{random.choice(DATES)}</pubDate>",
        f"<{body}>{said}</{body}>",
        f"<source url='http://y.example/'>{_shown(random)[:80]}</source>",
    ]
    random.shuffle(fields)
    tag = "entry" if is_atom else "item"
    return f"<{tag}>{''.join(fields[: random.randint(1, 6)])}</{tag}>"


def release(random):
    """A short release of the samples."""
    return random.choice(samples())
