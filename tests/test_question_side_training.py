"""Training the question side: contests, scores as retrieval gives them, and the command."""

import json

import numpy as np
import pytest
import torch

import qa
from benchmarks import held_out
from benchmarks.question_side_candidates import LEXICAL, contests, drawn
from benchmarks.question_side_scores import Scorer, Weights, run_questions
from benchmarks.train_question_side import main
from benchmarks.training_data import ReleaseQuestion, read_questions
from benchmarks.training_releases import Releases
from qa.assistant import Assistant
from qa.embedding import SentenceTransformerEncoder
from qa.embedding.question_side import read_card, transformer_of
from qa.errors import QuestionSetError
from qa.evaluation.question_set import read_questions as read_judged
from qa.index.lexical import new_stemmer
from qa.records import Query
from qa.retrieval.asked import make_ready
from qa.retrieval.releases import RELEASE_WEIGHTS, release_features
from qa.settings import Settings
from tests.training_samples import write_releases, write_training_files

pytestmark = pytest.mark.model
FLOAT32 = Settings(dtype="float32", reader="none")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("question-side")
    write_training_files(folder / "training")
    qa.build(write_releases(folder / "releases"), folder / "index", FLOAT32)
    return folder


@pytest.fixture(scope="module")
def desk(folder):
    encoder = SentenceTransformerEncoder(FLOAT32, question_side=None)
    with Assistant.open(folder / "index", encoder=encoder) as desk:
        yield desk


@pytest.fixture(scope="module")
def made(folder, desk):
    questions = read_questions(folder / "training")
    return contests(Releases(desk), questions, 0, lambda *_: None)


def test_the_right_release_comes_first_and_questions_without_answer_are_left_out(made, desk):
    paths = [source.path for source in desk.generation.sources]

    assert [paths[one.releases[0]] for one in made] == [
        "north/fair.md",
        "north/bridge.md",
        "south/library.md",
    ]
    # The headline is the first paragraph of these files.
    assert [np.flatnonzero(one.holds).tolist() for one in made] == [[1], [1], [2]]
    for one in made:
        assert sorted(one.releases) == [0, 1, 2]
        assert one.lexical.shape == (3, len(LEXICAL))


def test_the_right_release_stays_when_fewer_compete(made):
    fewer = drawn(made[0], 2, np.random.default_rng(1))

    assert fewer.releases[0] == made[0].releases[0]
    assert len(fewer.releases) == len(fewer.lexical) == 2
    assert set(fewer.releases) < set(made[0].releases)


def test_scores_are_those_of_retrieval(made, desk):
    encoder, contest = desk.encoder, made[0]
    window = encoder.question_window(contest.words)
    blank = np.zeros((1, len(window.ids)), dtype=bool)
    with torch.no_grad():
        (question,) = run_questions(
            transformer_of(encoder.model), encoder.model.tokenizer, [window], blank
        )
        weights = Weights()
        loss = float(Scorer(desk.generation).loss([question], [contest], weights))

    asked = make_ready(Query(contest.words), encoder, new_stemmer())
    assert question.vector.numpy() == pytest.approx(asked.encoded.vector, abs=1e-5)
    assert question.ids.tolist() == asked.encoded.ids.tolist()
    features = dict(
        zip(
            RELEASE_WEIGHTS,
            release_features(asked, desk.generation, contest.releases).T,
            strict=True,
        )
    )
    found = 7 * features["bm25"] + 2 * features["paragraph_bm25"]
    found += 3 * features["names"] + 4 * features["best_cosine"] + 34 * features["max_sim"]
    rows = contest.rows
    cosines = desk.generation.dense.vectors @ asked.encoded.vector
    within = 7 * cosines[rows] + 7 * desk.generation.pieces.max_sim(asked.encoded, rows)
    answering = np.isin(np.arange(len(cosines)), rows[contest.holds])
    by_hand = (
        missed(found, np.arange(len(found)) == 0)
        + 0.5 * missed(within, contest.holds)
        + 0.3 * missed(20 * cosines, answering)
    )
    assert loss == pytest.approx(by_hand, abs=1e-3)


def missed(scores, right):
    return np.logaddexp.reduce(scores) - np.logaddexp.reduce(scores[right])


def test_the_command_writes_an_adapter_by_which_the_loss_fell(folder, capsys):
    out = folder / "side"
    command = [
        *("--training", str(folder / "training"), "--own", str(folder / "training" / "own.jsonl")),
        *("--index", str(folder / "index"), "--out", str(out)),
        *("--epochs", "4", "--batch", "2", "--trained-layers", "1", "--blank", "0"),
    ]

    assert main(command) == 0

    record = json.loads((out / "training.json").read_bytes())
    assert record["recipe"]["trained_layers"] == 1
    assert record["questions"] == 4, "three of the files, and one of our own"
    assert record["losses"][-1]["step"] == 8
    assert read_card(out).name == "question-side-2"
    trained = SentenceTransformerEncoder(FLOAT32, question_side=out)
    published = SentenceTransformerEncoder(FLOAT32, question_side=None)
    question = "How many visitors came?"
    moved = trained.encode_query(question).vector @ published.encode_query(question).vector
    assert moved < 1 - 1e-6
    assert record["losses"][-1]["loss"] > 0

    assert main(command) == 2
    assert "holds an adapter" in capsys.readouterr().err


def test_a_missing_folder_is_an_error_with_its_name(tmp_path, folder, capsys):
    missing = ("--training", str(tmp_path / "none"), "--out", str(tmp_path / "side"))

    assert main([*missing, "--index", str(folder / "index")]) == 2
    assert "none/releases_qa.jsonl' cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "side").exists()


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        (("--trained-layers", "0"), "trained_layers is 0; it must be 1 or more"),
        (("--trained-layers", "7"), "the base has 6 layers; 7 cannot be trained"),
        (("--batch", "0"), "batch is 0; it must be 1 or more"),
        (("--epochs", "0"), "epochs is 0; it must be 1 or more"),
        (("--batch", "99"), "questions do not fill a batch of 99"),
    ],
)
def test_a_recipe_that_cannot_be_followed_is_told(folder, tmp_path, capsys, choice, says):
    own = folder / "training" / "own.jsonl"
    command = ["--training", str(folder / "training"), "--own", str(own)]
    command += ["--index", str(folder / "index"), "--out", str(tmp_path / "side")]

    assert main([*command, *choice]) == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "side").exists()


def test_a_question_whose_answer_is_not_in_its_release_is_told(desk):
    lost = ReleaseQuestion("q9", "north/fair.md", "Who sang?", ("the mayor",), "who")

    with pytest.raises(QuestionSetError, match=r"'north/fair.md' does not hold .* 'q9'"):
        contests(Releases(desk), [lost], 0, lambda *_: None)


def test_held_out_questions_become_judged_ones(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(held_out, "is_held_out", lambda release: release == "north/fair.md")
    own, out = folder / "training" / "own.jsonl", tmp_path / "judged.jsonl"

    assert held_out.main([str(out), "--own", str(own), "--index", str(folder / "index")]) == 0

    (judged,) = read_judged(out)
    assert (judged.id, judged.question, judged.answerable) == (
        "own-1",
        "And how many stalls?",
        True,
    )
    assert judged.history == ("Did the fair sell out?",)
    assert [(gold.release, gold.answer) for gold in judged.gold] == [
        ("north/fair.md", "Two stalls")
    ]
    assert "1 questions written" in capsys.readouterr().err
