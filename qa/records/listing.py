"""Which releases a question that counts or lists is about: the rule, and what it finds."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from qa.records.release import Sentence


@dataclass(frozen=True, slots=True)
class ListRule:
    """What a question wants counted or listed; filters are those of its query.

    Attributes:
        asks: "count", "list", or "areas" for which forces published.
        words: As typed; a release must hold each, in any form.
        phrases: As typed; a release must hold each as it stands.
        is_sure: Whether it can be read in no other way; if not, it is listed only where releases
            hold all of the words.
        by_publishing: Whether a period of what happened was asked for, and is taken as one of
            publishing, since a list goes by what is known of every release.
    """

    asks: str
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    is_sure: bool = True
    by_publishing: bool = False


@dataclass(frozen=True, slots=True)
class AreaCount:
    """How many of the releases listed an area published; one of two areas counts for both."""

    area: str
    releases: int


@dataclass(frozen=True, slots=True)
class ListedRelease:
    """One release of a listing, with a quote of it.

    Attributes:
        release: Its path below the releases folder.
        title: Of the release.
        area: Of the release; empty if unknown.
        published: `YYYY-MM-DD`, `YYYY-MM`, or None.
        url: http or https address, or None.
        paragraph: Number of the quoted paragraph in the release, from 1.
        quote: The sentence of it that holds most of what was asked for, verbatim.
        sha256: Of the release file.
    """

    release: str
    title: str
    area: str
    published: str | None
    url: str | None
    paragraph: int
    quote: Sentence
    sha256: str


@dataclass(frozen=True, slots=True)
class Listing:
    """An exact list of releases, and the rule that makes it.

    Attributes:
        asks: "count", "list" or "areas", as the question does.
        rule: What is listed, a sentence: whoever applies it to every release finds the same.
        total: How many releases that is.
        areas: How many of them each area published, most first.
        entries: Newest first, undated last; in an answer only the first of them.
        is_relaxed: Whether no release holds all that was asked for, so that less was required.
        undated_left_out: Releases that fit but for a date filter, since their date is unknown.
    """

    asks: str
    rule: str
    total: int
    areas: tuple[AreaCount, ...]
    entries: tuple[ListedRelease, ...]
    is_relaxed: bool = False
    undated_left_out: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self)
