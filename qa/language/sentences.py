"""Cut a paragraph into sentences: the spans that are marked in a quote.

nupunkt gives exact offsets; it knows few British police abbreviations, so a cut that it
makes after one of them, or inside a number or a name, is joined again. A mark that is a
little too long is better than a sentence cut in half. A new line ends a sentence too:
in a list each entry stands for itself.

Reads    a paragraph as published
Gives    spans of it, in order, without outer blanks
"""

import re
from collections.abc import Iterator

from qa.language.markup import plain

# After these a full stop seldom ends a sentence. Ranks, titles, addresses, times, measures.
_ABBREVIATIONS = frozenset(
    "acc ave bn cllr cmdr co col cons constab cpl dcc dci dc dcs dep det dept di dr ds dsi dsu esq "
    "est etc ft gen govt hon hq hrs inc insp jr jnr kg km lieut lt ltd maj messrs mins mr mrs ms "
    "mt no nos op ph plc ppl prof pt rd ref rev sen sgt snr sq sr st supt tel vs yd yds".split()
)
_LAST_WORD = re.compile(r"([A-Za-z]+)[.!]\s*$")
_MARK = re.compile("[.!?…]")
# No sentence ends inside words that no blank parts, and nupunkt takes the square of their length.
_ENDLESS = re.compile(r"\S{300,}(?=\S{9})")
_INITIAL = re.compile(r"(?:^|[\s.])[A-Z]\.\s*$")


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Give the sentences of `text` as spans of `text`.

    Markup around a sentence stays outside its span, markup within it inside.

    >>> sentence_spans("**Two** men. Call 101.")
    [(2, 12), (13, 22)]
    """
    reading = plain(text)
    return [reading.source(*span) for span in _plain_spans(reading.text)]


def _plain_spans(text: str) -> Iterator[tuple[int, int]]:
    for line in re.finditer(r"[^\r\n\u2028\u2029]+", text):
        for start, end in _join_cuts(line[0], _cuts(line[0])):
            words = line[0][start:end]
            if re.search(r"\w", words):
                blanks_before = len(words) - len(words.lstrip())
                yield (
                    line.start() + start + blanks_before,
                    line.start() + start + len(words.rstrip()),
                )


def _cuts(line: str) -> list[tuple[int, int]]:
    import nupunkt

    if _MARK.search(line) is None:
        return [(0, len(line))]
    shortened = _ENDLESS.sub(lambda match: "x" * len(match[0]), line)
    return [(int(start), int(end)) for start, end in nupunkt.sent_spans(shortened)]


def _join_cuts(line: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and _belongs_together(line[joined[-1][0] : joined[-1][1]], line[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _belongs_together(before: str, after: str) -> bool:
    after = after.lstrip()
    if not re.search(r"\w", after) or after[0].islower() or after[0] in ",;:)]":
        return True  # a stray closing quote or bracket, or plainly the same sentence
    if re.search(r"\w", before) is None or _INITIAL.search(before):
        return True
    last = _LAST_WORD.search(before)
    if last is None:
        return False
    if before.rstrip().endswith("!"):
        return re.match(r"(?:Inc|Ltd|plc)\b", after) is not None  # "Yahoo! Inc."
    return last[1].lower() in _ABBREVIATIONS
