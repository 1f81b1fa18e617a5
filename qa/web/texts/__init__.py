"""The words of the page, in each language it speaks, and which of them a visitor gets.

texts           the record that a language fills
english, german the languages
say             dates and counts
"""

import re

from qa.web.texts.english import ENGLISH
from qa.web.texts.german import GERMAN
from qa.web.texts.say import say_count, say_date, say_number, say_span
from qa.web.texts.texts import Noun, Texts

LANGUAGES = {texts.code: texts for texts in (ENGLISH, GERMAN)}
_ACCEPTED = re.compile(r"([a-zA-Z]{1,8})[\w-]*(?:\s*;\s*q=([\d.]{1,5}))?\s*(?:,|$)")

__all__ = [
    "ENGLISH",
    "GERMAN",
    "LANGUAGES",
    "Noun",
    "Texts",
    "choose_texts",
    "say_count",
    "say_date",
    "say_number",
    "say_span",
]


def choose_texts(wanted: str | None, accepted: str | None) -> Texts:
    """Give the language that was asked for, else the best that the browser accepts, else English.

    Args:
        wanted: A code, such as the page's `?lang=` has it.
        accepted: The Accept-Language header.

    >>> choose_texts(None, "fr, de-AT;q=0.8, en;q=0.5").code
    'de'
    """
    if wanted in LANGUAGES:
        return LANGUAGES[wanted]
    ranked = sorted(_accepted((accepted or "")[:500]), key=lambda found: -found[1])
    return next((LANGUAGES[code] for code, worth in ranked if worth and code in LANGUAGES), ENGLISH)


def _accepted(header: str) -> list[tuple[str, float]]:
    found = []
    for code, worth in _ACCEPTED.findall(header):
        try:
            found.append((code.lower(), float(worth) if worth else 1.0))
        except ValueError:
            continue
    return found
