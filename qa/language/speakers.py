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
from collections.abc import Sequence

from qa.language.cues import (
    CLOSING,
    OPENING,
    OPENS,
    REACH,
    STATEMENT,
    UNMARKED,
    VERB,
    Cue,
    cues,
    left_open,
)
from qa.language.names import begins_ranked, last_ranked, speaker_of
from qa.records import Speaker

_PRONOUN = re.compile(
    r"(?:^|[\s,])(?:he|she|they)(?: (?:also|then|later|further|has|have))?$", re.I
)
_NOBODY = re.compile(r"(?:(?:and|but|also|then|further|later)\b|[\s,])*$", re.IGNORECASE)
_FAR = 3  # paragraphs that "he added" may point back over; "he said" only to the one before
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


_Named = tuple[Cue, Speaker]


class _Reader:
    """Walks the paragraphs of one release and remembers who is speaking."""

    def __init__(self) -> None:
        self.found: list[Speaker | None] = []
        self.speaker: Speaker | None = None  # of the quotation that runs, if one does
        self.run_from = 0  # the paragraph it began in
        self.running = False  # the paragraph before was quoted
        self.open_for = 0  # paragraphs since a quotation was left open; 0 if none is
        self.announced: Speaker | None = None  # named at the end of the paragraph before
        self.called: dict[str, dict[str, Speaker]] = {}  # who spoke, by first and by full name
        self.meant: Speaker | None = None  # who "he" or "she" is
        self.meant_since = 0  # paragraphs since then

    def read(self, text: str, following: str) -> None:
        """Attribute one paragraph; `following` is the next one."""
        self.meant_since += 1
        if self.announced is not None:
            self._mean(self.announced)
        named = [(cue, speaker) for cue in cues(text) if (speaker := self._who(cue)) is not None]
        quoted = OPENING.match(text) is not None and not self._is_title(text, named)
        if quoted:
            speaker = self._of_quoted(named)
        elif named:
            speaker = named[0][1]
        else:
            speaker = self._of_unmarked(text, following)
        if quoted or speaker is not None:
            self._go_on(text, named[-1][1] if named else speaker)
        else:
            self._leave(text)
        self.found.append(speaker)
        self.announced = self._announced(text) if OPENING.match(following) else None

    def _of_quoted(self, named: list[_Named]) -> Speaker | None:
        """Name the speaker of a paragraph that a quotation mark opens."""
        if named and not named[0][0].leads:
            self._fill_back(named[0][1])
            return named[0][1]
        if self.announced is not None:
            return self.announced
        if self.speaker is not None and (self.running or 0 < self.open_for <= 2):
            return self.speaker
        return named[0][1] if named else None

    def _of_unmarked(self, text: str, following: str) -> Speaker | None:
        """Name the speaker where the mark that opens this paragraph of a speech was forgotten."""
        begins = UNMARKED.match(text) if OPENING.match(following) else None
        if begins is not None:
            return speaker_of(begins[1])
        closing = CLOSING.search(text)
        opening = OPENS.search(text)
        if not 0 < self.open_for <= _GAP or closing is None:
            return None
        if opening is not None and opening.start() < closing.start():
            return None
        for row in range(len(self.found) - self.open_for + 1, len(self.found)):
            self.found[row] = self.speaker
        return self.speaker

    def _fill_back(self, speaker: Speaker | None) -> None:
        """Give a speech that began without a name the name that stands further on."""
        if speaker is None or not self.running or self.speaker is not None:
            return
        for row in range(self.run_from, len(self.found)):
            self.found[row] = speaker
        self.speaker = speaker

    def _go_on(self, text: str, speaker: Speaker | None) -> None:
        """Remember a quoted paragraph and who has the last word in it."""
        if not self.running:
            self.run_from = len(self.found)
        self.running = True
        self.speaker = speaker
        self.open_for = 1 if speaker is not None and left_open(text) else 0
        if speaker is not None:
            self._mean(speaker)
            name = speaker.name or ""
            self.called.setdefault(name.partition(" ")[0], {})[name] = speaker

    def _leave(self, text: str) -> None:
        """Remember a paragraph that is no quotation, and whom it mentions."""
        self._fill_back(_said_alone(text))
        self.running = False
        self.open_for += bool(self.open_for)
        mentioned = last_ranked(text)
        if mentioned is not None:
            self._mean(mentioned)

    def _mean(self, speaker: Speaker) -> None:
        self.meant, self.meant_since = speaker, 0

    def _who(self, cue: Cue) -> Speaker | None:
        """Resolve the words beside a verb: a name, or "he" who was named before."""
        far = _FAR if cue.again else 1
        meant = self.meant if self.meant_since <= far else None
        if _NOBODY.match(cue.words):
            return meant
        if _PRONOUN.search(cue.words):
            mentioned = last_ranked(cue.before + cue.words)
            somebody_else = re.search(r"\w", cue.before) and not re.search(r"[\"“”’']", cue.before)
            return mentioned or (None if somebody_else and not cue.again else meant)
        return self._known(speaker_of(cue.words))

    def _known(self, named: Speaker | None) -> Speaker | None:
        """Give the one who spoke before, where "Jo added" has only the first name."""
        if named is None or named.role is not None or named.name is None:
            return named
        known = list(self.called.get(named.name, {}).values())
        return known[0] if len(known) == 1 else named

    def _announced(self, text: str) -> Speaker | None:
        """Find who a paragraph names for the speech that opens the next."""
        text = text[-REACH:].rstrip()
        leading = [cue for cue in cues(text + ' "A') if cue.leads]
        if text.endswith((":", ";", ",", "-", "–")) or VERB.search(text[-12:]):
            named = self._who(leading[-1]) if leading else None
            return named or (last_ranked(text) if text.endswith(":") else None)
        if self.running:
            return None
        statement = STATEMENT.match(text)
        if statement is not None:
            return speaker_of(text[statement.end() :])
        reported = last_ranked(text) if VERB.search(text) else None
        return _said_alone(text) or begins_ranked(text) or reported

    def _is_title(self, text: str, named: list[_Named]) -> bool:
        """Tell a quoted title that begins a paragraph from a speech."""
        if self.open_for or self.announced is not None or (named and not named[0][0].leads):
            return False
        closing = CLOSING.search(text, 2)
        if closing is None or not re.search(r"\w", text[closing.end() :]):
            return False
        inside = text[: closing.start()]
        return inside[-1] not in ".,!?…" and len(inside.split()) <= _TITLE


def _said_alone(text: str) -> Speaker | None:
    """Read a paragraph that only names who spoke before it: "said Jo Bloggs."."""
    verb = VERB.match(text)
    if verb is None or len(text) > REACH:
        return None
    return speaker_of(text[verb.end() :])
