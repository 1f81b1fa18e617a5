"""The nouns everything else speaks in: frozen records, from release to answer.

One rule holds for every record that carries a text:

    decoded_file[record.start : record.end] == record.text

Imports nothing from qa but its own files.
"""

from qa.records.answer import Answer, Query, ReadAs, Searched, StatedPeriod, Turn
from qa.records.hit import Hit, Quote
from qa.records.leaning import NOTHING, Carried, Leaning
from qa.records.listing import AreaCount, ListedRelease, Listing, ListRule
from qa.records.refusal import Reason, Refusal, RefusalNote
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
    "Reason",
    "Refusal",
    "RefusalNote",
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
