"""Multiply a folder of releases: copies that read like it, each with words and figures of its own.

    python -m benchmarks.multiply --releases DIR --times N --out DIR [--seed S]

For trying a size that one does not have. The first copy, `00/`, is exact. In each further one, the
same way in all its files, so that head, address and text of a release still agree:

- names and places: the capitalised words that the folder writes in mid-sentence and never small
  change places with one another; months, days of the week and ranks stay;
- days of the month: those from 1 to 28 change places in dates; months stay;
- years from 1990 to 2029 move back by the number of the copy;
- other numbers: the digits 1 to 9 change places; times of day and the numbers of `KEPT` stay.

The form of a file stays: its head, paragraphs, marks, line ends and encoding.
"""

import argparse
import random
import re
import string
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qa.errors import QAError, UnreadableRelease
from qa.language.dates import MONTHS
from qa.language.ranks import RANK
from qa.releases.decode import decode
from qa.releases.folder import load_files
from qa.releases.one_file import ReleaseFile

KEPT = frozenset("101 999 111 0800 555".split())  # numbers that everyone rings
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_LAST_DAY = 28  # of every month
_MONTH = "|".join(sorted({form for month in MONTHS for form in (month, month[:3])}, reverse=True))
_TOKEN = re.compile(
    rf"""
    (?<![\w-])(?P<first_day>\d\d?)(?P<between>[/-]\d\d?[/-])(?P<last_year>(?:19|20)\d\d)(?!\d)
  | (?<![\d.])(?P<time>\d\d?(?::\d\d)+|\d\d?\.\d\d(?=\s?[ap]\.?m)|\d\d?(?=\s?[ap]\.?m\b))
  | (?<!\w)(?P<iso>(?:19|20)\d\d-\d\d-)(?P<iso_day>\d\d)(?!\d)
  | (?<!\w)(?P<day>\d\d?)(?P<th>st|nd|rd|th)?(?=\s+(?:of\s+)?(?:{_MONTH})\b)
  | (?P<month>\b(?:{_MONTH})\s+)(?P<after>\d\d?)(?P<after_th>st|nd|rd|th)?(?![\w:.])
  | (?<!\d)(?P<year>(?:199|200|201|202)\d)(?![\d,])
  | (?<![\w-])(?P<number>\d+(?:[.,]\d+)*)
  | (?<![\w’'])(?P<word>[A-Z][a-z]{{2,}})(?![\w])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MID_SENTENCE = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]{2,}(?!\w)")
_SMALL = re.compile(r"(?<!\w)[a-z]{3,}(?!\w)")


@dataclass(frozen=True, slots=True)
class Rewrite:
    """How the words and figures of one copy are rewritten.

    Attributes:
        names: What stands for each name.
        digits: A table for `str.translate`.
        days: What stands for each day of a month, from 1 to 28.
        years: How many years earlier everything is.
    """

    names: dict[str, str]
    digits: dict[int, int]
    days: dict[int, int]
    years: int

    def text(self, text: str) -> str:
        """Rewrite the whole text of a file, its head with it."""
        return _TOKEN.sub(self._token, text)

    def _token(self, match: re.Match[str]) -> str:
        if match["first_day"]:  # 07/12/2020
            return (
                f"{self._day(match['first_day'])}{match['between']}{self._year(match['last_year'])}"
            )
        if match["iso"]:  # 2020-12-07
            return f"{self._year(match['iso'][:4])}{match['iso'][4:]}{self._day(match['iso_day'])}"
        if match["day"]:
            return self._day(match["day"], match["th"])
        if match["month"]:
            return match["month"] + self._day(match["after"], match["after_th"])
        if match["year"]:
            return self._year(match["year"])
        if match["number"] and match["number"] not in KEPT:
            return match["number"].translate(self.digits)
        return self.names.get(match[0], match[0])

    def _year(self, year: str) -> str:
        return str(int(year) - self.years)

    def _day(self, written: str, th: str | None = None) -> str:
        day = self.days.get(int(written), int(written))
        return f"{day:0{len(written) if written.startswith('0') else 1}}{_th(day) if th else ''}"


def main(arguments: list[str] | None = None) -> int:
    """Write the copies; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--releases", required=True, help="folder of release files")
    parser.add_argument("--times", type=int, required=True, help="copies, the exact one with them")
    parser.add_argument("--out", type=Path, required=True, help="folder to write them to")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        files, _ = load_files(options.releases)
        written = multiply(files, options.times, options.out, options.seed)
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stderr.write(f"{written:,} files written to {options.out}\n")
    return 0


def multiply(files: Iterable[ReleaseFile], times: int, out: Path, seed: int = 0) -> int:
    """Write `times` copies of release files below `out`; gives how many files those are."""
    texts = []
    for file in files:
        try:
            decoded = decode(file.data)
        except UnreadableRelease:
            continue
        texts.append((file.id, decoded.text, decoded.encoding))
    names = names_in(text for _, text, _ in texts)
    for number in range(times):
        rewrite = rewriting(names, number, seed) if number else None
        for release, text, encoding in texts:
            path = out / f"{number:02}" / release
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((rewrite.text(text) if rewrite else text).encode(encoding))
    return times * len(texts)


def names_in(texts: Iterable[str]) -> list[str]:
    """Give the capitalised words that stand in mid-sentence and are never written small, sorted."""
    names: set[str] = set()
    small: set[str] = {*MONTHS, *_DAYS}
    for text in texts:
        names.update(_MID_SENTENCE.findall(text))
        small.update(_SMALL.findall(text))
    return sorted(n for n in names if n.lower() not in small and not RANK.fullmatch(n))


def rewriting(names: list[str], number: int, seed: int) -> Rewrite:
    """Draw the rewrite of one copy, from 1."""
    draw = random.Random(f"{seed}/{number}")
    digits, days = string.digits[1:], range(1, _LAST_DAY + 1)
    return Rewrite(
        dict(zip(names, draw.sample(names, len(names)), strict=True)),
        str.maketrans(digits, "".join(draw.sample(digits, len(digits)))),
        dict(zip(days, draw.sample(days, len(days)), strict=True)),
        number,
    )


def _th(day: int) -> str:
    if 11 <= day <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


if __name__ == "__main__":
    sys.exit(main())
