"""Release QA: ask press releases questions; the answer is quoted word for word, or refused.

    import qa
    qa.build(releases="seeds", index="index")
    answer = qa.ask("How many people were arrested?", index="index")
    print(answer.quotes[0].sentence.text)

For more than one question, keep the index open:

    with qa.Assistant.open("index") as desk:
        desk.ask("Who led the operation?")

Importing this package loads no model and no library of the heavy kind.
"""

from typing import TYPE_CHECKING, Any

from qa.errors import QAError
from qa.records import (
    Answer,
    BuildReport,
    Hit,
    ListedRelease,
    Listing,
    Paragraph,
    Period,
    Quote,
    ReadAs,
    Refusal,
    Release,
    Searched,
    Sentence,
    Skipped,
    Span,
    Speaker,
    Step,
    Turn,
)
from qa.settings import Settings, load_settings

if TYPE_CHECKING:
    from qa.api import ask, build, list_releases, read_as, retrieve, timeline
    from qa.assistant import Assistant

__version__ = "0.5.0"

__all__ = [
    "Answer",
    "Assistant",
    "BuildReport",
    "Hit",
    "ListedRelease",
    "Listing",
    "Paragraph",
    "Period",
    "QAError",
    "Quote",
    "ReadAs",
    "Refusal",
    "Release",
    "Searched",
    "Sentence",
    "Settings",
    "Skipped",
    "Span",
    "Speaker",
    "Step",
    "Turn",
    "ask",
    "build",
    "list_releases",
    "load_settings",
    "read_as",
    "retrieve",
    "timeline",
]

_LATER = {
    "Assistant": "qa.assistant",
    **dict.fromkeys(("ask", "build", "list_releases", "read_as", "retrieve", "timeline"), "qa.api"),
}


def __getattr__(name: str) -> Any:
    """Load what needs numpy and more only when it is asked for."""
    from importlib import import_module

    if name == "releases":
        return import_module("qa.releases")
    if name not in _LATER:
        raise AttributeError(f"module 'qa' has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
