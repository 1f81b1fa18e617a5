"""Show that the rules which read a question leave alone what does not ask for them.

    python -m benchmarks.rules --training DIR --index DIR --out docs/quality.md

Held-out questions that stand alone are ranked without a reader with all rules, and with all but
one. Follow-ups are told by asking each question after another one about another release, and its
answer: it should be ranked as without. What changed is printed, with the right release's place.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.document import check_marks, write_table
from benchmarks.training_data import ReleaseQuestion, is_held_out, read_questions
from qa.asking import Filters, read_in, understanding_in
from qa.assistant import Assistant
from qa.errors import QAError
from qa.questions.understand import RULES
from qa.questions.what_next import onward_of
from qa.records import Query, Turn
from qa.serving import Serving
from qa.settings import load_settings

ALONE = ("period", "area", "speaker", "list", "story", "spelling")
MARKS = ("<!-- table of rules -->", "<!-- end of rules -->")
K = 50  # paragraphs that are compared


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does to one question.

    Attributes:
        question: The words.
        read: Whether it is read otherwise by the rule, notes and lists among it.
        ranked: Whether other paragraphs come first, or in another order.
        before: Place of the right release without the rule, from 1; 0 if it is not found.
        after: The same with it.
    """

    question: str
    read: bool
    ranked: bool
    before: int = 0
    after: int = 0


def main(arguments: list[str] | None = None) -> int:
    """Print what changed, and write the table; gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--training", type=Path, required=True, help="folder of training files")
    parser.add_argument("--index", default="index")
    parser.add_argument("--out", type=Path, help="document with a place for the table")
    parser.add_argument("--limit", type=int, help="questions asked; all if absent")
    options = parser.parse_args(arguments)
    try:
        if options.out is not None:
            check_marks(options.out, MARKS)
        asked = [one for one in read_questions(options.training) if is_held_out(one.release)]
        settings = replace(load_settings(), reader="none")
        with Assistant.open(options.index, settings) as desk:
            lines = _table(desk.serving, asked[: options.limit])
    except QAError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stdout.write("\n".join([*lines, ""]))
    if options.out is not None:
        write_table(options.out, MARKS, lines)
    return 0


def _table(serving: Serving, asked: Sequence[ReleaseQuestion]) -> list[str]:
    lines = [
        "| rule | questions | read otherwise | ranked otherwise "
        "| of these the right release first: with, without |",
        "|---|--:|--:|--:|--:|",
    ]
    for rule in (*ALONE, "follow_up"):
        by = _after_another if rule == "follow_up" else _without(rule)
        effects = list(by(serving, asked))
        changed = [one for one in effects if one.ranked]
        for one in changed:
            sys.stderr.write(f"{rule}: {one.before} to {one.after}: {one.question}\n")
        first = f"{sum(e.after == 1 for e in changed)}, {sum(e.before == 1 for e in changed)}"
        read = sum(one.read for one in effects)
        lines.append(f"| {rule} | {len(effects)} | {read} | {len(changed)} | {first} |")
    return lines


def _without(rule: str) -> Callable[[Serving, Sequence[ReleaseQuestion]], Iterator[Effect]]:
    """Give what compares each question with all rules, and with all but one."""
    rest = [one for one in RULES if one != rule]

    def compare(serving: Serving, asked: Sequence[ReleaseQuestion]) -> Iterator[Effect]:
        for one in asked:
            with_it, without = _read(serving, one, RULES), _read(serving, one, rest)
            onward = rule == "story" and onward_of(one.question, ()) is not None
            yield _effect(serving, one, without, with_it, is_otherwise=onward)

    return compare


def _after_another(serving: Serving, asked: Sequence[ReleaseQuestion]) -> Iterator[Effect]:
    """Compare each question asked after another one, and asked first."""
    previous = None
    for one in asked:
        alone = _read(serving, one, RULES)
        if previous is not None and previous.release != one.release:
            answer = serving.answer(_read(serving, previous, RULES))
            turns = (Turn(previous.question, answer),)
            yield _effect(serving, one, alone, _read(serving, one, RULES, turns))
        previous = one


def _read(
    serving: Serving, one: ReleaseQuestion, rules: Sequence[str], turns: Sequence[Turn] = ()
) -> Query:
    understanding = understanding_in(serving, rules, serving.newest)
    return read_in(serving, one.question, Filters(), understanding, turns)


def _effect(
    serving: Serving,
    one: ReleaseQuestion,
    before: Query,
    after: Query,
    *,
    is_otherwise: bool = False,
) -> Effect:
    """Rank both ways, where they are read otherwise; what is read alike is ranked alike."""
    if before == after:
        return Effect(one.question, is_otherwise, ranked=False)
    first, then = (
        [(hit.release, hit.paragraph) for hit in serving.hits(query, K)]
        for query in (before, after)
    )
    places = [_place(one.release, hits) for hits in (first, then)]
    return Effect(one.question, True, first != then, *places)


def _place(release: str, hits: Sequence[tuple[str, int]]) -> int:
    order = list(dict.fromkeys(found for found, _ in hits))
    return order.index(release) + 1 if release in order else 0


if __name__ == "__main__":
    sys.exit(main())
