"""What tells that two releases are of one matter, and how far the matter has come.

A wrong link would say of a person what is true of another. So only marks count that hardly two
matters share: a reference number, or a full name with an age. Likeness alone never does.

Reads    title and plain text of a release
Gives    `Marks`, and a stage
"""

import re
from dataclasses import dataclass

from qa.language.dates import MONTHS

STAGES = ("appeal", "arrest", "charge", "court", "sentence", "update")
_STAGES = (
    (
        "sentence",
        r"jailed|sentenced|behind bars|prison sentence|imprisoned|(?:months|years) (?:in (?:jail"
        r"|prison)|for\b)|banned from driving|handed .{0,30}(?:order|sentence)",
    ),
    ("court", r"(?:found|plead\w*|admits?|admitted) .{0,12}guilty|convicted|on trial|in court"),
    ("charge", r"charged?\b|charges?\b"),
    (
        "appeal",
        r"appeal\w*|witness(?:es)?|do you (?:know|recognise)|have you seen|can you help|missing"
        r"|wanted|help (?:us )?(?:find|identify|trace)|cctv",
    ),
    ("arrest", r"arrest\w*|in custody|detained"),
)
_PATTERNS = tuple((stage, re.compile(rf"\b(?:{words})", re.I)) for stage, words in _STAGES)
_OFFENCES = (
    "murder manslaughter rape robber burglar assault stab shoot arson fraud drug cocaine heroin "
    "cannabis theft thef steal stole dangerous drunk drink knife firearm weapon sexual indecen "
    "kidnap blackmail collision fire"
).split()
# "Jo Bloggs, 34," and "Jo Bloggs, aged 34", "34-year-old Jo Bloggs".
_NAME = r"[A-Z][a-z’'-]+(?: [A-Z][a-z’'A-Z-]+){1,3}"
_AGED = re.compile(
    rf"(?P<name>{_NAME}),? (?:who is |is |aged |\(|\(aged )?(?P<age>[1-9]\d)(?![\d:.,]\d|\w| ?%)"
    rf"|(?P<age2>[1-9]\d)[- ]year[- ]old (?P<name2>{_NAME})"
)
_NUMBER = re.compile(
    r"\b(?:quot\w+|ref\w*|incident|crime|log|occurrence|case|number|no\.?|serial)\b[^.\n]{0,40}?"
    r"(?P<number>\b\d{2,6}(?:/\d{1,6}){1,3}\b|\b(?!0\d{9,10}\b)\d{8,12}\b)",
    re.I,
)
_DIGITS = 6  # of a reference number at least: fewer may be a date or a number of the day
_DATE = re.compile(r"\d{1,2}/\d{1,2}/(?:\d\d|\d{4})")
_MONTH = "|".join(MONTHS)
_DAY = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b"
    rf"|\b(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?!\d)",
    re.I,
)
# "Operation Anything", but neither "Operation to find" nor an operation in hospital.
_OPERATION = re.compile(r"\b(?:Operation|Op\.?) (?P<name>[A-Z][\w’-]+(?: [A-Z][\w’-]+)?)")
# "a 34-year-old man", "Jo Bloggs, aged 34"; not "aged between 20 and 30", which describes.
_AGE = re.compile(
    r"\b(?P<years>[1-9]\d)[- ]years?[- ]old|\baged (?P<aged>[1-9]\d)\b(?! ?(?:-|–|to|and|or) ?\d)"
)
_PLACE = re.compile(r"(?<!^)\b[A-Z][a-z’'-]{3,}")
_NO_PERSON = re.compile(
    r"\b(?:Road|Street|Lane|Avenue|Close|Way|Drive|Court|Police|Operation|Crown|Magistrates|Prison"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May"
    r"|June|July|August|September|October|November|December|Junction|Park|House|Ford|Audi|BMW"
    r"|Constable|Sergeant|Inspector|Superintendent|Officer|Detective)\b"
)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a release says that hardly two matters share.

    Attributes:
        numbers: Reference numbers.
        people: Full names, with the age that is told of each.
        offences: Stems of offences it speaks of.
    """

    numbers: frozenset[str]
    people: dict[str, int]
    offences: frozenset[str]


def marks_of(text: str) -> Marks:
    """Find the marks of a release.

    >>> marks_of("Jo Bloggs, 34, of York, stole a van. Quote number 55190072863.").people
    {'Jo Bloggs': 34}
    """
    people = {}
    for found in _AGED.finditer(text):
        name = found["name"] or found["name2"]
        if not _NO_PERSON.search(name):
            people[name] = int(found["age"] or found["age2"])
    low = text.lower()
    return Marks(
        frozenset(
            found["number"]
            for found in _NUMBER.finditer(text)
            if not _DATE.fullmatch(found["number"])
            and sum(one.isdigit() for one in found["number"]) >= _DIGITS
        ),
        people,
        frozenset(one for one in _OFFENCES if re.search(rf"\b{one}", low)),
    )


def operations_in(text: str) -> frozenset[str]:
    """Give the names of the police operations that a text names.

    >>> operations_in("Op Quill and Operation Vellum are over.") == {"Quill", "Vellum"}
    True
    """
    return frozenset(found["name"].removesuffix("’s") for found in _OPERATION.finditer(text))


def ages_in(text: str) -> frozenset[int]:
    """Give the ages that a text tells of people, as far as they are told exactly.

    >>> sorted(ages_in("A 34-year-old man and Jo Bloggs, aged 20, left; another, aged 30-35, not."))
    [20, 34]
    """
    people = marks_of(text).people.values()
    told = (int(found["years"] or found["aged"]) for found in _AGE.finditer(text))
    return frozenset([*told, *people])


def days_in(text: str) -> frozenset[tuple[int, str]]:
    """Give the days that a text states, without their years.

    >>> days_in("On 3 May and on April 12th")  == {(3, "may"), (12, "april")}
    True
    """
    return frozenset(
        (int(one["day"] or one["day2"]), (one["month"] or one["month2"]).lower())
        for one in _DAY.finditer(text)
    )


def places_in(title: str) -> frozenset[str]:
    """Give the words of a headline that may be places: a capital that does not open it."""
    return frozenset(_PLACE.findall(title))


def stage_of(title: str, opening: str) -> str:
    """Tell how far a matter has come, by headline first and then by first paragraph.

    >>> stage_of("Man jailed for robbery", ""), stage_of("Burglary in York", "Did you see it?")
    ('sentence', 'update')
    """
    for text in (title, opening):
        for stage, pattern in _PATTERNS:
            if pattern.search(text):
                return stage
    return "update"


def tells_of(stage: str, text: str) -> bool:
    """Tell whether a text has a word of a stage at all.

    >>> tells_of("charge", "No one was charged."), tells_of("arrest", "A man fled.")
    (True, False)
    """
    return dict(_PATTERNS)[stage].search(text) is not None
