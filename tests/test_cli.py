"""The commands as a shell sees them: stdout, stderr, exit codes."""

import io
import json
import re

import pytest

from tests.conftest import ROOT
from tests.index_samples import HashedWords, build
from tests.shell import called, run

# Those that load models run in this process, unless the process is the point.
pytestmark = pytest.mark.model
CASH = "How much cash was seized in the week of action against county lines in October?"


def test_ask_prints_the_quote_and_exits_0(seed_index):
    done = run("ask", CASH, "--index", seed_index)

    assert done.returncode == 0, done.stderr
    assert "»Thames Valley Police seized over £120,000 of cash" in done.stdout
    assert "undated, paragraph 1" in done.stdout


def test_ask_gives_the_answer_as_json(seed_index):
    values = json.loads(called("ask", CASH, "--json", "--index", seed_index).stdout)

    assert values["question"] == CASH
    assert "£120,000" in values["quotes"][0]["text"]
    assert values["searched"]["releases"] == 24


def test_a_refusal_exits_1_and_shows_the_nearest_passage(seed_index):
    done = called("ask", "How many drones were seized?", "--index", seed_index)

    assert done.returncode == 1
    assert "24 releases searched" in done.stdout
    assert "Closest passage, may not answer:" in done.stdout
    assert "»" not in done.stdout


def test_a_question_may_come_from_stdin_and_follow_another(seed_index, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("And how many weapons?"))
    done = called("ask", "-", "--history", CASH, "--json", "--index", seed_index)

    assert json.loads(done.stdout)["read_as"]["carried_over"] == [CASH]


def test_retrieve_gives_k_hits_with_filters(seed_index):
    done = called(
        "retrieve",
        "arrests",
        "-k",
        "3",
        "--area",
        "thames valley",
        "--from",
        "2020-12-01",
        "--json",
        "--index",
        seed_index,
    )
    hits = json.loads(done.stdout)

    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert {hit["area"] for hit in hits} == {"Thames Valley"}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        pytest.param(["ask"], 2, "question", id="no question"),
        pytest.param(["ask", ""], 2, "empty", id="an empty question"),
        pytest.param(["ask", "Who?", "--history", " "], 2, "history is empty", id="empty history"),
        pytest.param(
            ["ask", "And he?", "--history", ""], 2, "history is empty", id="leaning on it"
        ),
        pytest.param(["retrieve", "x", "-k", "0"], 2, "1 to 100", id="k out of range"),
        pytest.param(["ask", "Who?", "--area", "Mars"], 2, "'Mars'", id="an unknown area"),
        pytest.param(["frobnicate"], 2, "frobnicate", id="no such command"),
        pytest.param(["evaluate", "none.jsonl"], 2, "none.jsonl", id="no such questions"),
    ],
)
def test_wrong_usage_exits_2_with_one_clear_line(seed_index, monkeypatch, arguments, code, said):
    monkeypatch.setenv("QA_INDEX", str(seed_index))
    done = called(*arguments)

    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("named", ["option", "environment"])
def test_files_are_not_said_to_be_compared_with_a_server(write, tmp_path, monkeypatch, named):
    folder, index = write({"a.md": "Two vans were found.\n"}), tmp_path / "index"
    build(folder, index, HashedWords())
    asked = ["verify", "--releases", folder, "--index", index]
    address = "postgresql://nobody@127.0.0.1:9/none"
    if named == "environment":
        monkeypatch.setenv("QA_ENGINE", address)

    done = run(*asked, *(["--engine", address] if named == "option" else []))

    assert (done.returncode, done.stdout) == (2, "")
    assert "leave it out, or verify the folder: qa verify --engine folder --releases" in done.stderr
    assert "127.0.0.1" not in done.stderr
    write({"a.md": "Two vans were lost.\n"})
    cure = run(*asked, "--engine", "folder")
    assert (cure.returncode, cure.stdout.count("0 faults")) == (0, 1)
    assert "a.md: changed since the index was built" in cure.stderr


@pytest.mark.parametrize("command", [["ask", "Who?"], ["retrieve", "Who?"], ["verify"], ["mcp"]])
def test_without_an_index_it_says_how_to_build_one(tmp_path, command):
    done = called(*command, "--index", tmp_path / "none")

    assert done.returncode == 3
    assert "python -m qa build" in done.stderr


def test_a_process_exits_with_the_code_of_its_fault(tmp_path):
    done = run("verify", "--index", tmp_path / "none")

    assert (done.returncode, done.stdout) == (3, "")
    assert "python -m qa build" in done.stderr
    assert "Traceback" not in done.stderr


def test_build_reports_what_it_did_and_what_it_skipped(tmp_path, write):
    folder = write({"a.md": "Bees swarmed in the park.", "b.md": b"\xff\xfe\x00", "c.md": b"\xe9"})
    done = called("build", "--releases", folder, "--index", tmp_path / "index")
    again = called("build", "--releases", folder, "--index", tmp_path / "index", "--json")

    assert done.returncode == 0, done.stderr
    assert "1 release, 1 paragraph" in done.stdout
    assert "skipped c.md: it is not UTF-8: byte 0xe9 at offset 0; save the file as UTF-8" in (
        done.stderr.splitlines()
    )
    assert "Embedding passages: 1 of 1" in done.stderr
    assert json.loads(again.stdout)["changed"] is False


def test_build_without_releases_says_where_to_put_them(tmp_path):
    done = called("build", "--releases", tmp_path / "none", "--index", tmp_path / "index")

    assert done.returncode == 3
    assert "--releases" in done.stderr


def test_verify_finds_a_flipped_bit(tmp_path, write):
    called("build", "--releases", write({"a.md": "Bees."}), "--index", tmp_path / "index")
    sound = called("verify", "--index", tmp_path / "index")
    vectors = next((tmp_path / "index").glob("gens/g*/vectors.npy"))
    data = bytearray(vectors.read_bytes())
    data[-1] ^= 1
    vectors.write_bytes(data)
    damaged = called("verify", "--index", tmp_path / "index")

    assert (sound.returncode, damaged.returncode) == (0, 1)
    assert "0 faults" in sound.stdout
    assert "vectors.npy" in damaged.stderr


@pytest.fixture
def questions(tmp_path):
    """The first three questions over the sample releases; `tests/test_golden.py` asks all."""
    lines = (ROOT / "tests" / "data" / "seed_questions.jsonl").read_text("utf-8").splitlines()
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(lines[:3]), encoding="utf-8")
    return file


def test_evaluate_gives_json(seed_index, questions):
    values = json.loads(called("evaluate", questions, "--index", seed_index, "--json").stdout)

    assert values["overall"]["questions"] == 3
    assert values["overall"]["measures"]["quote_exactness"]["value"] == 1.0


def test_evaluate_writes_a_report_and_compares_a_run_with_it(seed_index, questions, tmp_path):
    asked = ("evaluate", questions, "--index", seed_index)
    report = tmp_path / "report"

    written = called(*asked, "--report", report)
    compared = called(*asked, "--against", report, "--json")
    questions.write_text("".join(questions.read_text("utf-8").splitlines(True)[:2]), "utf-8")
    others = called(*asked, "--against", report / "run.json")

    assert written.returncode == 0, written.stderr
    assert "success@1" in written.stdout
    assert f"report written to {report}" in written.stderr
    assert {"run.json", "run.trec", "qrels.txt", "errors.md"} <= {
        path.name for path in report.iterdir()
    }
    assert "#0 " not in (report / "qrels.txt").read_text("utf-8")  # all golds are found
    against = json.loads(compared.stdout)["against"]
    assert against["measures"]["success@1"]["difference"] == 0
    assert (others.returncode, others.stdout) == (2, "")
    assert "it holds besides 's003'" in others.stderr


def test_evaluate_leaves_a_folder_of_other_files_alone(seed_index, tmp_path):
    questions = ROOT / "tests" / "data" / "seed_questions.jsonl"
    (tmp_path / "errors.md").write_text("mine")

    done = called("evaluate", questions, "--index", seed_index, "--report", tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "errors.md, which no report wrote" in done.stderr
    assert (tmp_path / "errors.md").read_text() == "mine"


def test_version_names_program_and_model():
    import qa

    done = called("--version")

    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["qa", qa.__version__]
    assert [line[:2] for line in lines[1:]] == [
        ["model", "all-MiniLM-L6-v2"],
        ["questions", "question-side-2"],
        ["reader", "release-reader-2"],
    ]
    digests = [line[2] for line in lines[1:]]
    assert all(re.fullmatch("[0-9a-f]{16}", digest) for digest in digests)
    assert len({*digests}) == 3


def test_control_characters_in_a_release_do_not_reach_the_terminal(tmp_path, write):
    folder = write({"a.md": "Bees swarmed\x1b[2J in the park.\r\nHoney flowed."})
    called("build", "--releases", folder, "--index", tmp_path / "index")
    shown = called("retrieve", "bees in the park", "--index", tmp_path / "index").stdout
    exact = called("retrieve", "bees in the park", "--json", "--index", tmp_path / "index").stdout

    assert "\x1b" not in shown
    assert "\\x1b[2J" in shown
    assert json.loads(exact)[0]["text"] == "Bees swarmed\x1b[2J in the park.\r\nHoney flowed."
