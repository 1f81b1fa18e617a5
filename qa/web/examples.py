"""Questions to begin with, made from the titles of the loaded releases by rule.

Each is asked first, in the background while no visitor waits, and shown only if it is answered:
from a corpus that nothing is known of, a question that is refused would be a poor invitation.

Reads    titles, and the desk
Gives    a few questions for each generation of the index
"""

import logging
import re
import threading
from collections.abc import Callable, Iterable, Iterator

from qa.web.desk import Desk, Opening

WANTED = 4
_TITLES = 60  # looked at for each index
_TRIED = 16  # asked at most: two seconds of one core
_MAX_LENGTH = 110
_FATES = "jailed|charged|arrested|sentenced|convicted|banned|fined|imprisoned"
_FINDS = "seized|found|recovered|stolen|taken|returned|crushed"
_LINKS = "after|for|over|following|in|at|from|during|on|near|with|by"
_RULES = (
    (re.compile(r"\b(Operation [A-Z]\w+)"), "What happened in {0}?"),
    (
        re.compile(rf"^.+? (?:is |are |was |were )?({_FATES}) ((?:{_LINKS}) .+)$"),
        "Who was {0} {1}?",
    ),
    (
        re.compile(rf"^.+? (?:is |are |was |were )?({_FINDS}) ((?:{_LINKS}) .+)$"),
        "What was {0} {1}?",
    ),
    (
        re.compile(r"^(?:Warning|Warnings) (?:over|about|of|after) (.+)$"),
        "What is the warning about {0}?",
    ),
    (
        re.compile(r"^(?:Road closures|Roads closed) (?:for|after|in) (.+)$"),
        "Which roads are closed for {0}?",
    ),
    (
        re.compile(r"^(?:Renewed |Fresh )?[Aa]ppeal (?:for .+? )?(?:after|following) (.+)$"),
        "What is known about the {0}?",
    ),
)

_log = logging.getLogger(__name__)


def _nothing() -> None:
    """Do not wait."""


def questions_of(titles: Iterable[str]) -> Iterator[str]:
    """Make at most one question of each title; none of most.

    >>> list(questions_of(["Driver jailed after 11-mile pursuit", "Open day"]))
    ['Who was jailed after 11-mile pursuit?']
    """
    seen = set()
    for title in titles:
        found = ((rule.search(title.strip().rstrip(".")), form) for rule, form in _RULES)
        question = next((form.format(*match.groups()) for match, form in found if match), "")
        if question and len(question) <= _MAX_LENGTH and question not in seen:
            seen.add(question)
            yield question


def answered_questions(desk: Desk, rest: Callable[[], None] = _nothing) -> tuple[str, ...]:
    """Give a few questions that the desk answers.

    Args:
        desk: Who is asked.
        rest: Called before each question; waits until no visitor does.
    """
    answered: list[str] = []
    for tried, question in enumerate(questions_of(desk.titles(_TITLES))):
        if len(answered) == WANTED or tried == _TRIED:
            break
        rest()
        if desk.ask(question).answered:
            answered.append(question)
    return tuple(answered)


class Examples:
    """The examples of the index that serves; they are found once for each, in the background.

    Args:
        opening: Gives the desk.
        rest: See `answered_questions`.
    """

    def __init__(self, opening: Opening, rest: Callable[[], None] = _nothing) -> None:
        self._opening = opening
        self._rest = rest
        self._lock = threading.Lock()
        self._of = ""
        self._found: tuple[str, ...] = ()

    def get(self, generation: str) -> tuple[str, ...]:
        """Give what is known by now for a generation; begins to look where it is new."""
        with self._lock:
            if generation != self._of:
                self._of, self._found = generation, ()
                threading.Thread(
                    target=self._find, args=(generation,), name="qa-examples", daemon=True
                ).start()
            return self._found

    def _find(self, generation: str) -> None:
        try:
            found = answered_questions(self._opening.get(), self._rest)
        except Exception:  # no visitor needs examples; but a fault must not be lost
            _log.exception("no example questions could be made")
            return
        with self._lock:
            if generation == self._of:
                self._found = found
