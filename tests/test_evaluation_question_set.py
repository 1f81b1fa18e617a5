"""A file of judged questions is read whole, or not at all."""

import json

import pytest

from qa.errors import QuestionSetError
from qa.evaluation.question_set import Gold, JudgedQuestion, read_questions

GOOD = {
    "id": "q1",
    "type": "factoid",
    "question": "How many vans were stopped?",
    "history": [{"question": "What happened in Upper Marden?"}, {"question": "When?"}],
    "answerable": True,
    "gold": [{"release": "marden/a1.md", "answer": "41 vans"}],
    "note": "not read",
}
UNANSWERABLE = {
    "id": "q2", "type": "none", "question": "Why?", "answerable": False, "gold": []
}  # fmt: skip
WITHOUT = object()


def write(folder, *lines):
    path = folder / "questions.jsonl"
    path.write_bytes(
        b"\n".join(
            line if isinstance(line, bytes) else json.dumps(line, ensure_ascii=False).encode()
            for line in lines
        )
    )
    return path


def changed(name, value):
    line = GOOD | {name: value}
    return {key: item for key, item in line.items() if item is not WITHOUT}


def test_every_field_is_read(tmp_path):
    assert read_questions(write(tmp_path, GOOD, UNANSWERABLE)) == (
        JudgedQuestion(
            id="q1",
            type="factoid",
            question="How many vans were stopped?",
            history=("What happened in Upper Marden?", "When?"),
            answerable=True,
            gold=(Gold("marden/a1.md", "41 vans"),),
        ),
        JudgedQuestion("q2", "none", "Why?", (), False, ()),
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf%s\n", id="byte order mark"),
        pytest.param(b"%s\r\n", id="Windows line ends"),
        pytest.param(b"\n  \n%s\n\n\n", id="blank lines"),
        pytest.param(b"%s", id="no last line end"),
    ],
)
def test_what_editors_do_to_a_file_does_no_harm(tmp_path, content):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content % json.dumps(GOOD).encode())

    assert [question.id for question in read_questions(path)] == ["q1"]


def test_a_line_separator_inside_a_question_does_not_cut_the_line(tmp_path):
    path = write(tmp_path, changed("question", "One\u2028two\x85three?"))

    assert [q.question for q in read_questions(path)] == ["One\u2028two\x85three?"]


@pytest.mark.parametrize(
    ("line", "field", "found"),
    [
        pytest.param(changed("id", WITHOUT), "'id'", "is missing", id="no id"),
        pytest.param(changed("type", WITHOUT), "'type'", "is missing", id="no type"),
        pytest.param(changed("question", WITHOUT), "'question'", "is missing", id="no question"),
        pytest.param(changed("answerable", WITHOUT), "'answerable'", "is missing", id="no truth"),
        pytest.param(changed("gold", WITHOUT), "'gold'", "is missing", id="no gold field"),
        pytest.param(changed("id", 7), "'id'", "is 7", id="id is a number"),
        pytest.param(changed("question", " \n"), "'question'", "is ' \\n'", id="blank question"),
        pytest.param(changed("answerable", 1), "'answerable'", "is 1", id="1 is not true"),
        pytest.param(changed("answerable", "yes"), "'answerable'", "is 'yes'", id="yes"),
        pytest.param(changed("gold", None), "'gold'", "is None", id="gold is null"),
        pytest.param(changed("gold", []), "'gold'", "is empty", id="answerable without gold"),
        pytest.param(
            changed("answerable", False), "'gold'", "lists answers", id="gold but unanswerable"
        ),
        pytest.param(changed("gold", ["a.md"]), "'gold[0]'", "is 'a.md'", id="gold is a path"),
        pytest.param(
            changed("gold", [*GOOD["gold"], {"answer": "x"}]),
            "'gold[1].release'",
            "is missing",
            id="second gold without release",
        ),
        pytest.param(
            changed("gold", [{"release": "a.md", "answer": ""}]),
            "'gold[0].answer'",
            "is ''",
            id="empty answer would be held by any quote",
        ),
        pytest.param(changed("history", {}), "'history'", "is {}", id="history is an object"),
        pytest.param(
            changed("history", ["When?"]), "'history[0]'", "is 'When?'", id="history of texts"
        ),
        pytest.param(
            changed("history", [{"question": 3}]), "'history[0].question'", "is 3", id="turn"
        ),
    ],
)
def test_a_wrong_field_is_named_with_file_line_and_cure(tmp_path, line, field, found):
    path = write(tmp_path, UNANSWERABLE, b"", line)

    with pytest.raises(QuestionSetError) as caught:
        read_questions(path)

    assert str(caught.value).startswith(f"{path}, line 3: field {field} {found}")
    assert "; " in str(caught.value)  # the cure comes after it


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param(b"{'id': 1}", "no JSON: Expecting property name", id="not JSON"),
        pytest.param(b'{"id": "q1"', "at character 12", id="cut off after 11 characters"),
        pytest.param(b"[1, 2]", "[1, 2] is no question", id="a list"),
        pytest.param(b'{"id": "\xe9"}', "byte 9 is no UTF-8", id="Latin-1"),
        pytest.param(b"[" * 200_000, "no JSON", id="nested without end"),
        pytest.param(
            json.dumps(GOOD).replace("vans were", "\\ud83d were").encode(),
            "field 'question' holds half a character",
            id="half an emoji",
        ),
    ],
)
def test_a_line_that_is_no_object_is_named(tmp_path, line, says):
    with pytest.raises(QuestionSetError, match="line 1") as caught:
        read_questions(write(tmp_path, line))

    assert says in str(caught.value)


def test_an_id_given_twice_names_both_lines(tmp_path):
    path = write(tmp_path, GOOD, UNANSWERABLE, GOOD)

    with pytest.raises(QuestionSetError, match=r"line 3: field 'id': 'q1' is the id of line 1 too"):
        read_questions(path)


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        pytest.param("id", "q9", True, id="another name"),
        pytest.param("note", "", True, id="a note"),
        pytest.param("question", "How many cars?", False, id="other words"),
        pytest.param("history", [], False, id="nothing before it"),
        pytest.param("type", "list", False, id="judged as a list"),
        pytest.param("gold", [{"release": "b.md", "answer": "41 vans"}], False, id="release"),
        pytest.param("gold", [{"release": "marden/a1.md", "answer": "41"}], False, id="answer"),
    ],
)
def test_a_fingerprint_changes_with_what_is_asked_and_what_is_right(tmp_path, name, value, same):
    (before,) = read_questions(write(tmp_path, GOOD))
    (after,) = read_questions(write(tmp_path, changed(name, value)))

    assert (before.fingerprint == after.fingerprint) is same
    assert len(before.fingerprint) == 16


@pytest.mark.parametrize("content", [b"", b"\n \n"])
def test_an_empty_file_is_a_fault(tmp_path, content):
    with pytest.raises(QuestionSetError, match="holds no questions"):
        read_questions(write(tmp_path, content))


@pytest.mark.parametrize("name", [".", "missing.jsonl", "nul\0byte"])
def test_what_is_no_file_is_a_fault(tmp_path, name):
    with pytest.raises(QuestionSetError, match="cannot be read"):
        read_questions(tmp_path / name)
