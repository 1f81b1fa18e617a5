"""What a question takes over from the turns before it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carried:
    """One thing that was carried from an earlier turn, as it is told to the asker.

    Attributes:
        kind: "release", "period", "area", "place", "speaker" or "operation"; "left out" for words
            of an earlier question that this one replaces.
        words: What it is: a path, or words of an earlier turn.
    """

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Leaning:
    """How a question leans on the turns before it.

    Attributes:
        carried: All that is carried, as it is told.
        release: Path of the release that it is about; None if none was quoted, or it asks of
            another one.
        is_named: Whether it names that release ("who led the second one?"), and does not only go
            on about it.
        goes_on: Whether it asks for nothing but more of that release.
        quoted: Numbers of the paragraphs of that release that were quoted, in the order quoted.
        left_out: Words of earlier questions that are not searched for.
        added: Words that are searched for besides.
    """

    carried: tuple[Carried, ...] = ()
    release: str | None = None
    is_named: bool = False
    goes_on: bool = False
    quoted: tuple[int, ...] = ()
    left_out: tuple[str, ...] = ()
    added: tuple[str, ...] = ()


NOTHING = Leaning()
