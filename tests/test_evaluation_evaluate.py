"""Asking a set of questions: hand-computed measures, times, JSON and the table."""

import io
import json
from dataclasses import replace
from itertools import accumulate, chain, repeat

import pytest
from rich.console import Console

from qa.errors import QuestionError
from qa.evaluation.comparison import compare
from qa.evaluation.evaluate import evaluate
from qa.evaluation.intervals import Measure
from qa.evaluation.table import print_table
from tests.evaluation_samples import (
    PreparedDesk,
    make_answer,
    make_outcome,
    make_question,
    make_quote,
)

RIGHT, WRONG = make_quote("a", "There were 41 vans."), make_quote("b", "There were 41 vans.")
NEAR = make_quote("a", "It rained.")
PIECES = (("a", "vans"), ("c", "cars"), ("d", "lorries"))

# Question and answer; the comment is (rank, release rank, sentence hit).
ASKED = [
    (make_question("first", ("a", "41 vans")), make_answer(RIGHT, WRONG)),  # 1, 1, yes
    (make_question("third", ("a", "41 vans")), make_answer(WRONG, NEAR, RIGHT)),  # 3, 2, no
    (make_question("missed", ("a", "41 vans")), make_answer(WRONG)),  # none, none, no
    (make_question("refused", ("a", "41 vans")), make_answer()),  # none, none, no
    (make_question("list", *PIECES, kind="list"), make_answer(RIGHT, WRONG)),  # 1, 1, yes
    (make_question("rightly refused", kind="none"), make_answer()),
    (make_question("never refused", kind="none"), make_answer(WRONG)),
    (make_question("refused too", kind="none"), make_answer()),
]
QUESTIONS = [question for question, _ in ASKED]


def desk():
    return PreparedDesk({question.question: answer for question, answer in ASKED})


def test_overall_measures_by_hand():
    source = {"a": "There were 41 vans.", "b": "There were 42 vans."}.get

    overall = evaluate(QUESTIONS, desk(), source=source).overall

    assert (overall.questions, overall.answerable, overall.answered) == (8, 5, 5)
    assert {name: (value.value, value.n) for name, value in overall.measures.items()} == {
        "success@1": (2 / 5, 5),  # first, list
        "success@3": (3 / 5, 5),  # and third
        "success@5": (3 / 5, 5),
        "reciprocal_rank": (pytest.approx((1 + 1 / 3 + 0 + 0 + 1) / 5), 5),
        "sentence_success": (2 / 5, 5),
        "sentence_when_right": (2 / 2, 2),  # both that were right at once
        "exact_match": (None, 0),  # no answer points at words
        "token_f1": (None, 0),
        "release_success@1": (2 / 5, 5),
        "release_success@3": (3 / 5, 5),
        "release_success@5": (3 / 5, 5),
        "list_f1": (pytest.approx(2 * 1 / (2 + 3)), 1),  # a of a, b; of a, c, d
        "refusal_precision": (pytest.approx(2 / 3), 3),  # one of three could be answered
        "refusal_recall": (pytest.approx(2 / 3), 3),  # one of three was answered
        "refusal_cost": (1 / 5, 5),
        # RIGHT three times is exact; WRONG five times and NEAR once are not in these files.
        "quote_exactness": (3 / 9, 9),
    }


def test_measures_per_type_are_over_the_questions_of_the_type():
    by_type = evaluate(QUESTIONS, desk()).by_type

    assert list(by_type) == ["factoid", "list", "none"]
    assert [summary.questions for summary in by_type.values()] == [4, 1, 3]
    assert by_type["factoid"].measures["success@1"].value == 1 / 4
    assert by_type["factoid"].measures["list_f1"] == Measure(None, None, None, 0)
    assert by_type["list"].measures["success@1"].value == 1
    assert by_type["none"].measures["success@1"] == Measure(None, None, None, 0)
    assert by_type["none"].measures["refusal_precision"].value == 1


def test_outcomes_are_given_for_every_question():
    outcomes = evaluate(QUESTIONS, desk()).outcomes

    assert [outcome.id for outcome in outcomes] == [question.id for question in QUESTIONS]
    assert [
        (o.rank, o.release_rank, o.sentence_hit, o.answered, o.exact_quotes) for o in outcomes
    ] == [
        (1, 1, True, True, None),
        (3, 2, False, True, None),
        (None, None, False, True, None),
        (None, None, False, False, None),
        (1, 1, True, True, None),
        (None, None, False, False, None),
        (None, None, False, True, None),
        (None, None, False, False, None),
    ]


def test_earlier_questions_are_handed_over_and_the_first_is_asked_twice():
    followed = make_question("And where?", ("a", "x"), history=("What?", "When?"))
    plain = make_question("Who?", ("a", "x"))
    prepared = PreparedDesk({"And where?": make_answer(), "Who?": make_answer()})

    evaluate([followed, plain], prepared)

    assert prepared.asked == [
        ("And where?", ("What?", "When?")),
        ("And where?", ("What?", "When?")),
        ("Who?", ()),
    ]


def test_times_are_those_of_the_questions_alone():
    seconds = [0.010, 0.020, 0.030, 0.040, 0.100]  # each question, and one second between two
    questions = [make_question(f"q{row}", ("a", "x")) for row in range(len(seconds))]
    prepared = PreparedDesk({question.question: make_answer() for question in questions})
    steps = chain.from_iterable(zip(repeat(1.0), seconds, strict=False))
    ticks = accumulate(steps)

    evaluation = evaluate(questions, prepared, clock=lambda: next(ticks))

    assert [outcome.milliseconds for outcome in evaluation.outcomes] == [10, 20, 30, 40, 100]
    latency = evaluation.overall.latency
    # The 95th of 100 lies 0.95 of the way along 4 gaps: 0.8 of the way from the 4th to the 5th.
    assert (latency.median_ms, latency.p95_ms, latency.n) == (30, 40 + 0.8 * (100 - 40), 5)


def test_progress_is_told_after_each_question():
    told = []

    evaluate(QUESTIONS[:3], desk(), progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 3), (2, 3), (3, 3)]


def test_no_questions_give_no_values():
    evaluation = evaluate([], desk())

    assert evaluation.outcomes == ()
    assert set(evaluation.overall.measures.values()) == {Measure(None, None, None, 0)}
    assert evaluation.overall.latency.median_ms is None
    assert "–" in printed(evaluation)


def test_a_question_that_cannot_be_asked_stops_the_evaluation():
    class Strict:
        def ask(self, question, *, history=()):
            raise QuestionError("too long")

    with pytest.raises(QuestionError, match="too long"):
        evaluate(QUESTIONS, Strict())


def test_json_holds_values_with_intervals_and_outcomes():
    evaluation = evaluate(QUESTIONS, desk(), clock=repeat(0.0).__next__)

    given = json.loads(json.dumps(evaluation.to_dict(), allow_nan=False))

    assert list(given) == [
        "intervals", "overall", "by_type", "calibration", "against", "outcomes"
    ]  # fmt: skip
    assert given["calibration"] is given["against"] is None
    assert given["intervals"]["resamples"] == 2000
    assert set(given["overall"]["measures"]["success@1"]) == {"value", "low", "high", "n"}
    assert given["overall"]["measures"]["success@1"]["value"] == 2 / 5
    assert given["overall"]["latency"] == {"median_ms": 0, "p95_ms": 0, "n": 8}
    assert given["by_type"]["none"]["measures"]["success@5"]["value"] is None
    assert given["outcomes"][1] == {
        "id": "third",
        "type": "factoid",
        "answerable": True,
        "answered": True,
        "rank": 3,
        "release_rank": 2,
        "sentence_hit": False,
        "list_f1": None,
        "quotes": 3,
        "exact_quotes": None,
        "milliseconds": 0,
        "fingerprint": QUESTIONS[1].fingerprint,
        "first_right": False,
        "probability": None,
        "exact_match": None,
        "token_f1": None,
    }


def test_the_same_answers_give_the_same_json():
    first, second = (
        json.dumps(evaluate(QUESTIONS, desk(), clock=repeat(0.0).__next__).to_dict())
        for _ in range(2)
    )

    assert first == second


def test_the_table_shows_every_measure_with_its_interval_within_80_columns():
    evaluation = evaluate(QUESTIONS, desk(), clock=repeat(0.0).__next__)

    lines = printed(evaluation).splitlines()

    for name, value in evaluation.overall.measures.items():
        (line,) = [line for line in lines if f" {name} " in line]
        shown = "–" if value.value is None else f"{value.low:.2f} to {value.high:.2f}"
        assert shown in line
    (factoid,) = [line for line in lines if " factoid " in line]
    # n, success@1 and interval, success@5, sentence, release first, refused, milliseconds.
    # With 1 of 4 right a resample holds 3 or 4 of it in 13 of 256, which is above 1 in 40.
    assert factoid.replace("│", " ").split()[1:] == [
        "4", "0.25", "0.00–0.75", "0.50", "0.25", "0.25", "1", "0.0"
    ]  # fmt: skip
    assert max(map(len, lines)) <= 80


def test_the_table_gives_differences_and_calibration_where_there_are_some():
    asked = make_question("sure", ("a", "41 vans"))
    prepared = PreparedDesk({"sure": make_answer(RIGHT, probability=0.75)})
    before = [make_outcome("sure", 2)]
    evaluation = evaluate([asked], prepared)
    evaluation = replace(evaluation, against=compare(evaluation.outcomes, before, "[old].json"))

    lines = printed(evaluation).splitlines()

    assert any("Against [old].json" in line for line in lines)
    # The last of the lines of a measure is that of the comparison: 1/1 instead of 1/2.
    line = [line for line in lines if " reciprocal_rank " in line][-1]
    assert line.replace("│", " ").split()[1:] == [
        "1.00", "+0.50", "+0.50", "to", "+0.50", "0.000", "1/0"
    ]  # fmt: skip
    assert any("calibration error 0.250, Brier score 0.062" in line for line in lines)
    assert max(map(len, lines)) <= 80


def test_a_long_type_is_folded_and_no_number_is_cut():
    asked = make_question("first", ("a", "41 vans"), kind="a very long name " * 9)

    lines = printed(evaluate([asked], desk())).splitlines()

    assert any("1.00–1.00" in line for line in lines)
    assert max(map(len, lines)) <= 80


def test_words_pointed_at_are_measured_over_all_answerable_questions_of_a_run_that_points():
    text = "Police stopped 41 vans in the rain."
    gold = ("a", "41 vans")
    asked = [
        (make_question("same", gold), make_answer(make_quote("a", text, words="41 vans"))),
        (make_question("part", gold), make_answer(make_quote("a", text, words="stopped 41"))),
        (make_question("other", gold), make_answer(make_quote("b", text, words="41 vans"))),
        (make_question("points at none", gold), make_answer(make_quote("a", text))),
        (make_question("refused", gold), make_answer()),
        (make_question("no answer"), make_answer(make_quote("a", text, words="41 vans"))),
    ]
    prepared = PreparedDesk({question.question: answer for question, answer in asked})

    evaluation = evaluate([question for question, _ in asked], prepared)

    measures = evaluation.overall.measures
    assert (measures["exact_match"].value, measures["exact_match"].n) == (1 / 5, 5)
    # Of the part one of two tokens is shared, either way: F1 1/2.
    assert (measures["token_f1"].value, measures["token_f1"].n) == ((1 + 1 / 2) / 5, 5)
    assert [outcome.token_f1 for outcome in evaluation.outcomes] == [1, 0.5, 0, 0, 0, None]


def test_what_a_refusal_was_near_to_counts_as_its_first_passage():
    gold = ("a", "41 vans")
    asked = [
        (make_question("near", gold), make_answer(nearest=RIGHT, probability=0.4)),
        (make_question("far", gold), make_answer(nearest=WRONG, probability=0.2)),
        (make_question("none", kind="none"), make_answer(nearest=RIGHT, probability=0.3)),
        (make_question("quoted", gold), make_answer(RIGHT, probability=0.9)),
        (make_question("second", gold), make_answer(WRONG, RIGHT, probability=0.8)),
    ]
    prepared = PreparedDesk({question.question: answer for question, answer in asked})

    evaluation = evaluate([question for question, _ in asked], prepared)

    assert [outcome.first_right for outcome in evaluation.outcomes] == [
        True, False, False, True, False
    ]  # fmt: skip
    assert [outcome.rank for outcome in evaluation.outcomes] == [None, None, None, 1, 2]
    assert evaluation.calibration.n == 5
    assert evaluation.to_dict()["calibration"]["curve"][0] == {
        "coverage": 1 / 5, "risk": 0, "probability": 0.9
    }  # fmt: skip


def test_a_type_that_looks_like_markup_is_shown_as_written():
    question = make_question("first", ("a", "41 vans"), kind="[red]odd[/red]")

    assert "[red]odd[/red]" in printed(evaluate([question], desk()))


def printed(evaluation):
    console = Console(file=io.StringIO(), width=80)
    print_table(evaluation, console)
    return console.file.getvalue()
