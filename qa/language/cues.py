"""Find where a paragraph says who speaks: "Jo Bloggs said: “…" or "…,” added Jo Bloggs.

A cue is a verb of speaking with a quotation mark beside it, or a ranked name and a colon before
the mark, or a ranked name alone after it. An apostrophe is no such mark: before a speech the mark
follows a blank and precedes a letter; after one it follows a punctuation mark.

Reads    one paragraph
Gives    `Cue`s in order, each with the words that should hold the speaker
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.language.names import begins_ranked, last_ranked

VERB = re.compile(
    r"(?<![\w’'-])(?:said|says|saying|added|adds|adding|continued|continues|explained|explains"
    r"|explaining|commented|comments|concluded|concludes|stated|states|told|tells|warned|urged"
    r"|remarked|replied|insisted|confirmed|revealed|recalled|stressed|noted|reads|wrote|tweeted"
    r"|responded|advised|advises)(?![\w’'-])",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"add|continu|conclud", re.IGNORECASE)
UNMARKED = re.compile(r"([^.!?:\"“”]{3,200}?) (?:said|added|says):\s+(?=[A-Z])")
STATEMENT = re.compile(r"(?:.{0,80}\s)?(?:statement|message|words) (?:from|by|of) ", re.I | re.S)
OPENING = re.compile(r"[\s>•·*-]*(?:[\"“”„]|['‘]{1,2}(?=[ ]?[^\W_]|[£“\"]))")
# What may stand between the verb and the mark. Without a colon the speech must begin like one.
_THEN_SPEECH = re.compile(
    r"[^\"“”.!?:;]{0,60}[:;][\s–—-]*(?:[\"“”]|['‘]{1,2}(?=\s?\w))"
    r"|[\s,–—-]*(?:[\"“”]|(?<=[\s,])['‘]{1,2}(?=[^\W\d_]))(?!\s?[a-z])"
)
CLOSING = re.compile(r"(?<=[^\s(\d\"”])(?:[\"”]+|(?<=[.,!?…])['’]+)(?=[\s,.;:–—-]|$)")
_JUST_CLOSED = re.compile(r"(?:[\"”]|[.,!?…]['’])[,.;]?\s*(?:[–—-]\s*)?(?:and\s+)?$")
OPENS = re.compile(r"(?<![^\s(:;—–-])(?:[\"“]+|['‘])(?=\s?[^\s\"”.,])")
_ENDS = re.compile(
    r"(?:(?<!\w)(?P<word>\w+))?[.!?…][\"”’')]*(?:\s+|(?<=[a-z][.!?])(?=[A-Z]))"
    r"(?=[^\W\d_a-z]|[\"“‘'])"
)
# A name and no verb: "Jo Bloggs: “…" before the speech, "…” Inspector Jo Bloggs" after it.
_LABEL = re.compile(r"\s*([^\"“”:.!?]{3,120}):\s*[\"“]")
_SIGNED = re.compile(r"(?<=[.,!?…\w])[\"”]+[\s–—-]*([^\"“”]{5,120})$")
_VERBS = 12  # read at either end of a paragraph, so that no text can make this slow
REACH = 300  # characters read on either side of a verb: longer than any way to name a speaker
_SHORT = "det insp sgt supt ch con const dep temp asst cllr dr mr mrs ms prof rev st jr sr hon"
_ABBREVIATIONS = frozenset(_SHORT.split())


@dataclass(frozen=True, slots=True)
class Cue:
    """A place where a speaker is named.

    Attributes:
        words: What should hold the speaker: "PC Jo Bloggs", "he also", "".
        leads: Whether the speech follows the words; else it stands before them.
        before: The text that leads up to the words, where "he" may be named.
        again: Whether the verb tells that the same person goes on ("added").
    """

    words: str
    leads: bool
    before: str
    again: bool = False


def cues(text: str) -> Iterator[Cue]:
    """Find the places in `text` that name a speaker, in order.

    >>> [cue.words for cue in cues("PC Jo Bloggs said: “We came.”")]
    ['PC Jo Bloggs']
    """
    label = _LABEL.match(text)
    if label is not None and begins_ranked(label[1]) and not VERB.search(label[1]):
        yield Cue(label[1], leads=True, before="")
    for verb in _few(list(VERB.finditer(text))):
        lead = text[max(0, verb.start() - REACH) : verb.start()]
        tail = text[verb.end() : verb.end() + REACH]
        start = _clause_start(lead)
        leads = _THEN_SPEECH.match(tail) is not None
        again = _AGAIN.match(verb[0]) is not None
        if _JUST_CLOSED.search(lead):
            yield Cue(_clause(tail), leads=False, before=lead, again=again)
        elif _follows_speech(lead, start, tail):
            yield Cue(lead[start:].strip(), leads=False, before=lead[:start], again=again)
        elif leads:
            yield Cue(lead[start:].strip(), leads=True, before=lead[:start], again=again)
    signed = _SIGNED.search(text, max(0, len(text) - REACH))
    if signed is not None and last_ranked(signed[1]) and not VERB.search(signed[1]):
        yield Cue(signed[1], leads=False, before="")


def _few(verbs: list[re.Match[str]]) -> list[re.Match[str]]:
    """Take the first and the last: they tell who begins a paragraph, and who has the last word."""
    return verbs if len(verbs) <= 2 * _VERBS else verbs[:_VERBS] + verbs[-_VERBS:]


def _follows_speech(lead: str, start: int, tail: str) -> bool:
    """Tell `…," Jo Bloggs said.` from `….” Jo Bloggs said: “…`."""
    before = lead[:start].rstrip()
    if CLOSING.search(before[-3:]) is None or len(lead) - start > 120:
        return False
    comma = re.search(r"[,!?][\"”’']+$|[\"”’'],$", before) is not None
    ended = re.match(r"\s*(?:[.,:;]|$)", tail) is not None
    return ended and (comma or _THEN_SPEECH.match(tail) is None)


def _clause_start(lead: str) -> int:
    """Give where the sentence begins that `lead` breaks off in."""
    start = 0
    for end in _ENDS.finditer(lead):
        word = end["word"]
        if word is None or (len(word) > 1 and word.lower() not in _ABBREVIATIONS):
            start = end.end()
    for closing in CLOSING.finditer(lead, start):
        start = closing.end() + (lead[closing.end() : closing.end() + 1] == ",")
    return start


def _clause(tail: str) -> str:
    """Give `tail` up to the end of its sentence, or to the next quotation mark."""
    tail = re.split(r"[\"“”]|\s['‘]", tail, maxsplit=1)[0]
    for end in _ENDS.finditer(tail):
        word = end["word"]
        if word is None or (len(word) > 1 and word.lower() not in _ABBREVIATIONS):
            return tail[: end.start("word") if word is None else end.end("word")]
    return tail.rstrip(" .:;,")


def left_open(text: str) -> bool:
    """Tell whether the last quotation mark of `text` opens and none closes after it."""
    opening = closing = -1
    for match in OPENS.finditer(text):
        opening = match.start()
    for match in CLOSING.finditer(text):
        closing = match.start()
    return opening > closing
