# ruff: noqa: E501
"""Mail, mailboxes and tables, made anew by their structure."""

import base64
import csv
import io
import json
import quopri

from tests.fuzzing.leaves import CHARSETS, DATES, damaged, number, run, words
from tests.fuzzing.marked import encoded, tree, yaml

COLUMNS = (
    "text", "body", "Body copy", "title", "headline", "date", "Publish Date", "area", "url", "id", "html",
    "", "\ufefftext", "a.b", "TEXT",
)  # fmt: skip
KINDS = (
    "text/plain", "text/plain", "text/html", "application/pdf", "multipart/mixed", "message/rfc822",
    "multipart/alternative", "text/plain; format=flowed", "text", "multipart", "text/calendar",
)  # fmt: skip


def mail(random):
    """A message: headers, and parts in parts."""
    headers = [
        f"Subject: {_header(random)}", f"From: {_header(random)} <a@x.example>",
        f"Date: {random.choice(DATES)}", f"Message-ID: <{random.randint(0, 3)}@x>",
        f"Organization: {_header(random)}", f"Archived-At: <https://x.example/{words(random)[:50]}>",
    ]  # fmt: skip
    random.shuffle(headers)
    top = "\r\n".join(headers[: random.randint(0, 6)]).encode("utf-8", "replace")
    return top + b"\r\n" + _part(random, 4)


def _header(random):
    said = words(random)[:200].replace("\n", " ")
    way = random.randrange(4)
    if way == 0:
        coded = base64.b64encode(said.encode("utf-8", "replace")).decode()
        return f"=?{random.choice(CHARSETS)}?b?{coded[random.randint(0, 2) :]}?="
    if way == 1:
        return run(
            random, random.choice(("(", "<", '"', "=?", "=?utf-8?q?a?= ", ",", "a@b,")), 2000
        )
    return said


def _part(random, room):
    kind, mark = random.choice(KINDS), f"b{random.randint(0, 2)}"
    if kind.startswith("multipart/") and room > 0:
        inner = b"".join(
            f"\r\n--{mark}\r\n".encode() + _part(random, room - 1)
            for _ in range(random.randint(0, 3))
        )
        end = f"\r\n--{mark}--\r\n".encode() if random.random() < 0.8 else b""
        return f'Content-Type: {kind}; boundary="{mark}"\r\n\r\n'.encode() + inner + end
    if kind == "message/rfc822" and room > 0:
        return b"Content-Type: message/rfc822\r\n\r\n" + _part(random, room - 1)
    charset = random.choice(CHARSETS)
    said = tree(random, 6) if "html" in kind else "\n\n".join(words(random) for _ in range(3))
    try:
        data = said.encode(charset or "utf-8", "ignore")
    except (LookupError, UnicodeError):
        data = said.encode("utf-8", "ignore")
    way = random.choice(("7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "no-such"))
    if way == "base64":
        data = base64.encodebytes(data)[random.randint(0, 1) :]
    elif way == "quoted-printable":
        data = quopri.encodestring(data)
    placed = "Content-Disposition: attachment\r\n" if random.random() < 0.1 else ""
    return (
        f"Content-Type: {kind}; charset={charset}\r\n{placed}Content-Transfer-Encoding: {way}\r\n\r\n"
    ).encode() + data


def mailbox(random):
    """Messages behind lines that begin with "From "."""
    messages = [
        random.choice(
            (b"From a Mon Dec  7 09:00:00 2020\n", b"From \r\n", b"From -\n", b">From a\n")
        )
        + mail(random)
        for _ in range(random.randint(1, 4))
    ]
    return b"\n\n".join(messages)


def comma_table(random):
    """A table with separators, quotes and ragged rows."""
    written = io.StringIO(newline="")
    table = csv.writer(written, delimiter=random.choice(",;\t|"), doublequote=True, escapechar="\\",
                       quoting=random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
                       lineterminator=random.choice(("\n", "\r\n")))  # fmt: skip
    names = _names(random)
    table.writerow(names)
    for _ in range(random.randint(0, 7)):
        count = len(names) if random.random() < 0.8 else random.randint(0, 8)
        table.writerow([random.choice((words(random), random.choice(DATES))) for _ in range(count)])
    data = encoded(random, written.getvalue())
    return damaged(random, data) if random.random() < 0.3 else data


def _names(random):
    """Names of columns, mostly with one that holds texts."""
    return random.choices(COLUMNS, k=random.randint(1, 4)) + ["text"] * (random.random() < 0.7)


def json_lines(random):
    """Objects on lines, with values of every kind, and lines that are none."""
    lines = []
    for _ in range(random.randint(1, 6)):
        row = {name: _value(random, 3) for name in _names(random)}
        line = json.dumps(row, ensure_ascii=random.random() < 0.5)
        if random.random() < 0.05:
            line = random.choice(("[1]", "nul", run(random, "["), '{"text": 1e999}', '{"text": NaN}',
                                  '{"text": "\\ud800"}', '{"text": %s}' % ("9" * 5000), "{}", line[:-1]))  # fmt: skip
        lines.append(line)
    return encoded(random, "\n".join(lines))


def _value(random, room):
    kind = random.randrange(8)
    if kind == 0 and room:
        return {name: _value(random, room - 1) for name in random.choices(COLUMNS, k=2)}
    if kind == 1 and room:
        return [_value(random, room - 1)]
    if kind == 2:
        return random.choice((None, True, number(random), 1.5, float("inf"), random.choice(DATES)))
    return words(random)


def columns(random):
    """A map of the columns, now and then; right or not."""
    if random.random() < 0.6:
        return None
    fields = ("text", "title", "date", "area", "url", "id", "colour")
    lines = [f"{random.choice(fields)}: {random.choice((*COLUMNS, 'b.a'))}\n" for _ in range(3)]
    return (yaml(random) if random.random() < 0.2 else "".join(lines)).encode("utf-8", "ignore")
