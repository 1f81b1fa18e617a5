"""Every word of the page that is not of a release, as one record that each language fills.

A language is complete because the record has no defaults; a test compares the placeholders.

Reads    nothing
Gives    `Texts`
"""

from collections.abc import Mapping
from dataclasses import dataclass

from qa.records import Reason, RefusalNote

Noun = tuple[str, str]  # for one, for any other number; "{n}" is where the number goes


@dataclass(frozen=True, slots=True)
class Refusals:
    """What refusals say; a test sees that there is a text for each.

    Attributes:
        reasons: Why nothing is quoted; "{releases}" is how many were searched.
        notes: What is said beside that; "{undated}" is how many were left out.
    """

    reasons: Mapping[Reason, str]
    notes: Mapping[RefusalNote, str]


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language; `{…}` is filled in where it is shown.

    Attributes are named after where they stand; those that are not plain are told here.

    Attributes:
        code: As in `<html lang>`.
        thousands: What separates thousands.
        months: January first.
        months_short: The same, for a picture.
        refusals: Why nothing is quoted; None to show what the answer itself says.
    """

    code: str
    thousands: str
    months: tuple[str, ...]
    months_short: tuple[str, ...]

    # Dates
    day: str
    month: str
    on: str
    in_month: str
    in_year: str
    from_to: str
    pair: str
    since: str
    until: str

    # Counts
    releases: Noun
    undated_releases: Noun
    more_passages: Noun
    passages: Noun
    characters: Noun
    questions: Noun
    listed: Noun

    # Several releases
    later: str
    because: str

    # Head and form
    promise: str
    opening: str
    indexed: str
    indexed_undated: str
    not_opened: str
    filters: str
    areas: str
    areas_info: str
    first: str
    first_info: str
    last: str
    last_info: str
    any_time: str
    conversation: str
    empty: str
    examples: str
    question: str
    question_hint: str
    ask: str
    new: str
    waiting: str

    # Answer
    answering: str
    undated: str
    said_by: str
    also_in: str
    show: str
    copy: str
    copy_link: str
    searched: str
    left_out: str
    timeline: str
    timeline_alt: str
    timeline_quoted: str
    says_answered: str
    says_refused: str

    # How the question was read
    read_as: str
    chip_areas: str
    chip_published: str
    chip_event: str
    chip_newest: str
    chip_places: str
    chip_carried: str
    chip_speaker: str
    chip_other: str
    leave_out: str
    asked_without: str

    # Refusal
    refusals: Refusals | None
    nearest: str
    widen: str
    without_filters: str
    as_typed: str
    alone: str

    # Source
    source: str
    close: str
    head_of_file: str
    cut: str
    check_again: str
    checked_at: str
    same: str
    unseen: str
    changed: str
    changed_still: str
    changed_lost: str
    changed_unread: str
    gone: str
    withdrawn: str
    wrong: str

    # Taking away
    save: str
    save_nothing: str
    saved: str
    copied: str
    not_copied: str
    busy: str
    too_large: str
    several: str
    several_hint: str
    several_file: str
    several_ask: str
    several_at: str
    several_waits: str
    several_done: str
    several_unasked: str

    # What is wrong
    no_question: str
    too_long: str
    no_time: str
    backwards: str
    fault: str
    over: str
    link_older: str
