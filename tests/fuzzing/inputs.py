"""For each reader a way to make inputs: anew by its structure, or from a sample by damage."""

from dataclasses import dataclass
from functools import cache
from random import Random

from tests import format_samples as made
from tests.fuzzing import listed, marked, packed
from tests.fuzzing.leaves import damaged, samples

MOST = 1 << 16  # bytes of an input


@dataclass(frozen=True, slots=True)
class Input:
    """A file: its name, its bytes, and the map of its columns if it has one."""

    name: str
    data: bytes
    columns: bytes | None = None


MAKERS = {
    "text": lambda random: ("a.md", marked.text(random)),
    "html": lambda random: ("a.html", marked.page(random)),
    "feed": lambda random: ("a.rss", marked.feed(random)),
    "mail": lambda random: ("a.eml", listed.mail(random)),
    "mailbox": lambda random: ("a.mbox", listed.mailbox(random)),
    "table of CSV": lambda random: ("a.csv", listed.comma_table(random)),
    "table of JSON": lambda random: ("a.jsonl", listed.json_lines(random)),
    "zip archive": lambda random: ("a.zip", packed.zip_file(random)),
    "tar archive": lambda random: _tar(random),
    "docx": lambda random: ("a.docx", packed.word(random)),
    "pdf": lambda random: ("a.pdf", packed.pdf(random)),
}
READERS = tuple(MAKERS)
PACKED = ("zip archive", "tar archive", "docx")  # of which a damaged one seldom opens


def _tar(random):
    ending, data = packed.tar_file(random)
    return f"a{ending}", data


@cache
def whole(reader):
    """Give samples of a reader's format that are whole."""
    of = {
        "text": ("a.md", lambda one: one.text.encode()),
        "html": ("a.html", made.page),
        "feed": ("a.rss", lambda one: made.feed([one])),
        "mail": ("a.eml", made.mail),
        "mailbox": ("a.mbox", lambda one: made.mailbox([one, one])),
        "table of CSV": ("a.csv", lambda one: made.comma_table([one])),
        "table of JSON": ("a.jsonl", lambda one: made.json_lines([one])),
        "zip archive": ("a.zip", lambda one: made.zipped({"a.md": one.text.encode()})),
        "tar archive": ("a.tar.gz", lambda one: made.tarred({"a.md": one.text.encode()}, "gz")),
        "docx": ("a.docx", made.plain_word),
        "pdf": ("a.pdf", made.plain_pdf),
    }
    name, make = of[reader]
    return [(name, make(one)) for one in samples()[:6]]


def make(reader, number, seed):
    """Make input `number` of a reader; the same in every run with the seed."""
    random = Random(f"{seed} {reader} {number}")
    if random.random() < (0.1 if reader in PACKED else 0.3):
        name, data = random.choice(whole(reader))
        data = damaged(random, data)
    else:
        name, data = MAKERS[reader](random)
    columns = listed.columns(random) if reader.startswith("table") else None
    return Input(name, data[:MOST], columns)
