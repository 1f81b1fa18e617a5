"""Runs and qrels as other tools read them, and that these come to the same measures."""

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import RR, Success

from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold_places import gold_places
from qa.evaluation.trec import column, docid, qrels_lines, run_lines
from tests.evaluation_samples import (
    PreparedDesk,
    make_answer,
    make_question,
    make_quote,
    make_release,
)

TEXTS = ("It rained.", "Police stopped 41\n vans.", "The 41 vans were red.", "Nobody was hurt.")
PATHS = ("upper marden/a 1.md", "b.md")
SHELF = {path: make_release(path, *TEXTS) for path in PATHS}.get
GOLD = (PATHS[0], "41 vans")

places = st.tuples(st.sampled_from(PATHS), st.integers(1, len(TEXTS)))


def quote(path, number):
    return make_quote(path, TEXTS[number - 1], paragraph=number)


def test_a_run_has_a_line_for_each_quote_with_falling_scores():
    questions = [make_question("q 1", GOLD), make_question("q2", GOLD), make_question("q3")]
    answers = [
        make_answer(quote("b.md", 2), quote(PATHS[0], 1)),
        make_answer(),  # refused: nothing to rank
        make_answer(quote("b.md", 4)),
    ]

    assert list(run_lines(questions, answers)) == [
        "q%201 Q0 b.md#2 1 2 release-qa",
        "q%201 Q0 upper%20marden/a%201.md#1 2 1 release-qa",
        "q3 Q0 b.md#4 1 1 release-qa",
    ]


def test_qrels_name_the_paragraphs_that_hold_an_answer_in_its_own_release():
    questions = [
        make_question("two", GOLD),
        make_question("both", GOLD, (PATHS[0], "41 vans were"), ("b.md", "hurt")),
        make_question("unanswerable"),
    ]

    assert list(qrels_lines(questions, SHELF)) == [
        "two 0 upper%20marden/a%201.md#2 1",
        "two 0 upper%20marden/a%201.md#3 1",
        "both 0 upper%20marden/a%201.md#2 1",
        "both 0 upper%20marden/a%201.md#3 1",
        "both 0 b.md#4 1",
    ]


@pytest.mark.parametrize(
    "gold",
    [
        pytest.param(("b.md", "vans. The 41"), id="over the end of a paragraph"),
        pytest.param(("b.md", "lorries"), id="words that are nowhere"),
    ],
)
def test_an_answer_that_no_paragraph_holds_keeps_its_question_counted(gold):
    questions = [make_question("q1", gold)]

    assert list(qrels_lines(questions, SHELF)) == ["q1 0 b.md#0 1"]
    assert gold_places(questions[0], SHELF)[0].paragraphs == ()


def test_a_release_that_is_not_in_the_index_keeps_its_question_counted():
    assert list(qrels_lines([make_question("q1", ("gone.md", "x"))], SHELF)) == ["q1 0 gone.md#0 1"]


@given(st.text())
def test_a_column_has_no_white_space_and_can_be_undone(text):
    from urllib.parse import unquote

    assert unquote(column(text)) == text
    assert column(text).split() == ([column(text)] if text else [])


def test_a_docid_is_path_and_number():
    assert docid("a\u00a0b/100%.md", 7) == "a%C2%A0b/100%25.md#7"


def test_a_paragraph_that_is_quoted_twice_keeps_its_better_rank():
    answer = make_answer(quote("b.md", 1), quote("b.md", 1), quote("b.md", 2))

    assert [line.split()[2:5] for line in run_lines([make_question("q")], [answer])] == [
        ["b.md#1", "1", "3"],
        ["b.md#2", "3", "1"],
    ]


@given(st.lists(st.lists(places, max_size=5, unique=True), min_size=1, max_size=6))
@settings(deadline=None)
def test_ir_measures_comes_to_the_same_success_and_reciprocal_rank(rankings):
    """Refused questions and one whose answer no paragraph holds are among them."""
    golds = [GOLD, ("b.md", "rained"), ("b.md", "vans. The 41")]
    questions = [make_question(f"q {row}", golds[row % len(golds)]) for row in range(len(rankings))]
    answers = [make_answer(*(quote(*place) for place in ranking)) for ranking in rankings]
    desk = PreparedDesk({q.question: a for q, a in zip(questions, answers, strict=True)})

    ours = evaluate(questions, desk).overall.measures
    theirs = ir_measures.calc_aggregate(
        [Success @ 1, Success @ 3, Success @ 5, RR],
        list(ir_measures.read_trec_qrels("\n".join(qrels_lines(questions, SHELF)) + "\n")),
        list(ir_measures.read_trec_run("\n".join(run_lines(questions, answers)) + "\n")),
    )

    for k in (1, 3, 5):
        assert ours[f"success@{k}"].value == pytest.approx(theirs[Success @ k])
    assert ours["reciprocal_rank"].value == pytest.approx(theirs[RR])
