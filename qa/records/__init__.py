"""The nouns everything else speaks in: frozen records, from release to answer.

One rule holds for every record that carries a text:

    decoded_file[record.start : record.end] == record.text

Imports nothing from qa but its own files.
"""

from qa.records.answer import (
    Answer,
    Hit,
    Query,
    Quote,
    ReadAs,
    Refusal,
    Searched,
    StatedPeriod,
    Turn,
)
from qa.records.leaning import NOTHING, Carried, Leaning
from qa.records.listing import AreaCount, ListedRelease, Listing, ListRule
from qa.records.release import (
    BuildReport,
    Kind,
    Paragraph,
    Period,
    Release,
    Sentence,
    Skipped,
    Span,
    Speaker,
)
from qa.records.story import Step

__all__ = [
    "NOTHING",
    "Answer",
    "AreaCount",
    "BuildReport",
    "Carried",
    "Hit",
    "Kind",
    "Leaning",
    "ListRule",
    "ListedRelease",
    "Listing",
    "Paragraph",
    "Period",
    "Query",
    "Quote",
    "ReadAs",
    "Refusal",
    "Release",
    "Searched",
    "Sentence",
    "Skipped",
    "Span",
    "Speaker",
    "StatedPeriod",
    "Step",
    "Turn",
]
