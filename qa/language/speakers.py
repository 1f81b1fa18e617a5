"""Tell who is quoted in each paragraph of a release.

A quotation runs over several paragraphs, each opened by a quotation mark and only the last one
closed. Its speaker is named where it opens ("Jo Bloggs said: …"), in the paragraph before, or
after ("… ," said Jo Bloggs). Paragraphs are read once, in order; what is remembered is who
spoke last, whether the quotation is still open, and who "he" or "she" would be.

An apostrophe is no quotation mark, and a quoted word or title in running text is no speech: a
mark counts where a verb of speaking is beside it, or where it opens a paragraph.

Reads    the paragraphs of one release in reading order, markup already taken off
Gives    for each a `Speaker`, or None where nobody is quoted or it cannot be told who
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.language.names import last_ranked, speaker_of
from qa.records import Speaker

_VERB = re.compile(
    r"(?<![\w’'-])(?:said|says|saying|added|adds|adding|continued|continues|explained|explains"
    r"|explaining|commented|comments|concluded|concludes|stated|states|told|tells|warned|urged"
    r"|remarked|replied|insisted|confirmed|revealed|recalled|stressed|noted|reads|wrote|tweeted"
    r"|responded|advised|advises)(?![\w’'-])",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r"(?:.{0,80}\s)?(?:statement|message|words) (?:from|by|of) ", re.I | re.S)
_OPENING = re.compile(r"[\s>•·*-]*(?:[\"“”„]|['‘](?=[ ]?[^\W_]|[£“\"]))")
# What may stand between the verb and the mark. Without a colon the speech must begin like one.
_THEN_SPEECH = re.compile(
    r"[^\"“”.!?:;]{0,60}[:;][\s–—-]*(?:[\"“”]|['‘](?=\s?\w))"
    r"|[\s,–—-]*(?:[\"“”]|(?<=[\s,])['‘](?=[^\W\d_]))(?!\s?[a-z])"
)
_CLOSING = re.compile(r"(?<=[^\s(\d])(?:[\"”]+|(?<=[.,!?…])['’]+)(?=[\s,.;:–—-]|$)")
_JUST_CLOSED = re.compile(r"(?:[\"”]|[.,!?…]['’])[,.;]?\s*(?:[–—-]\s*)?(?:and\s+)?$")
_OPENS = re.compile(r"(?<![^\s(:;—–-])(?:[\"“]+|['‘])(?=\s?[^\s\"”.,])")
_ENDS = re.compile(r"(?:(?<!\w)(?P<word>\w+))?[.!?…][\"”’')]*\s+(?=[^\W\d_a-z]|[\"“‘'])")
_ABBREVIATIONS = frozenset(
    "det insp sgt supt ch con const dep temp asst cllr dr mr mrs ms prof rev st jr sr hon".split()
)
_PRONOUN = re.compile(
    r"(?:^|[\s,])(?:he|she|they)(?: (?:also|then|later|further|has|have))?$", re.I
)
_NOBODY = re.compile(r"(?:(?:and|but|also|then|further|later)\b|[\s,])*$", re.IGNORECASE)
_REACH = 300  # characters looked at on either side of a verb: longer than any way to name a speaker
_ANTECEDENT = 3  # paragraphs that "he" may point back over
_GAP = 6  # paragraphs of one speech in a row that may lack their opening mark
_TITLE = 8  # words in quotation marks that may still be a title and no speech


def attribute(paragraphs: Sequence[str]) -> list[Speaker | None]:
    """Give for each paragraph who is quoted in it.

    >>> attribute(["PC Jo Bloggs said: “We came.", "“We saw.”", "Call 101."])[1].name
    'Jo Bloggs'
    >>> attribute(["Call 101."])
    [None]
    """
    written = [row for row, text in enumerate(paragraphs) if re.search(r"\w", text)]
    reader = _Reader()
    for place, row in enumerate(written):
        following = paragraphs[written[place + 1]] if place + 1 < len(written) else ""
        reader.read(paragraphs[row], following)

    found: list[Speaker | None] = [None] * len(paragraphs)
    for row, speaker in zip(written, reader.found, strict=True):
        found[row] = speaker
    return found


@dataclass(frozen=True, slots=True)
class _Cue:
    """A place where a speaker is named: `leads` before the speech, or else after it."""

    words: str
    leads: bool
    before: str


class _Reader:
    """Walks the paragraphs of one release and remembers who is speaking."""

    def __init__(self) -> None:
        self.found: list[Speaker | None] = []
        self.speaker: Speaker | None = None  # of the quotation that runs, if one does
        self.running = False  # the paragraph before was quoted
        self.open_for = 0  # paragraphs since a quotation was left open; 0 if none is
        self.announced: Speaker | None = None  # named at the end of the paragraph before
        self.meant: Speaker | None = None  # who "he" or "she" is
        self.meant_since = 0  # paragraphs since then

    def read(self, text: str, following: str) -> None:
        """Attribute one paragraph; `following` is the next one."""
        self.meant_since += 1
        cues = [
            (cue, speaker)
            for cue in _cues(text)
            if (speaker := self._who(cue.words, cue.before)) is not None
        ]
        quoted = _OPENING.match(text) is not None and not self._is_title(text, cues)
        if quoted:
            speaker = self._of_quoted(cues)
        elif cues:
            speaker = cues[0][1]
        else:
            speaker = self._of_unmarked(text)
        self.found.append(speaker)
        self._remember(text, speaker, cues, quoted)
        self.announced = self._announced(text) if _OPENING.match(following) else None

    def _of_quoted(self, cues: list[tuple[_Cue, Speaker]]) -> Speaker | None:
        """Name the speaker of a paragraph that a quotation mark opens."""
        if self.announced is not None:
            return self.announced
        if cues and not cues[0][0].leads:
            self._fill_back(cues[0][1])
            return cues[0][1]
        if self.running or 0 < self.open_for <= 2:
            return self.speaker
        return cues[0][1] if cues else None

    def _of_unmarked(self, text: str) -> Speaker | None:
        """Name the speaker where only the end of a speech is marked, earlier marks forgotten."""
        closing = _CLOSING.search(text)
        opening = _OPENS.search(text)
        if not 0 < self.open_for <= _GAP or closing is None:
            return None
        if opening is not None and opening.start() < closing.start():
            return None
        for row in range(len(self.found) - self.open_for + 1, len(self.found)):
            self.found[row] = self.speaker
        return self.speaker

    def _fill_back(self, speaker: Speaker) -> None:
        """Give a speech that began without a name the name that stands further on."""
        if self.running and self.speaker is None:
            row = len(self.found) - 1
            while row >= 0 and self.found[row] is None and row >= self.run_from:
                self.found[row] = speaker
                row -= 1

    def _remember(
        self, text: str, speaker: Speaker | None, cues: list[tuple[_Cue, Speaker]], quoted: bool
    ) -> None:
        if speaker is None and not quoted:
            self.running = False
            self.open_for += bool(self.open_for)
            mentioned = last_ranked(text)
            if mentioned is not None:
                self.meant, self.meant_since = mentioned, 0
            return
        if not self.running:
            self.run_from = len(self.found) - 1
        self.running = True
        self.speaker = cues[-1][1] if cues else speaker
        self.open_for = 1 if self.speaker is not None and _left_open(text) else 0
        if self.speaker is not None:
            self.meant, self.meant_since = self.speaker, 0

    def _who(self, words: str, before: str) -> Speaker | None:
        """Resolve the words beside a verb: a name, or "he" who was named before."""
        if _NOBODY.match(words):
            return self.meant if self.meant_since <= _ANTECEDENT else None
        if _PRONOUN.search(words):
            mentioned = last_ranked(before + words)
            if mentioned is not None:
                return mentioned
            return self.meant if self.meant_since <= _ANTECEDENT else None
        return speaker_of(words)

    def _announced(self, text: str) -> Speaker | None:
        """Find who a paragraph names for the speech that opens the next."""
        text = text[-_REACH:].rstrip()
        statement = _STATEMENT.match(text)
        if statement is not None and text.endswith(":"):
            return speaker_of(text[statement.end() :])
        if not text.endswith((":", ";", ",", "-", "–")) and not _VERB.search(text[-12:]):
            return None
        cues = [cue for cue in _cues(text + ' "A') if cue.leads]
        if cues:
            return self._who(cues[-1].words, cues[-1].before)
        return last_ranked(text) if text.endswith(":") and len(text) < 120 else None

    def _is_title(self, text: str, cues: list[tuple[_Cue, Speaker]]) -> bool:
        """Tell a quoted title that begins a paragraph from a speech."""
        if self.open_for or self.announced is not None or (cues and not cues[0][0].leads):
            return False
        closing = _CLOSING.search(text, 2)
        if closing is None or not re.search(r"\w", text[closing.end() :]):
            return False
        inside = text[: closing.start()]
        return inside[-1] not in ".,!?…" and len(inside.split()) <= _TITLE


def _cues(text: str) -> Iterator[_Cue]:
    """Find the verbs of speaking that have a speech before or after them, with their subject."""
    for verb in _VERB.finditer(text):
        lead = text[max(0, verb.start() - _REACH) : verb.start()]
        tail = text[verb.end() : verb.end() + _REACH]
        start = _clause_start(lead)
        leads = _THEN_SPEECH.match(tail) is not None
        if _JUST_CLOSED.search(lead):
            yield _Cue(_clause(tail), leads=False, before=lead)
        elif _follows_speech(lead, start, tail):
            yield _Cue(lead[start:].strip(), leads=False, before=lead[:start])
        elif leads:
            yield _Cue(lead[start:].strip(), leads=True, before=lead[:start])


def _follows_speech(lead: str, start: int, tail: str) -> bool:
    """Tell `…," Jo Bloggs said.` from `….” Jo Bloggs said: “…`."""
    before = lead[:start].rstrip()
    if _CLOSING.search(before[-3:]) is None or len(lead) - start > 120:
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
    for closing in _CLOSING.finditer(lead, start):
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


def _left_open(text: str) -> bool:
    """Tell whether the last quotation mark of `text` opens and none closes after it."""
    opening = closing = -1
    for match in _OPENS.finditer(text):
        opening = match.start()
    for match in _CLOSING.finditer(text):
        closing = match.start()
    return opening > closing
