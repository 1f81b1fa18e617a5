"""An assistant that follows its index: what is added, changed and removed, and by which model."""

import gc
import json
import logging
import threading
import time

import pytest

import qa
from qa.assistant import Assistant
from qa.errors import IndexModelMismatch
from qa.reading import Chances, Middles
from qa.settings import Settings
from tests.counting_reader import CountingReader
from tests.index_samples import RELEASES, HashedWords, build
from tests.test_latest import wait_until

CANARY = "zanzibarcanary"
SECRET = f"# Visit of the {CANARY}\n\nThe {CANARY} came to the harvest fair with two parrots.\n"
QUESTION = f"Who saw the {CANARY} at the harvest fair?"


@pytest.fixture
def index(write, tmp_path):
    build(write({**RELEASES, "secret.md": SECRET}), tmp_path / "index", HashedWords())
    return tmp_path / "index"


@pytest.fixture
def following(index):
    with Assistant.open(index, encoder=HashedWords(), follow=True) as desk:
        yield desk


def everything_said(desk):
    """All that an assistant gives away about what it holds."""
    answers = [desk.ask(QUESTION), desk.ask("Which volcano erupted?")]
    hits = desk.retrieve(QUESTION, 100)
    said = [answer.to_dict() for answer in answers] + [hit.to_dict() for hit in hits]
    sources = {path: desk.source(path) for path in ("secret.md", *RELEASES)}
    for value in said:
        value.pop("question", None)
        value.pop("read_as", None)
    return json.dumps([said, sources, desk.areas, str(desk.counts), str(desk.span)])


def test_a_release_whose_file_is_gone_is_gone_from_every_answer(write, index, following):
    assert CANARY in everything_said(following)
    folder = write({})
    (folder / "secret.md").unlink()

    report = build(folder, index, HashedWords())
    wait_until(lambda: following.generation.name == report.generation)

    assert CANARY not in everything_said(following)
    assert following.source("secret.md") is None
    assert following.counts.releases == len(RELEASES)


def test_counts_areas_and_dates_follow(write, index, following):
    head = "---\narea: Northshire\ndate: 2022-05-06\ntitle: Bench\n---\n\nA bench was painted.\n"
    report = build(write({"bench.md": head}), index, HashedWords())
    wait_until(lambda: following.generation.name == report.generation)

    assert "Northshire" in following.areas
    assert following.counts.releases == len(RELEASES) + 2
    assert following.span.last.isoformat() == "2022-05-06"


def test_the_folder_meant_at_first_is_followed_wherever_the_process_goes(
    write, index, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    with Assistant.open("index", encoder=HashedWords()) as desk:
        monkeypatch.chdir("/")
        report = build(
            write({"new.md": "# News\n\nA heron nested on the weir.\n"}), index, HashedWords()
        )

        assert desk.refresh()
        assert desk.generation.name == report.generation


def test_without_following_a_build_is_taken_up_by_refresh(write, index):
    with Assistant.open(index, encoder=HashedWords()) as desk:
        before = desk.generation.name
        report = build(write({"bench.md": "A bench was painted.\n"}), index, HashedWords())
        time.sleep(0.7)
        assert desk.generation.name == before

        assert (desk.refresh(), desk.refresh()) == (True, False)
        assert desk.generation.name == report.generation
        assert desk.retrieve("Which bench was painted?", 1)[0].release == "bench.md"


def test_answers_come_whole_from_one_generation_while_others_are_published(write, index, following):
    """Every round names itself in two releases; an answer that mixes rounds would show both."""
    stop, faults, seen = threading.Event(), [], set()

    def ask():
        while not stop.is_set():
            answer = following.ask("Which round was told of by the pear stall?")
            words = {w.strip(".") for q in answer.quotes for w in q.text.split()}
            rounds = {word for word in words if word.startswith("round9")}
            seen.update(rounds)
            if answer.answered and len(rounds) != 1:
                faults.append((answer.generation, rounds))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    text = "The pear stall told of the round{}.\n"
    for number in range(90, 93):
        files = {f"{name}.md": text.format(number) + name for name in ("one", "two")}
        report = build(write(files), index, HashedWords())
        wait_until(lambda name=report.generation: following.generation.name == name)
        if number == 90:
            for thread in threads:
                thread.start()
        time.sleep(0.2)
    stop.set()
    for thread in threads:
        thread.join()

    assert faults == []
    assert seen == {"round90", "round91", "round92"}


def test_the_model_is_not_loaded_again(write, index, following):
    encoder = following.encoder
    report = build(write({"bench.md": "A bench was painted.\n"}), index, HashedWords())
    wait_until(lambda: following.generation.name == report.generation)

    assert following.encoder is encoder


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Two folders with the same tiny model, one of them with a note: two fingerprints."""
    from tests import tiny_models

    folders = [tiny_models.embedding(tmp_path_factory.mktemp(name)) for name in ("one", "two")]
    (folders[1] / "note.txt").write_text("another")
    return [Settings(model=str(folder), dtype="float32", reader="none") for folder in folders]


def test_another_model_that_a_build_names_is_taken_up(write, tmp_path, models, caplog):
    one, two = models
    folder, index = write(RELEASES), tmp_path / "index"
    qa.build(folder, index, one)
    with (
        Assistant.open(index, one, follow=True) as following,
        Assistant.open(index, one) as standing,
    ):
        report = qa.build(folder, index, two)
        wait_until(lambda: following.generation.name == report.generation)

        assert following.encoder.name == two.model
        assert f"'model: {two.model}'" in caplog.text
        assert following.ask("How many visitors came?").generation == report.generation
        with pytest.raises(IndexModelMismatch, match="qa build"):
            standing.refresh()
        assert standing.ask("How many visitors came?").generation != report.generation


def test_the_calls_of_the_package_take_up_a_build(write, tmp_path, models, monkeypatch):
    settings = tmp_path / "qa.yaml"
    settings.write_text(f"model: {models[0].model}\ndtype: float32\nreader: none\n")
    monkeypatch.setenv("QA_SETTINGS", str(settings))
    index = tmp_path / "index"
    first = qa.build(write(RELEASES), index)
    assert qa.ask("How many visitors came?", index=index).generation == first.generation

    second = qa.build(write({"bench.md": "A bench was painted.\n"}), index)

    assert qa.ask("How many visitors came?", index=index).generation == second.generation


def test_a_following_assistant_that_is_dropped_ends_its_thread_and_its_pin(index):
    def followers():
        return [thread for thread in threading.enumerate() if thread.name == "qa-latest"]

    desk = Assistant.open(index, encoder=HashedWords(), follow=True)
    file = desk.generation.pinned.file
    assert len(followers()) == 1
    del desk
    gc.collect()

    wait_until(lambda: not followers())
    assert file.closed


CHANCES = Chances({"bias": 0.0}, refuse_below=0.1, middles=Middles(1.0, -1.0))


@pytest.mark.parametrize(
    ("chances", "told"),
    [
        pytest.param(CHANCES, True, id="a reader that probes should have been asked of"),
        pytest.param(None, False, id="a reader that probes tell nothing of"),
    ],
)
def test_an_index_probed_without_this_reader_says_so_once(index, caplog, chances, told):
    caplog.set_level(logging.WARNING)
    reader = CountingReader("fair", chances=chances)
    Assistant.open(index, encoder=HashedWords(), reader=reader).close()

    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == told
    if told:
        assert "when to refuse is badly judged" in lines[0]
        assert "qa build" in lines[0]
