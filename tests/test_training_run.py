"""Training as a whole: it can be stopped anywhere, repeats itself, and gives an adapter."""

import json
from dataclasses import replace

import pytest
import torch
from transformers import AutoTokenizer

import qa
from benchmarks.train_reader import main
from benchmarks.training_data import read_questions
from benchmarks.training_examples import labelled, plan
from benchmarks.training_loop import SAVE_EVERY, Checkpoint, OutOfTime, Training, run
from qa.adapter import apply_adapter, write_adapter
from qa.errors import UsageError
from qa.reading.card import read_card
from qa.reading.network import make_network
from qa.reading.page_reader import PageReader
from tests.tiny_models import WINDOW, embedding, plain_bert
from tests.training_samples import (
    OWN_QUESTIONS,
    QUESTIONS,
    RECIPE,
    RELEASES,
    files,
    material,
    write_releases,
    write_training_files,
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return files(plain_bert(tmp_path_factory.mktemp("base")))


@pytest.fixture
def sheets_of(base):
    tokenizer = AutoTokenizer.from_pretrained(base.folder)
    draws = plan(RECIPE, len(QUESTIONS), 3)
    return lambda step: [
        labelled(draw, material(), RECIPE, tokenizer)
        for draw in draws[step * RECIPE.batch : (step + 1) * RECIPE.batch]
    ]


class Clock:
    """Moves by some seconds whenever it is looked at."""

    def __init__(self, seconds):
        self.now, self.seconds = 0.0, seconds

    def __call__(self):
        self.now += self.seconds
        return self.now


def weights(network):
    return {name: values.detach().clone() for name, values in network.named_parameters()}


def assert_equal(some, others):
    assert some.keys() == others.keys()
    for name, values in some.items():
        assert torch.equal(values, others[name]), name


# The loop


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_training_taken_up_gives_the_weights_of_one_that_was_not_stopped(
    base, sheets_of, tmp_path, dtype
):
    whole = Training(make_network(base), RECIPE, dtype)
    run(whole, sheets_of, Checkpoint(tmp_path / "whole.pt", "k"), limit=99)
    checkpoint = Checkpoint(tmp_path / "parts.pt", "k")

    stops = []
    for limit in (1.5, 3.5, 99):  # a step takes a second
        part = Training(make_network(base), RECIPE, dtype)
        checkpoint.take_up(part)
        try:
            run(part, sheets_of, checkpoint, limit=limit, clock=Clock(1.0))
        except OutOfTime:
            stops.append(part.step)

    assert stops == [2, 4]
    assert part.history == whole.history
    assert_equal(weights(part.network), weights(whole.network))
    assert_equal(weights(part.finish()), weights(whole.finish()))


def test_a_training_that_is_killed_goes_on_from_the_last_checkpoint(base, sheets_of, tmp_path):
    checkpoint = Checkpoint(tmp_path / "work" / "a.pt", "k")

    def killed(step):
        if step == 3:
            raise KeyboardInterrupt
        return sheets_of(step)

    with pytest.raises(KeyboardInterrupt):
        run(
            Training(make_network(base), RECIPE),
            killed,
            checkpoint,
            limit=1e9,
            clock=Clock(SAVE_EVERY / 2),  # so that two steps are kept at a time
        )

    again = Training(make_network(base), RECIPE)
    checkpoint.take_up(again)
    assert again.step == 2
    assert [file.name for file in checkpoint.file.parent.iterdir()] == ["a.pt"]


def test_another_training_is_not_taken_up(base, tmp_path):
    training = Training(make_network(base), RECIPE)
    Checkpoint(tmp_path / "a.pt", "one").save(training)

    with pytest.raises(UsageError, match=r"is of another training.*--work"):
        Checkpoint(tmp_path / "a.pt", "two").take_up(training)


def test_it_learns_what_it_is_shown(base, sheets_of, tmp_path):
    recipe = replace(RECIPE, steps_squad=0, steps_mixed=40)
    training = Training(make_network(base), recipe)

    run(training, lambda _: sheets_of(0), Checkpoint(tmp_path / "a.pt", "k"), limit=1e9)

    first, last = training.history[0], training.history[-1]
    assert [entry["step"] for entry in training.history] == [20, 40]
    assert last["span"] < first["span"]
    assert last["sentence"] < first["sentence"]


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        pytest.param({}, {"layer.1", "token_head", "page_head"}, id="the upper layer"),
        pytest.param(
            {"trained_layers": 2},
            {"layer.0", "layer.1", "token_head", "page_head"},
            id="every layer; embeddings never",
        ),
        pytest.param({"trained_layers": 0}, {"token_head", "page_head"}, id="heads alone"),
    ],
)
def test_only_what_the_recipe_trains_is_moved(base, sheets_of, change, moved):
    training = Training(make_network(base), replace(RECIPE, **change))
    before = weights(training.network)

    for step in range(2):  # after one step the heads are no more zero, so layers hear of it
        training.learn(sheets_of(step))

    changed = {
        name for name, values in weights(training.network).items() if (values != before[name]).any()
    }
    assert {part for part in moved if any(part in name for name in changed)} == moved
    assert all(any(part in name for part in moved) for name in changed), changed


@pytest.mark.parametrize(("heads", "still"), [("span", [2]), ("sentence", [0, 1]), ("both", [])])
def test_a_head_that_is_not_trained_says_nothing(base, sheets_of, heads, still):
    training = Training(make_network(base), replace(RECIPE, heads=heads))

    training.learn(sheets_of(0))

    moved = training.network.token_head.weight.detach().any(dim=1)
    assert [row for row in range(3) if not moved[row]] == still


def test_more_layers_than_there_are_cannot_be_trained(base):
    with pytest.raises(UsageError, match="the base has 2 layers; 3 cannot be trained"):
        Training(make_network(base), replace(RECIPE, trained_layers=3))


# The adapter


def test_an_adapter_gives_the_trained_weights_within_its_step(base, sheets_of, tmp_path):
    training = Training(make_network(base), RECIPE)
    for step in range(RECIPE.steps):
        training.learn(sheets_of(step))
    trained = training.finish()

    write_adapter(trained, make_network(base), tmp_path)
    restored = make_network(base)
    apply_adapter(restored, tmp_path)

    before, after = weights(make_network(base)), weights(restored)
    for name, right in weights(trained).items():
        change = right - before[name]
        if right.dim() == 2 and "head" not in name:
            step = change.abs().amax(dim=1, keepdim=True) / 127
            allowed = step / 2 + 1e-6  # half a step of its row, and float32
        else:
            allowed = change.abs() * 2**-11 + 1e-6  # half of the last bit of a float16
        assert ((after[name] - right).abs() <= allowed).all(), name


# The command


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Runs the command on the samples, with a tiny model; gives the exit code."""
    settings = tmp_path / "qa.yaml"
    model = embedding(tmp_path / "model")
    settings.write_text(f"model: {model}\nreader: none\ndtype: float32\n")
    monkeypatch.setenv("QA_SETTINGS", str(settings))
    qa.build(write_releases(tmp_path / "releases"), tmp_path / "index", qa.Settings(str(model)))
    write_training_files(tmp_path / "training")

    def run_command(out, *more, minutes="60"):
        return main(
            [
                *("--training", str(tmp_path / "training"), "--index", str(tmp_path / "index")),
                *("--own", str(tmp_path / "training" / "own.jsonl")),
                *("--out", str(tmp_path / out), "--work", str(tmp_path / "work")),
                *("--trained-layers", "1", "--steps-squad", "2", "--steps-mixed", "2"),
                *("--batch", "2", "--room", str(WINDOW), "--minutes", minutes, *more),
            ]
        )

    return run_command


def test_the_command_trains_once_and_writes_what_was_done(command, tmp_path, capsys):
    assert command("stopped", minutes="0") == 2
    assert "Run it again with more --minutes" in capsys.readouterr().err
    assert (tmp_path / "work" / "checkpoint.pt").is_file()
    assert not (tmp_path / "stopped").exists()

    assert command("stopped") == 0
    assert command("whole") == 0
    adapters = [tmp_path / out / "adapter.safetensors" for out in ("stopped", "whole")]
    assert adapters[0].read_bytes() == adapters[1].read_bytes()
    assert not (tmp_path / "work" / "checkpoint.pt").exists()

    record = json.loads((tmp_path / "whole" / "training.json").read_bytes())
    assert record["recipe"]["steps_mixed"] == 2
    assert record["losses"][-1]["step"] == 4
    card = read_card(tmp_path / "whole")
    assert (card.room, card.ranking, card.chances) == (WINDOW, {}, None)
    assert card.base_sha256 == record["base"]["sha256"]
    questions = len(read_questions(tmp_path / "training")) + len(OWN_QUESTIONS)
    assert record["data"]["questions"] == questions, "none of these is held out"
    assert "own.jsonl" in record["files"]

    capsys.readouterr()
    assert command("whole") == 0
    assert "nothing to do" in capsys.readouterr().err
    assert command("whole", "--seed", "1") == 2
    assert "holds another reader" in capsys.readouterr().err


def test_what_was_trained_can_read(command, tmp_path):
    command("reader")
    reader = PageReader(files(tmp_path / "model" / "st"), "float32", tmp_path / "reader")
    title, *texts = RELEASES["north/bridge.md"]

    (found,) = reader.read("How long?", [qa.reading.Page(title, tuple(texts))])

    assert len(found.readings) == len(texts)
    assert reader.ranking is None
    assert reader.chances is None


def test_the_command_names_what_is_missing(command, tmp_path, capsys):
    (tmp_path / "training" / "squad2_dev.jsonl").unlink()

    assert command("reader") == 2
    assert "squad2_dev.jsonl' cannot be read" in capsys.readouterr().err
