"""What a program sends: a question with its filters, checked before anything is opened.

The same names and meanings as the arguments of `Assistant.ask` and `Assistant.retrieve`.
"""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from qa.assistant import MAX_HITS
from qa.questions.read import MAX_CHARACTERS
from qa.questions.understand import RULES
from qa.service.limits import MAX_AREAS, MAX_HISTORY


def _rule(name: str) -> str:
    if name not in RULES:
        raise ValueError(f"{name!r} is no rule; rules are: {', '.join(RULES)}")
    return name


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError("the question is empty; type what you want to know")
    return text


Rule = Annotated[str, AfterValidator(_rule), Field(json_schema_extra={"enum": list(RULES)})]
Words = Annotated[
    str,
    Field(min_length=1, max_length=MAX_CHARACTERS, pattern=r"\S", examples=["Who was arrested?"]),
    AfterValidator(_words),
]
Area = Annotated[str, Field(min_length=1, max_length=200)]


class Asked(BaseModel):
    """A question with the filters set by hand."""

    model_config = ConfigDict(extra="forbid", strict=False)

    question: Words
    areas: Annotated[
        list[Area], Field(max_length=MAX_AREAS, description="Search only these; all if empty.")
    ] = []
    published_from: Annotated[
        date | None, Field(description="First publish day searched, YYYY-MM-DD.")
    ] = None
    published_to: Annotated[
        date | None, Field(description="Last publish day searched, YYYY-MM-DD.")
    ] = None
    understand: Annotated[
        list[Rule],
        Field(
            max_length=len(RULES),
            description="What may be read in the words of the question; [] takes them as typed.",
        ),
    ] = list(RULES)
    today: Annotated[date | None, Field(description="Day that “last week” counts from.")] = None

    def filters(self) -> dict[str, Any]:
        """Give the arguments beside the question."""
        return {
            "areas": self.areas,
            "published_from": self.published_from,
            "published_to": self.published_to,
            "understand": self.understand,
            "today": self.today,
        }


class ToAsk(Asked):
    """A question to be answered, in the light of those before it."""

    history: Annotated[
        list[Words], Field(max_length=MAX_HISTORY, description="Earlier questions, oldest first.")
    ] = []


class ToRetrieve(Asked):
    """A question whose best paragraphs are wanted, whether or not they answer it."""

    k: Annotated[int, Field(ge=1, le=MAX_HITS, strict=True)] = 5
