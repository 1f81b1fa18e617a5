"""A report in a folder: what is in it, what it leaves alone, and what it says of errors."""

import json
import sys
from dataclasses import replace
from itertools import repeat
from xml.etree import ElementTree

import ir_measures
import pytest
from ir_measures import RR, Success

from qa.errors import ReportError
from qa.evaluation.error_list import error_list
from qa.evaluation.evaluate import evaluate
from qa.evaluation.report import FILES, prepare_folder, write_report
from qa.evaluation.saved_run import read_run
from tests.evaluation_samples import (
    PreparedDesk,
    make_answer,
    make_question,
    make_quote,
    make_release,
)

TEXTS = ("It rained.", "Police stopped 41 vans. They were red.", "```\n# Not a heading\n```")
PATH = "marden/a 1.md"
SHELF = {PATH: make_release(PATH, *TEXTS, title="Vans *stopped*")}.get
GOLD = (PATH, "41 vans")


def quote(number, sentence=None):
    return make_quote(PATH, TEXTS[number - 1], sentence, paragraph=number)


RIGHT, RAIN, FENCED = quote(2, "Police stopped 41 vans."), quote(1), quote(3)
ASKED = [
    (make_question("right", GOLD), make_answer(RIGHT, RAIN, probability=0.9)),
    (
        make_question("late", GOLD, history=("It rains?",)),
        make_answer(RAIN, FENCED, RIGHT, probability=0.5),
    ),
    (make_question("missed", GOLD), make_answer(FENCED, probability=0.4)),
    (make_question("marked", GOLD), make_answer(quote(2, "They were red."), probability=0.8)),
    (make_question("refused", GOLD), make_answer(nearest=RAIN, probability=0.1)),
    (make_question("no word", GOLD), make_answer()),
    (make_question("unanswerable"), make_answer(RIGHT, probability=0.7)),
    (make_question("rightly refused"), make_answer(nearest=RAIN, probability=0.2)),
]


def evaluated(asked=ASKED):
    desk = PreparedDesk({question.question: answer for question, answer in asked})
    return evaluate([question for question, _ in asked], desk, clock=repeat(0.0).__next__)


def silent():
    return evaluated([(question, replace(a, probability=None)) for question, a in ASKED])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def document():
    return error_list(evaluated(), SHELF)


def entry(document, name):
    """What a document says of one question."""
    (part,) = [part for part in document.split("\n### ")[1:] if part.startswith(f"{name} (")]
    return part.partition("\n## ")[0]


def test_every_file_is_written_into_a_folder_that_is_made(tmp_path):
    notes = write_report(tmp_path / "new" / "report", evaluated(), SHELF)

    assert notes == ()
    assert set(contents(tmp_path / "new" / "report")) == set(FILES)


def test_a_report_is_a_run_to_compare_with(tmp_path):
    evaluation = evaluated()
    write_report(tmp_path, evaluation, SHELF)

    run = json.loads((tmp_path / "run.json").read_text("utf-8"))
    assert run == {"files": list(FILES), **json.loads(json.dumps(evaluation.to_dict()))}
    assert read_run(tmp_path, evaluation.questions) == evaluation.outcomes
    assert run["calibration"]["n"] == 7
    assert len(run["calibration"]["curve"]) == 7


def test_ir_measures_reads_run_and_qrels_and_agrees(tmp_path):
    evaluation = evaluated()
    write_report(tmp_path, evaluation, SHELF)

    theirs = ir_measures.calc_aggregate(
        [Success @ 1, RR],
        list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.txt"))),
        list(ir_measures.read_trec_run(str(tmp_path / "run.trec"))),
    )

    ours = evaluation.overall.measures
    assert theirs[Success @ 1] == pytest.approx(2 / 6) == ours["success@1"].value
    assert theirs[RR] == pytest.approx((1 + 1 / 3 + 1) / 6) == ours["reciprocal_rank"].value


def test_the_same_evaluation_gives_the_same_bytes(tmp_path):
    for name in "ab":
        write_report(tmp_path / name, evaluated(), SHELF)

    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert len(contents(tmp_path / "a")) == len(FILES)


def test_pictures_are_svg_with_their_numbers_as_text_and_without_a_date(tmp_path):
    evaluation = evaluated()
    found = evaluation.calibration
    write_report(tmp_path, evaluation, SHELF)

    for name, said in {
        "reliability.svg": f"7 questions: ECE {found.expected_calibration_error:.3f}",
        "risk-coverage.svg": f"7 questions: area {found.area:.3f}",
    }.items():
        root = ElementTree.parse(tmp_path / name).getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert said in "".join(root.itertext())
        assert not [element for element in root.iter() if element.tag.endswith("}date")]


def test_without_matplotlib_everything_else_is_written_and_the_cure_told(tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)  # importing it fails now

    (note,) = write_report(tmp_path, evaluated(), SHELF)

    assert "pip install matplotlib" in note
    assert set(contents(tmp_path)) == {"run.json", "run.trec", "qrels.txt", "errors.md"}
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["calibration"]["n"] == 7


def test_without_probabilities_reliability_is_left_out_with_a_note(tmp_path):
    (note,) = write_report(tmp_path, silent(), SHELF)

    assert "no answer states a probability" in note
    assert set(contents(tmp_path)) == {"run.json", "run.trec", "qrels.txt", "errors.md"}
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["calibration"] is None


def test_a_later_report_leaves_nothing_of_an_earlier_one_and_all_that_is_foreign(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write_report(tmp_path, evaluated(), SHELF)
    write_report(tmp_path, silent(), SHELF)

    # The pictures were of the earlier run.
    assert set(contents(tmp_path)) == {
        "notes.txt", "run.json", "run.trec", "qrels.txt", "errors.md"
    }  # fmt: skip
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "content", [b"", b"mine", b"[]", b'{"files": ["run.json"]}', b'{"outcomes": [], "files": 3}']
)
def test_files_that_no_report_wrote_are_not_replaced(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ReportError, match=rf"holds {name}, which no report wrote.*another folder"):
        prepare_folder(tmp_path)
    with pytest.raises(ReportError):
        write_report(tmp_path, evaluated(), SHELF)
    assert contents(tmp_path) == {name: content}


def test_a_picture_put_beside_a_report_without_pictures_is_foreign(tmp_path):
    write_report(tmp_path, silent(), SHELF)
    (tmp_path / "reliability.svg").write_text("mine")

    with pytest.raises(ReportError, match=r"holds reliability\.svg, which"):
        write_report(tmp_path, evaluated(), SHELF)
    assert (tmp_path / "reliability.svg").read_text() == "mine"


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "mine.md").write_text("mine")
    report = tmp_path / "report"
    write_report(report, evaluated(), SHELF)
    (report / "errors.md").unlink()
    (report / "errors.md").symlink_to(tmp_path / "mine.md")

    write_report(report, evaluated(), SHELF)

    assert (tmp_path / "mine.md").read_text() == "mine"
    assert not (report / "errors.md").is_symlink()


@pytest.mark.parametrize("below", ["file", "file/report"])
def test_where_no_folder_can_be_made_is_told(tmp_path, below):
    (tmp_path / "file").write_text("mine")

    with pytest.raises(ReportError, match=r"cannot be written there: .*; mend that"):
        prepare_folder(tmp_path / below)
    assert (tmp_path / "file").read_text() == "mine"


def test_errors_are_counted_by_kind(document):
    assert document.startswith("# Errors\n\n6 of 8 questions went wrong.\n")
    for kind, n in {
        "Refused, though it can be answered": 2,
        "Answered, though no release answers it": 1,
        "Wrong passage first": 2,
        "Right passage first, wrong sentence marked": 1,
    }.items():
        assert f"\n- {kind}: {n}\n" in document
        assert document.partition(f"\n## {kind}\n")[2].partition("\n## ")[0].count("\n### ") == n


def test_what_went_right_is_not_listed(document):
    assert document.count("\n### ") == 6
    assert "### right " not in document
    assert "### rightly refused" not in document


def test_a_late_answer_shows_who_won_who_should_have_and_where_it_came(document):
    said = entry(document, "late")

    assert "Earlier: It rains?" in said
    assert "Question: **late**" in said
    won, _, should = said.partition("Should have been, for “41 vans”: ")
    assert "Quoted first (probability 0.50): marden/a 1.md paragraph 1, “A title”" in won
    assert "\n```text\nIt rained.\n```\n" in won
    assert should.startswith("marden/a 1.md paragraph 2, “Vans \\*stopped\\*”")
    assert f"\n```text\n{TEXTS[1]}\n```\n" in should
    assert "The first right passage came at rank 3 of 3." in should


def test_a_missed_answer_says_so_and_a_passage_cannot_close_its_block(document):
    said = entry(document, "missed")

    assert f"\n````text\n{TEXTS[2]}\n````\n" in said
    assert "No right passage is among the 1 quoted." in said


def test_a_wrong_sentence_is_shown_as_marked(document):
    said = entry(document, "marked")

    assert "Marked: They were red." in said
    assert "The first right passage came at rank 1 of 1." in said


def test_a_refusal_shows_what_was_nearest(document):
    assert "Nearest, not quoted (probability 0.10): marden/a 1.md paragraph 1" in entry(
        document, "refused"
    )
    assert "Nothing was found." in entry(document, "no word")
    assert "Nothing was quoted." in entry(document, "refused")


def test_an_unanswerable_question_shows_what_was_quoted_and_no_gold(document):
    said = entry(document, "unanswerable")

    assert "Quoted first (probability 0.70): marden/a 1.md paragraph 2" in said
    assert "Should have been" not in said


@pytest.mark.parametrize(
    ("gold", "says"),
    [
        pytest.param(
            ("gone.md", "41 vans"),
            "The index has no release gone.md, which should say “41 vans”.",
            id="no such release",
        ),
        pytest.param(
            (PATH, "rained. Police"),
            "No one paragraph of marden/a 1.md holds “rained. Police”.",
            id="over the end of a paragraph",
        ),
    ],
)
def test_a_gold_that_no_quote_can_hold_is_told(gold, says):
    asked = [(make_question("q", gold), make_answer(RAIN))]

    assert says in error_list(evaluated(asked), SHELF)


def test_other_right_paragraphs_are_named():
    shelf = {PATH: make_release(PATH, "41 vans.", "None.", "Again 41\nvans.")}.get
    asked = [(make_question("q", GOLD), make_answer(RAIN))]

    assert "\nOr: marden/a 1.md paragraph 3\n" in error_list(evaluated(asked), shelf)


def test_control_characters_and_markup_do_not_act():
    asked = [(make_question("<b>\x1b[2J", GOLD), make_answer(make_quote("b.md", "a\x1b[2J\r\nb")))]

    document = error_list(evaluated(asked), SHELF)

    assert "\x1b" not in document
    assert "\\<b\\>\\\\x1b\\[2J" in document
    assert "\n```text\na\\x1b[2J\nb\n```\n" in document


def test_nothing_wrong_gives_a_short_document():
    assert error_list(evaluated(ASKED[:1]), SHELF).startswith("# Errors\n\n0 of 1 questions")
