# ruff: noqa: E501
"""What stands in the files: words of releases, and runs, marks and numbers that make trouble."""

from functools import cache

from tests import format_samples as made
from tests.conftest import ROOT

PIECES = (
    "[", "(", "*", "**", "_", "<", "&", "“", '"', "\\", "https://", "Mr. ", "1", "1. ", " ", "\t", "# ",
    "```yaml\n", "---\n", "a@", "`", "![", "[a](", "](", "> ", "* ", "- ", "\n", "\r", "\r\n", "\n\n",
    "a\n\n", "&amp;", "&#1;", "&#x202e;", "<b>", "</b>", "<!--", "<p>", "said ", "“He said, ", "…", "!",
    "?!", "é", "e\u0301", "\u200d", "\ufeff", "🚓", "\u2028", "\u0085", "\u00a0", "\u202e", "\u00ad",
    "ß", "İ", "ﬁ", "07/12/2020 ", "2020-02-30 ", "15:00 ", "|", "A. ", "Inspector A B said: ", ". ",
    "\x0b", "\x0c", "\x00", "\x1b[31m", "\ud800", "Notes to editors\n\n", "From a\n", "-- \n", "=20\n",
)  # fmt: skip
CHARSETS = (
    "utf-8", "utf-8", "utf-8", "iso-8859-1", "windows-1252", "utf-16", "utf-7", "gb18030", "shift_jis",
    "hz", "iso-2022-jp", "punycode", "idna", "unicode_escape", "zlib", "rot13", "cp65001", "no-such", "",
)  # fmt: skip
NAMES = (
    "a.md", "north/b.txt", "c.html", "../up.md", "/root.md", "a\\b.md", "..\\c.md", "C:\\d.md", "a.md/",
    "a\nb.md", "\u202ea.md", ".hidden.md", "__MACOSX/a.md", "a.zip", "b.pdf", "x" * 300 + ".md", "x.exe",
    "a!/b.md", "caf\u00e9.md", "cafe\u0301.md", "", ".", "e.csv", "e.csv.columns.yaml", "f.mbox", "g.eml",
)  # fmt: skip
DATES = (
    "2020-12-07", "07/12/2020", "Mon, 07 Dec 2020 09:00:00 GMT", "2020-02-30T25:61:00Z", "0000-00-00",
    "9" * 30, "Mon, 99 Foo 99999999999999 99:99:99 +9999", "", "7 December 2020", "-1", "1e999",
)  # fmt: skip


@cache
def samples():
    """The sample releases, the short ones."""
    return [one for one in made.samples(ROOT / "seeds") if len(one.text) < 1800]


def run(random, piece, most=4000):
    """Repeat something a few times or often, at most to so many characters."""
    return piece * max(1, min(int(2 ** random.uniform(0, 12)), most // max(1, len(piece))))


def words(random):
    """Make text: mostly paragraphs of releases, with trouble between or inside."""
    kind = random.random()
    if kind < 0.4:
        return random.choice(random.choice(samples()).paragraphs).text
    if kind < 0.6:
        return run(random, random.choice(PIECES))
    if kind < 0.8:
        return "".join(random.choices(PIECES, k=random.randint(1, 12)))
    text = random.choice(random.choice(samples()).paragraphs).text
    place = random.randint(0, len(text))
    return text[:place] + run(random, random.choice(PIECES), 200) + text[place:]


def number(random):
    """Make a number of the kind that overflows something."""
    return random.choice(
        (0, 1, -1, 7, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32, 2**63, -(2**63), 10**30)
    )


def damaged(random, data):
    """Take a file in which stretches are gone, doubled, moved, other bytes, or cut off."""
    data = bytearray(data)
    for _ in range(random.randint(1, 6)):
        start = random.randint(0, len(data))
        end = min(len(data), start + int(2 ** random.uniform(0, 8)))
        change = random.randrange(7)
        if change == 0:
            del data[start:end]
        elif change == 1:
            data[start:end] = data[start:end] * 2
        elif change == 2:
            data[start:start] = random.randbytes(random.randint(1, 8))
        elif change == 3 and start < len(data):
            data[start] ^= 1 << random.randrange(8)
        elif change == 4:
            data[start:end] = run(random, bytes(data[start : start + 1]) or b"0", 500)
        elif change == 5:
            piece = random.choice(PIECES).encode("utf-8", "surrogatepass")
            data[start:start] = run(random, piece, 500)
        elif random.random() < 0.3:
            del data[start:]
    return bytes(data)
