"""A saved run is read whole and over the same questions, or not at all."""

import json
from dataclasses import replace

import pytest

from qa.errors import SavedRunError, UsageError
from qa.evaluation.evaluate import evaluate
from qa.evaluation.saved_run import read_run
from tests.evaluation_samples import PreparedDesk, make_answer, make_question, make_quote

QUESTIONS = [
    make_question("q1", ("a", "41 vans")),
    make_question("q2", ("a", "41 vans"), kind="list"),
    make_question("q3", kind="none"),
]
# What older versions wrote of a question.
OLD = (
    "id type answerable answered rank release_rank sentence_hit list_f1 quotes exact_quotes".split()
)


@pytest.fixture
def evaluation():
    quote = make_quote("a", "41 vans", words="41 vans")
    desk = PreparedDesk(
        {
            "q1": make_answer(quote, probability=0.5),
            "q2": make_answer(quote),
            "q3": make_answer(nearest=quote, probability=0.0),
        }
    )
    return evaluate(QUESTIONS, desk, source={"a": "41 vans"}.get)


@pytest.fixture
def values(evaluation):
    return json.loads(json.dumps(evaluation.to_dict()))


@pytest.fixture
def save(tmp_path):
    def write(values):
        path = tmp_path / "run.json"
        path.write_text(values if isinstance(values, str) else json.dumps(values))
        return path

    return write


def test_what_was_written_is_read_again(save, values, evaluation):
    assert read_run(save(values), QUESTIONS) == evaluation.outcomes


def test_a_folder_stands_for_its_run(save, values, evaluation):
    assert read_run(save(values).parent, QUESTIONS) == evaluation.outcomes


def test_outcomes_are_given_in_the_order_of_the_questions(save, values, evaluation):
    values["outcomes"].reverse()

    assert read_run(save(values), QUESTIONS) == evaluation.outcomes


def test_a_run_of_an_older_version_is_read_with_what_it_has(save, values):
    values["outcomes"] = [
        {name: outcome[name] for name in [*OLD, "milliseconds"]} for outcome in values["outcomes"]
    ]

    first, *_ = read_run(save(values), QUESTIONS)

    assert (first.id, first.rank) == ("q1", 1)
    assert first.fingerprint is first.token_f1 is first.probability is first.first_right is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("id", 7, id="id"),
        pytest.param("answered", 1, id="1 is not true"),
        pytest.param("rank", "1", id="rank in words"),
        pytest.param("rank", True, id="true is no rank"),
        pytest.param("rank", 0, id="ranks count from 1"),
        pytest.param("rank", 1.5, id="ranks are whole"),
        pytest.param("milliseconds", None, id="no time"),
        pytest.param("token_f1", [], id="a list"),
        pytest.param("probability", False, id="false is no probability"),
    ],
)
def test_a_wrong_fact_is_named_with_its_place_and_the_cure(save, values, name, value):
    values["outcomes"][1][name] = value
    path = save(values)

    with pytest.raises(SavedRunError, match=rf"'outcomes\[1\]': '{name}' is ") as caught:
        read_run(path, QUESTIONS)

    assert str(caught.value).startswith(str(path))
    assert "python -m qa evaluate" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param("", "cannot be read as a saved evaluation: Expecting value", id="empty"),
        pytest.param("[1, 2]", "no 'outcomes'", id="a list"),
        pytest.param('{"quotes": []}', "no 'outcomes'", id="an answer"),
        pytest.param('{"outcomes": {}}', "no 'outcomes'", id="outcomes is an object"),
        pytest.param('{"outcomes": [3]}', r"'outcomes\[0\]' is 3, no outcome", id="a number"),
        pytest.param('{"outcomes": [{}]}', "has no 'id'", id="an empty outcome"),
        pytest.param('{"outcomes": [NaN]}', "NaN is no number", id="not a number"),
        pytest.param("[" * 200_000, "cannot be read", id="nested without end"),
    ],
)
def test_what_is_no_evaluation_is_told_apart(save, content, says):
    with pytest.raises(SavedRunError, match=says) as caught:
        read_run(save(content), QUESTIONS)

    assert "; save one with: python -m qa evaluate" in str(caught.value)


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"none\.json: .*No such file"):
        read_run(tmp_path / "none.json", QUESTIONS)
    with pytest.raises(UsageError, match=r"run\.json: .*No such file"):
        read_run(tmp_path, QUESTIONS)


def test_a_question_saved_twice_is_a_fault(save, values):
    values["outcomes"].append(values["outcomes"][0])

    with pytest.raises(SavedRunError, match="holds question 'q1' twice"):
        read_run(save(values), QUESTIONS)


@pytest.mark.parametrize(
    ("questions", "says"),
    [
        pytest.param([*QUESTIONS, make_question("q4")], "it does not hold 'q4'", id="one more"),
        pytest.param(QUESTIONS[1:], "it holds besides 'q1'", id="one less"),
        pytest.param(
            [make_question(f"n{row}") for row in range(5)],
            "it does not hold 'n0', 'n1', 'n2' and 2 more, holds besides 'q1', 'q2', 'q3';",
            id="quite others",
        ),
        pytest.param(
            [replace(QUESTIONS[0], question="Why?"), *QUESTIONS[1:]],
            "it asked or judged otherwise 'q1'",
            id="other words",
        ),
        pytest.param(
            [*QUESTIONS[:2], make_question("q3", ("a", "41"), kind="none")],
            "it asked or judged otherwise 'q3'",
            id="an answer was found since",
        ),
    ],
)
def test_other_questions_are_named_with_the_cure(save, values, questions, says):
    with pytest.raises(SavedRunError) as caught:
        read_run(save(values), questions)

    assert f"is of other questions: {says}" in str(caught.value)
    assert str(caught.value).endswith("evaluate both over one file")


def test_without_a_fingerprint_type_and_answerability_are_compared(save, values):
    for outcome in values["outcomes"]:
        del outcome["fingerprint"]
    path = save(values)

    assert len(read_run(path, [replace(QUESTIONS[0], question="Why?"), *QUESTIONS[1:]])) == 3
    with pytest.raises(SavedRunError, match="otherwise 'q2'"):
        read_run(path, [QUESTIONS[0], replace(QUESTIONS[1], type="factoid"), QUESTIONS[2]])
