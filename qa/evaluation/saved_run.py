"""Read the outcomes of an evaluation that was saved: what `--json` printed, or run.json.

Only the outcomes are read: everything else can be worked out from them. Fields that an earlier
version did not write are None, and the measures made of them are left out of a comparison.

Reads    a JSON file, or the folder of a report, and the questions of this run
Gives    outcomes in the order of these questions, or an error naming what differs and the cure
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_type_hints

from qa.errors import SavedRunError
from qa.evaluation.fields import shown
from qa.evaluation.outcome import Outcome
from qa.evaluation.question_set import JudgedQuestion

RUN = "run.json"
_SAVE = "save one with: python -m qa evaluate QUESTIONS.jsonl --json > RUN.json"
_NAMED = 3  # questions named in a message, of all that differ


def read_run(path: str | Path, questions: Sequence[JudgedQuestion]) -> tuple[Outcome, ...]:
    """Read a saved run over exactly these questions.

    Args:
        path: The JSON file, or a folder with a `run.json`.
        questions: What this run asks.

    Returns:
        One outcome for each question, in their order.

    Raises:
        SavedRunError: The file cannot be read, is no evaluation, or is of other questions.
    """
    file = Path(path) / RUN if Path(path).is_dir() else Path(path)
    saved: dict[str, Outcome] = {}
    for outcome in _outcomes(file):
        if outcome.id in saved:
            raise SavedRunError(f"{file}: holds question {shown(outcome.id)} twice; {_SAVE}")
        saved[outcome.id] = outcome
    _check_same(file, saved, questions)
    return tuple(saved[question.id] for question in questions)


def _outcomes(file: Path) -> Iterator[Outcome]:
    run = _parsed(file)
    if not isinstance(run, dict) or not isinstance(run.get("outcomes"), list):
        raise SavedRunError(f"{file}: is no saved evaluation: it has no 'outcomes'; {_SAVE}")
    for number, values in enumerate(run["outcomes"]):
        yield _outcome(values, f"{file}: 'outcomes[{number}]'")


def _parsed(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes(), parse_constant=_no_number)
    except (OSError, ValueError, RecursionError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise SavedRunError(
            f"{file}: cannot be read as a saved evaluation: {reason}; {_SAVE}"
        ) from None


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _outcome(values: Any, place: str) -> Outcome:
    if not isinstance(values, dict):
        raise SavedRunError(f"{place} is {shown(values)}, no outcome; {_SAVE}")
    hints, taken = get_type_hints(Outcome), dict[str, Any]()
    for field in fields(Outcome):
        if field.name not in values and field.default is MISSING:
            raise SavedRunError(f"{place} has no {field.name!r}; {_SAVE}")
        value = taken[field.name] = values.get(field.name)
        if not _is_of(value, hints[field.name]) or _is_no_rank(field.name, value):
            raise SavedRunError(f"{place}: {field.name!r} is {shown(value)}; {_SAVE}")
    return Outcome(**taken)


def _is_of(value: Any, hint: Any) -> bool:
    # Python counts true as 1, and JSON writes 1.0 as 1 if another program has saved it.
    if isinstance(value, bool):
        return hint in (bool, bool | None)
    return isinstance(value, hint) or (isinstance(value, int) and hint in (float, float | None))


def _is_no_rank(name: str, value: Any) -> bool:
    return name in ("rank", "release_rank") and value is not None and value < 1


def _check_same(file: Path, saved: dict[str, Outcome], questions: Sequence[JudgedQuestion]) -> None:
    asked = {question.id for question in questions}
    differences = {
        "does not hold": [question.id for question in questions if question.id not in saved],
        "holds besides": [name for name in saved if name not in asked],
        "asked or judged otherwise": [q.id for q in questions if _differs(q, saved.get(q.id))],
    }
    told = [f"{what} {_some(ids)}" for what, ids in differences.items() if ids]
    if told:
        raise SavedRunError(
            f"{file}: is of other questions: it {', '.join(told)}; runs can be compared only "
            f"over the same questions: evaluate both over one file"
        )


def _differs(question: JudgedQuestion, saved: Outcome | None) -> bool:
    if saved is None:
        return False
    if saved.fingerprint is not None:
        return saved.fingerprint != question.fingerprint
    return (saved.type, saved.answerable) != (question.type, question.answerable)


def _some(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - _NAMED} more" if len(ids) > _NAMED else ""
    return ", ".join(map(shown, ids[:_NAMED])) + more
