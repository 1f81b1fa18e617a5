"""The story of one matter over several releases: appeal, arrest, charge, court, sentence."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from qa.records.release import Sentence


@dataclass(frozen=True, slots=True)
class Step:
    """One release of a matter.

    Attributes:
        release: Its path below the releases folder.
        title: Of the release.
        area: Of the release; empty if unknown.
        published: `YYYY-MM-DD`, `YYYY-MM`, or None.
        url: http or https address, or None.
        stage: "appeal", "arrest", "charge", "court", "sentence" or "update".
        why: Why it is taken for the same matter, in words; empty for the release asked about.
        paragraph: Number of the quoted paragraph in the release, from 1.
        quote: The sentence that tells of it, verbatim.
        sha256: Of the release file.
    """

    release: str
    title: str
    area: str
    published: str | None
    url: str | None
    stage: str
    why: str
    paragraph: int
    quote: Sentence
    sha256: str

    def to_dict(self) -> dict[str, Any]:
        """Give every attribute as JSON values."""
        return dataclasses.asdict(self)
